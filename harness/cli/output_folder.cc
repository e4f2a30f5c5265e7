#include "harness/cli/output_folder.h"

#include <system_error>
#include <utility>

#include "harness/attest/selection.h"
#include "harness/base/file.h"
#include "harness/cli/ledger_folder.h"
#include "harness/evidence/bundle.h"
#include "harness/judge/result_json.h"
#include "reports/html.h"
#include "reports/junit.h"

namespace parley::cli {
namespace {

namespace fs = std::filesystem;

const std::string kResult(evidence::kResultFile);
const std::string kTranscript(evidence::kTranscriptFile);
constexpr const char* kReport = "report.html";
constexpr const char* kJunit = "junit.xml";

/// How often what was written is forced onto the disk: a process that is killed loses nothing
/// without it, and a disk has better to do.
constexpr std::chrono::milliseconds kSync(1000);

// Read back before it is written: what the writer lost must not look like a result.
Status write_result(const fs::path& path, const judge::RunResult& result) {
  const json::object written = judge::to_json(result);
  PARLEY_ASSIGN(const judge::RunResult again, judge::run_result_from_json(written));
  if (judge::to_json(again) != written) {
    return make_error(ErrorCode::kInternal, "the result does not read as what was judged",
                      path.string());
  }
  return write_file_atomically(path, canonical(written) + "\n");
}

}  // namespace

Result<OutputFolder> OutputFolder::open(fs::path path) {
  std::error_code ec;
  fs::create_directories(path, ec);
  if (ec) return make_error(ErrorCode::kIo, ec.message(), path.string());
  // The result goes first: without it nothing looks like a run.
  for (const std::string_view name :
       {std::string_view(kResult), std::string_view(kTranscript), std::string_view(kReport),
        std::string_view(kJunit), attest::kSelectionFile, std::string_view(kCasesFile),
        std::string_view(kCheckpointsFile), std::string_view(kRunOpenFile),
        std::string_view(kBundleFile)}) {
    fs::remove(path / name, ec);
    if (ec) return make_error(ErrorCode::kIo, ec.message(), (path / name).string());
  }
  return OutputFolder(std::move(path));
}

Status OutputFolder::begin(const judge::RunResult& planned,
                           const std::vector<std::pair<std::string, std::string>>& beside,
                           std::optional<crypto::SigningKey> lab) {
  for (const auto& [name, content] : beside) {
    PARLEY_TRY(write_file_atomically(path_ / name, content));
  }
  PARLEY_ASSIGN(AppendFile transcript, AppendFile::create(path_ / kTranscript));
  PARLEY_ASSIGN(AppendFile cases, AppendFile::create(path_ / kCasesFile));
  PARLEY_ASSIGN(AppendFile checkpoints, AppendFile::create(path_ / kCheckpointsFile));
  journal_.emplace(Journal{evidence::RunJournal(planned.run.id, std::move(lab)),
                           std::move(transcript), std::move(cases), std::move(checkpoints)});
  return write_result(path_ / kResult, planned);
}

Status OutputFolder::append_now(Journal& journal, const judge::CaseResult& result,
                                std::string_view lines) {
  PARLEY_ASSIGN(const evidence::RunJournal::Entry entry,
                journal.texts.add(lines, judge::to_json(result)));
  PARLEY_TRY(journal.transcript.append(lines));
  PARLEY_TRY(journal.cases.append(entry.case_line));
  const auto now = std::chrono::steady_clock::now();
  if (now - journal.synced >= kSync) {
    PARLEY_TRY(journal.transcript.sync());
    PARLEY_TRY(journal.cases.sync());
    journal.synced = now;
  }
  return journal.checkpoints.append(entry.checkpoint_line);
}

Status OutputFolder::append(const judge::CaseResult& result, std::string_view lines) {
  if (appended_.ok()) appended_ = append_now(*journal_, result, lines);
  return appended_;
}

Status OutputFolder::write(const judge::RunResult& result,
                           const std::vector<reports::CaseSection>& case_sections,
                           const reports::Proof& proof) const {
  PARLEY_TRY(appended_);
  PARLEY_TRY(
      write_file_atomically(path_ / kReport, reports::render_html(result, case_sections, proof)));
  PARLEY_TRY(write_file_atomically(path_ / kJunit, reports::render_junit(result)));
  return write_result(path_ / kResult, result);
}

}  // namespace parley::cli
