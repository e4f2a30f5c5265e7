// `--waivers FILE`, for the commands that have it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/base/result.h"
#include "harness/cli/run_source.h"
#include "harness/cli/suite.h"
#include "harness/judge/result.h"

namespace parley::cli {

/// What was handed in, and the day that it is held to.
struct WaiverFile {
  std::vector<judge::Waiver> waivers;
  std::string digest{};  ///< hex SHA-256 of the file
  std::string day{};     ///< `as_of`, else the machine's; empty where no file is named
};

/// nullopt, and at least one diagnostic, where the file cannot be read, anything in it is wrong, or
/// `as_of` is no day.
std::optional<WaiverFile> load_waivers(const std::string& path, const std::string& as_of,
                                       const scenario::Library& library,
                                       std::vector<Diagnostic>& diagnostics);

/// The run rolled up anew with these waivers. kInvalid where it was made with another catalogue
/// than that of `suite`, kNotFound where it does not say what was selected.
Result<judge::RunResult> with_waivers(const RunSource& source, const Suite& suite,
                                      const WaiverFile& waivers);

/// One line for each waiver that has expired or is stale, for people.
std::string waiver_troubles(const judge::RunResult& result);

}  // namespace parley::cli
