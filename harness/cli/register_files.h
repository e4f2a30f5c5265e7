// Document registers that the user hands in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/base/result.h"
#include "harness/scenario/register.h"

namespace parley::cli {

struct DocumentRegister {
  std::vector<scenario::RegisterEntry> documents;
  std::string digest;  ///< hex SHA-256 over the files in their order; empty without any
};

/// nullopt, and at least one diagnostic, where a file cannot be read or anything in it is wrong.
std::optional<DocumentRegister> load_registers(const std::vector<std::string>& paths,
                                               const scenario::Library& library,
                                               std::vector<Diagnostic>& diagnostics);

}  // namespace parley::cli
