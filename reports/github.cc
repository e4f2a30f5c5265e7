#include "reports/github.h"

#include "harness/judge/waivers.h"
#include "reports/plain_text.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

// What ends a command, or a property of one, as GitHub wants it spelled.
std::string data(std::string_view text, bool property) {
  std::string out;
  for (const char c : plain_lines(text)) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\n') {
      out += "%0A";
    } else if (c == '\r') {
      out += "%0D";
    } else if (property && c == ':') {
      out += "%3A";
    } else if (property && c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

struct Annotation {
  bool error = true;
  std::string file{};
  int line = 0;
  std::string title;
  std::string text;
};

std::string command(const Annotation& annotation) {
  std::string out = annotation.error ? "::error " : "::warning ";
  if (!annotation.file.empty()) out += "file=" + data(annotation.file, true) + ",";
  if (annotation.line > 0) out += "line=" + std::to_string(annotation.line) + ",";
  return out + "title=" + data(annotation.title, true) + "::" + data(annotation.text, false) + "\n";
}

bool is_error(judge::Verdict verdict) {
  return verdict == judge::Verdict::kFail || verdict == judge::Verdict::kError;
}

std::string text_of(const judge::Finding& finding, const std::string& note) {
  std::string out = std::string(word(finding.verdict)) + " (" + finding.code +
                    ")\nexpected: " + finding.expected + "\nseen: " + finding.observed +
                    "\nblamed: " + blamed(finding);
  if (!note.empty()) out += "\nnote: " + note;
  return out;
}

void append_case(std::string& out, const judge::RunResult& result,
                 const judge::CaseResult& test_case, const LineOf& line_of) {
  if (test_case.verdict == judge::Verdict::kPass ||
      test_case.disposition == judge::Disposition::kNotApplicable) {
    return;
  }
  const auto line = [&](std::string_view check) { return line_of ? line_of(test_case, check) : 0; };
  if (!test_case.verdict || !test_case.engine_error.empty()) {
    out += command({.error = test_case.verdict.has_value(),
                    .file = test_case.file,
                    .line = line({}),
                    .title = test_case.id,
                    .text = test_case.verdict ? "the engine stopped: " + test_case.engine_error
                                              : "not tested: " + test_case.reason});
  }
  const std::size_t before = out.size();
  const bool waived = judge::wholly_waived(result, test_case);
  for (const judge::CheckResult& check : test_case.checks) {
    if (check.finding.verdict == judge::Verdict::kPass) continue;
    out += command({.error = is_error(check.finding.verdict) && !waived,
                    .file = test_case.file,
                    .line = line(check.id),
                    .title = test_case.id + " " + check.id,
                    .text = text_of(check.finding, notes(result, test_case.id, check))});
  }
  if (out.size() > before || !test_case.verdict || !test_case.engine_error.empty()) return;
  out += command({.error = is_error(*test_case.verdict),
                  .file = test_case.file,
                  .line = line({}),
                  .title = test_case.id,
                  .text = std::string(word(*test_case.verdict)) + " in an earlier attempt"});
}

}  // namespace

std::string render_github(const judge::RunResult& result, const LineOf& line_of) {
  std::string out;
  for (const judge::CaseResult& test_case : result.cases) {
    append_case(out, result, test_case, line_of);
  }
  for (const judge::ExaminationResult& one : result.examinations) {
    if (one.finding.verdict != judge::Verdict::kFail) continue;
    out += command({.title = one.id + " (document register)", .text = text_of(one.finding, {})});
  }
  for (const judge::Waiver& one : result.waivers) {
    if (one.state != judge::WaiverState::kExpired && one.state != judge::WaiverState::kStale) {
      continue;
    }
    out += command({.title = "waiver " + one.id,
                    .text = std::string(judge::to_string(one.state)) + ": " + one.requirement +
                            ", " + one.case_id + ", " + one.check_id + ", " + one.finding});
  }
  return out;
}

}  // namespace parley::reports
