#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "harness/cli/cli.h"

// Read by jemalloc, which is linked where no sanitizer is. A run makes and drops some hundred
// megabytes of blocks, a test case at a time: giving memory back in between costs a fifth of it.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "dirty_decay_ms:-1,muzzy_decay_ms:-1";
}

int main(int argc, char** argv) {
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
