// The folder that a run writes to. It says "interrupted" from the first moment on, so that a run
// that is killed leaves nothing that looks complete.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/append_file.h"
#include "harness/base/result.h"
#include "harness/judge/result.h"
#include "reports/html.h"
#include "reports/proof.h"

namespace parley::cli {

class OutputFolder {
 public:
  /// Creates the folder where it is missing, removes the files of an earlier run, and writes
  /// result.json as `planned` has it: interrupted, nothing tested. kIo, with the place, where that
  /// cannot be done.
  static Result<OutputFolder> open(std::filesystem::path path, const judge::RunResult& planned);

  /// Writes selection.json: which test cases were asked for. Whoever verifies plans from it anew.
  Status write_selection(std::string_view selection) const;

  /// Adds to transcript.jsonl, at once: what is recorded outlives the process. Not from two threads
  /// at a time. A failure is remembered, and what comes after it is not written.
  void append_transcript(std::string_view lines);

  /// Writes the other files of the run, result.json last, each under a temporary name first. The
  /// error of append_transcript() where there was one.
  /// kInternal where result.json would not read as `result`. `proof` is what the report says of the
  /// suite itself.
  Status write(const judge::RunResult& result,
               const std::vector<reports::CaseSection>& case_sections,
               const reports::Proof& proof) const;

  std::filesystem::path report() const { return path_ / "report.html"; }

 private:
  OutputFolder(std::filesystem::path path, AppendFile transcript)
      : path_(std::move(path)), transcript_(std::move(transcript)) {}
  std::filesystem::path path_;
  AppendFile transcript_;
  Status appended_;
};

}  // namespace parley::cli
