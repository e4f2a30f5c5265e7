// `parley serve --run-file FILE`: what a run file says of a product holds for a session with it,
// too: whose side it is on, where it stands, whom it is to be trusted by. Options win.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/cli/run_file_option.h"
#include "harness/cli/serve.h"
#include "harness/cli/served_places.h"

namespace parley::cli {

/// Fills in what the command line did not say. Returns lines for who started it: in what the
/// command line won over the file, and what of it a session has no use for. kInvalid where products
/// of both sides have seats in it and the command line does not say whom the mocks play.
Result<std::vector<std::string>> apply_run_file(const RunFile& file, const Given& given,
                                                ServeOptions& options);

/// Where stated endpoints ("endpoints.push") put those of the places that `peers` does not have
/// yet; hosts are looked up by this machine's name service. kInvalid where that cannot be said: two
/// addresses for one name, one that has no port, or several partners to choose from. `side` is the
/// mocks', and the places are the other one's.
Status add_stated_peers(std::span<const scenario::IxitAnswer> endpoints, const mocks::Cast& cast,
                        ServedSide side, std::map<std::string, std::string, std::less<>>& peers);

}  // namespace parley::cli
