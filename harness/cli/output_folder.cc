#include "harness/cli/output_folder.h"

#include <system_error>
#include <utility>

#include "harness/base/file.h"
#include "harness/judge/result_json.h"
#include "reports/html.h"
#include "reports/junit.h"

namespace parley::cli {
namespace {

constexpr const char* kResult = "result.json";
constexpr const char* kTranscript = "transcript.jsonl";
constexpr const char* kReport = "report.html";
constexpr const char* kJunit = "junit.xml";
constexpr const char* kSelection = "selection.json";

// Read back before it is written: what the writer lost must not look like a result.
Status write_result(const std::filesystem::path& path, const judge::RunResult& result) {
  const json::object written = judge::to_json(result);
  PARLEY_ASSIGN(const judge::RunResult again, judge::run_result_from_json(written));
  if (judge::to_json(again) != written) {
    return make_error(ErrorCode::kInternal, "the result does not read as what was judged",
                      path.string());
  }
  return write_file_atomically(path, canonical(written) + "\n");
}

}  // namespace

Result<OutputFolder> OutputFolder::open(std::filesystem::path path,
                                        const judge::RunResult& planned) {
  std::error_code ec;
  std::filesystem::create_directories(path, ec);
  if (ec) return make_error(ErrorCode::kIo, ec.message(), path.string());
  for (const char* name : {kResult, kTranscript, kReport, kJunit, kSelection}) {
    std::filesystem::remove(path / name, ec);
    if (ec) return make_error(ErrorCode::kIo, ec.message(), (path / name).string());
  }
  PARLEY_TRY(write_result(path / kResult, planned));
  PARLEY_ASSIGN(AppendFile transcript, AppendFile::create(path / kTranscript));
  return OutputFolder(std::move(path), std::move(transcript));
}

Status OutputFolder::write_selection(std::string_view selection) const {
  return write_file_atomically(path_ / kSelection, selection);
}

void OutputFolder::append_transcript(std::string_view lines) {
  if (appended_.ok()) appended_ = transcript_.append(lines);
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
