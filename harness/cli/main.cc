#include <malloc.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "harness/cli/cli.h"

int main(int argc, char** argv) {
  // A run makes and drops some hundred megabytes of small blocks, a test case at a time. Giving
  // memory back in between costs a fifth of the run.
  constexpr int kKeep = 256 * 1024 * 1024;
  ::mallopt(M_TRIM_THRESHOLD, kKeep);
  ::mallopt(M_MMAP_THRESHOLD, kKeep);
  ::mallopt(M_TOP_PAD, 16 * 1024 * 1024);
  const bool terminal = ::isatty(STDERR_FILENO) != 0;
  const char* no_color = std::getenv("NO_COLOR");
  const bool color = terminal && (no_color == nullptr || *no_color == '\0');
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  try {
    const int code = parley::cli::main(arguments, {std::cout, std::cerr, terminal, color});
    std::cout.flush();
    return code;
  } catch (const std::exception& e) {
    std::cerr << "parley: internal error: " << e.what() << "\n";
    return parley::cli::kExitHarness;
  }
}
