// The kinds of examination that an examined row of the catalogue can name, with their arguments.
// harness/judge/examine.h judges them.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace parley::scenario {

struct ExaminationKind {
  std::string_view name;     ///< "document-present"
  std::string_view summary;  ///< what it demands, one sentence
  std::vector<std::string_view> required;
  std::vector<std::string_view> optional;
};

/// All kinds, sorted by name.
std::span<const ExaminationKind> examination_kinds();
const ExaminationKind* find_examination_kind(std::string_view name);

}  // namespace parley::scenario
