// The data files that the binary carries: scenarios, media, wire profiles.
#pragma once

#include <string_view>
#include <vector>

#include "harness/base/bytes.h"

namespace parley::cli {

struct EmbeddedFile {
  std::string_view path;  ///< relative to the source tree: "scenarios/cases/text.yaml"
  BytesView content;
};

/// All of them, sorted by path. They live as long as the program.
std::vector<EmbeddedFile> embedded_files();

}  // namespace parley::cli
