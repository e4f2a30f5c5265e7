// Kinds of check that exactly the same quirks kill are one check in two places, unless somebody
// says why not.
#pragma once

#include <string>
#include <vector>

#include "harness/base/diagnostic.h"

namespace parley::mocks::quirks {

/// Kinds of check that may be killed alike, and why they are kept apart.
struct Separation {
  std::vector<std::string> checks;
  std::string why;
};

/// Reads mocks/quirks/separation.yaml. Appends diagnostics for what is wrong.
std::vector<Separation> read_separations(const std::string& name, std::string text,
                                         std::vector<Diagnostic>& diagnostics);

}  // namespace parley::mocks::quirks
