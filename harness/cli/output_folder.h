// The folder that a run writes to. It says "interrupted" from the first moment on, and has a
// checkpoint behind every test case: a run that is killed leaves nothing that looks complete, and
// everything that it had shown.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/append_file.h"
#include "harness/base/result.h"
#include "harness/crypto/signing_key.h"
#include "harness/evidence/run_journal.h"
#include "harness/judge/result.h"
#include "reports/html.h"
#include "reports/proof.h"

namespace parley::cli {

inline constexpr const char* kCasesFile = "cases.jsonl";
inline constexpr const char* kCheckpointsFile = "checkpoints.jsonl";
inline constexpr const char* kBundleFile = "bundle.zip";  ///< of a run with a lab's keys

class OutputFolder {
 public:
  /// Creates the folder where it is missing and removes the files of an earlier run. kIo, with the
  /// place, where that cannot be done.
  static Result<OutputFolder> open(std::filesystem::path path);

  /// To be called once, before the first message: writes `beside`, files by name that stand beside
  /// the others, and the empty journal; result.json last, as `planned` has it: interrupted, nothing
  /// tested. With `lab`, checkpoints are signed.
  Status begin(const judge::RunResult& planned,
               const std::vector<std::pair<std::string, std::string>>& beside,
               std::optional<crypto::SigningKey> lab);

  /// The next test case: adds to transcript.jsonl and cases.jsonl, and then to checkpoints.jsonl,
  /// at once: it outlives the process; and, but for the last second's, the machine's fall. Not from
  /// two threads at a time. A failure is remembered, and what comes after it is not written: the
  /// same failure is given back.
  Status append(const judge::CaseResult& result, std::string_view lines);

  /// Writes the other files of the run, result.json last, each under a temporary name first. The
  /// error of append() where there was one.
  /// kInternal where result.json would not read as `result`. `proof` is what the report says of the
  /// suite itself.
  Status write(const judge::RunResult& result,
               const std::vector<reports::CaseSection>& case_sections,
               const reports::Proof& proof) const;

  std::filesystem::path report() const { return path_ / "report.html"; }

 private:
  /// The files that grow; they are there from begin() on.
  struct Journal {
    evidence::RunJournal texts;
    AppendFile transcript;
    AppendFile cases;
    AppendFile checkpoints;
    std::chrono::steady_clock::time_point synced{};
  };

  explicit OutputFolder(std::filesystem::path path) : path_(std::move(path)) {}
  Status append_now(Journal& journal, const judge::CaseResult& result, std::string_view lines);

  std::filesystem::path path_;
  std::optional<Journal> journal_;
  Status appended_;
};

}  // namespace parley::cli
