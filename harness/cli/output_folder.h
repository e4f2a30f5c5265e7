// The folder that a run writes to. It says "interrupted" from the first moment on, so that a run
// that is killed leaves nothing that looks complete.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/judge/result.h"

namespace parley::cli {

class OutputFolder {
 public:
  /// Creates the folder where it is missing, removes the files of an earlier run, and writes
  /// result.json as `planned` has it: interrupted, nothing tested. kIo, with the place, where that
  /// cannot be done.
  static Result<OutputFolder> open(std::filesystem::path path, const judge::RunResult& planned);

  /// Writes all files of the run, result.json last, each under a temporary name first.
  Status write(const judge::RunResult& result, const std::string& transcript,
               const std::vector<std::string>& case_sections) const;

  std::filesystem::path report() const { return path_ / "report.html"; }

 private:
  explicit OutputFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace parley::cli
