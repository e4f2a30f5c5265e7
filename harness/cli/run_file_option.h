// `--run-file FILE`: what the file says becomes the options of the run, and options on the command
// line win.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/cli/run_file.h"
#include "harness/cli/session.h"

namespace CLI {
class App;
}

namespace parley::cli {

/// Whether the command line gave that option: "--seed".
using Given = std::function<bool(std::string_view option)>;

/// Fills in what the command line did not say. Returns a line for everything in which it won over
/// the file. `folders` are those of `--scenarios`.
std::vector<std::string> apply_run_file(const RunFile& file, const Given& given,
                                        SessionOptions& session, std::vector<std::string>& folders);

/// The options that the parsed command line gave to `app`, which must outlive this.
Given given_to(const CLI::App& app);

/// All of it for a command: reads `path`, where there is one, and applies it. false after
/// complaining to `streams.err`, where it also says in what the command line won.
bool take_run_file(const std::string& path, const Given& given, SessionOptions& session,
                   std::vector<std::string>& folders, Streams& streams);

/// Whether a run can be had with it: kNotFound or kInvalid for the first of its references behind
/// which no secret is. What is found is forgotten at once.
Status check_run_file(const RunFile& file, const Environment& environment);

/// The tokens of the drivers that dial in; errors as check_run_file().
Status take_driver_tokens(const RunFile& file, const Environment& environment,
                          SessionOptions& session);

}  // namespace parley::cli
