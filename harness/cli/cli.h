// The command line: the only place that reads arguments, the environment and the machine's clock,
// and that knows every part of the product.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace parley::cli {

/// Process exit codes, fixed so that scripts can rely on them.
enum ExitCode : int {
  kExitPass = 0,
  kExitFail = 1,
  kExitInconclusive = 2,  ///< also: interrupted, incomplete
  kExitHarness = 3,
  kExitUsage = 4,  ///< the arguments or the files given are wrong
};

/// Where a command writes. `out` is for results and ends with a one-line summary; `err` is for
/// progress and complaints.
struct Streams {
  std::ostream& out;
  std::ostream& err;
  bool progress = false;  ///< err is a terminal that may be rewritten
  bool color = false;
};

/// Runs the command that `arguments` (without the program's name) ask for.
int main(const std::vector<std::string>& arguments, Streams streams);

}  // namespace parley::cli
