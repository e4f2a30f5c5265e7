// explain, for the rows of the catalogue and what they lead to and come from.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "harness/cli/suite.h"

namespace parley::cli {

/// Explains the obligation, requirement or kind of check or examination of that name; false where
/// there is none.
bool explain_catalogue(const Suite& suite, const std::string& id, std::ostream& out);

/// Everything that it would explain.
std::vector<std::string> catalogue_ids(const Suite& suite);

}  // namespace parley::cli
