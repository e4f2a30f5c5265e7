// `parley mutants sweep`: one fault after another in every test case.
#pragma once

#include "harness/cli/command.h"

namespace parley::cli {

/// Declares the command's options on `app`; their values live in the returned action.
Action add_sweep(CLI::App& app);

}  // namespace parley::cli
