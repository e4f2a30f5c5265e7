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

/// The line for one of them.
std::string won(std::string_view option, std::string_view key, const RunFile& file);

/// The options that the parsed command line gave to `app`, which must outlive this.
Given given_to(const CLI::App& app);

/// All of it for a command: reads `path`, where there is one, and applies it. false after
/// complaining to `streams.err`, where it also says in what the command line won.
bool take_run_file(const std::string& path, const Given& given, SessionOptions& session,
                   std::vector<std::string>& folders, Streams& streams);

/// The secrets behind its references: the tokens of drivers that dial in, and the accounts.
/// kNotFound or kInvalid for the first reference behind which there is none.
Status take_secrets(const RunFile& file, const Environment& environment, SessionOptions& session);

}  // namespace parley::cli
