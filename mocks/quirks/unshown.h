// Checks that no quirk makes fail show nothing, unless somebody says why no single party's defect
// can.
#pragma once

#include <string>
#include <vector>

#include "harness/base/diagnostic.h"

namespace parley::mocks::quirks {

/// A check of a scenario that no quirk is expected to make fail, and why.
struct Unshown {
  std::string check;  ///< "<scenario>/<check>"
  std::string why;
};

/// Reads mocks/quirks/unshown.yaml. Appends diagnostics for what is wrong.
std::vector<Unshown> read_unshown(const std::string& name, std::string text,
                                  std::vector<Diagnostic>& diagnostics);

}  // namespace parley::mocks::quirks
