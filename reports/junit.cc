#include "reports/junit.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "harness/judge/waivers.h"
#include "reports/markup.h"
#include "reports/plain_text.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

struct SuiteCounts {
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
  Duration time{0};
};

using Cases = std::vector<const judge::CaseResult*>;

SuiteCounts count(const Cases& cases) {
  SuiteCounts out;
  for (const judge::CaseResult* test_case : cases) {
    out.time += test_case->duration;
    if (!test_case->verdict) {
      ++out.skipped;
    } else if (*test_case->verdict == judge::Verdict::kFail) {
      ++out.failures;
    } else if (*test_case->verdict != judge::Verdict::kPass) {
      ++out.errors;
    }
  }
  return out;
}

// World time, which in simulation is virtual: the same on every machine.
std::string seconds(Duration d) {
  return fmt::format("{}.{:03}", d.count() / 1'000'000'000, d.count() / 1'000'000 % 1000);
}

// The worst finding gives the message; all findings that are no pass give the text.
std::string problem(const judge::RunResult& result, const judge::CaseResult& test_case) {
  const bool fail = *test_case.verdict == judge::Verdict::kFail;
  std::string message = one_line(test_case.engine_error);
  std::string text;
  for (const judge::CheckResult& check : test_case.checks) {
    const judge::Finding& finding = check.finding;
    if (finding.verdict == judge::Verdict::kPass) continue;
    if (finding.verdict == *test_case.verdict && message.empty()) {
      message = check.id + ": " + finding.code;
    }
    text += check.id + ": " + std::string(judge::to_string(finding.verdict)) + " (" + finding.code +
            ")\nexpected: " + one_line(finding.expected) +
            "\nobserved: " + one_line(finding.observed) + "\nblamed: " + blamed(finding) +
            "\nevidence: transcript.jsonl";
    for (const std::uint64_t seq : finding.evidence) text += " record " + std::to_string(seq);
    text += "\n";
    const std::string note = notes(result, test_case.id, check);
    if (!note.empty()) text += "note: " + note + "\n";
  }
  if (message.empty()) message = "in an earlier attempt";
  if (judge::wholly_waived(result, test_case)) message = "[waived] " + message;
  const std::string element = fail ? "failure" : "error";
  return "   <" + element + " type=\"verdict." + std::string(judge::to_string(*test_case.verdict)) +
         "\" message=\"" + escaped(message) + "\">" + escaped(text) + "</" + element + ">\n";
}

std::string disposition_text(const judge::CaseResult& test_case) {
  const bool untested = test_case.disposition == judge::Disposition::kNotTested;
  return (untested ? "NOT TESTED" : std::string(judge::to_string(test_case.disposition))) + ": " +
         test_case.reason;
}

std::string case_element(const judge::RunResult& result, const judge::CaseResult& test_case,
                         const std::string& name, JunitDialect dialect) {
  std::string out = "  <testcase classname=\"" +
                    escaped(result.run.profile_id + "." + test_case.scenario) + "\" name=\"" +
                    escaped(name) + "\" time=\"" + seconds(test_case.duration) + "\"";
  if (dialect == JunitDialect::kGitlab && !test_case.file.empty()) {
    out += " file=\"" + escaped(test_case.file) + "\"";
  }
  std::string note = surrogate_note(test_case);
  if (const std::string more = left_out_note(test_case); !more.empty()) {
    note += (note.empty() ? "" : "; ") + more;
  }
  if (test_case.verdict == judge::Verdict::kPass && note.empty()) return out + "/>\n";
  out += ">\n";
  if (!test_case.verdict) {
    out += "   <skipped message=\"" + escaped(disposition_text(test_case)) + "\"/>\n";
  } else if (*test_case.verdict != judge::Verdict::kPass) {
    out += problem(result, test_case);
  }
  if (!note.empty()) out += "   <system-out>note: " + escaped(note) + "</system-out>\n";
  return out + "  </testcase>\n";
}

std::string property(std::string_view name, const std::string& value) {
  return "   <property name=\"" + escaped(name) + "\" value=\"" + escaped(value) + "\"/>\n";
}

std::string waiver_text(const judge::Waiver& waiver) {
  return std::string(judge::to_string(waiver.state)) + ": " + waiver.requirement + ", " +
         waiver.case_id + ", " + waiver.check_id + ", " + waiver.finding + ", until " +
         waiver.expires;
}

// Readers keep one of two test cases with the same name.
std::string unique_name(const std::string& id, std::set<std::string>& taken) {
  std::string name = id;
  for (int i = 2; !taken.insert(name).second; ++i) name = id + " (" + std::to_string(i) + ")";
  return name;
}

std::string suite_element(const judge::RunResult& result, const std::string& scenario,
                          const Cases& cases, std::size_t id, JunitDialect dialect) {
  const SuiteCounts counts = count(cases);
  std::string timestamp = utc_text(result.run.started);
  timestamp.pop_back();  // the schema wants no zone
  std::string out = fmt::format(
      " <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" "
      "time=\"{}\" timestamp=\"{}\" hostname=\"harness\" id=\"{}\" package=\"{}\">\n",
      escaped(scenario), cases.size(), counts.failures, counts.errors, counts.skipped,
      seconds(counts.time), timestamp, id, escaped(result.run.profile_id));
  out += "  <properties>\n";
  out += property("run.id", result.run.id);
  out += property("run.seed", std::to_string(result.run.seed));
  out += property("run.network", result.run.network);
  for (const judge::SeatHolder& seat : result.run.seats) {
    out += property("seat." + seat.seat, holder(seat));
  }
  out += property("addressing", result.run.addressing);
  if (!result.run.as_of.empty()) out += property("as-of", result.run.as_of);
  out += property("run.state", std::string(judge::to_string(result.run.state)));
  out += property("plan.sha256", result.run.plan_digest);
  out += property("transcript.sha256", result.run.transcript_digest);
  for (const judge::Waiver& waiver : result.waivers) {
    const bool mine = std::ranges::any_of(
        cases, [&](const judge::CaseResult* one) { return one->id == waiver.case_id; });
    if (mine) out += property("waiver." + waiver.id, waiver_text(waiver));
  }
  out += "  </properties>\n";
  std::set<std::string> taken;
  for (const judge::CaseResult* test_case : cases) {
    out += case_element(result, *test_case, unique_name(test_case->id, taken), dialect);
  }
  return out + " </testsuite>\n";
}

}  // namespace

std::string render_junit(const judge::RunResult& result, JunitDialect dialect) {
  std::vector<std::string> order;
  std::map<std::string, Cases> suites;
  Cases all;
  for (const judge::CaseResult& test_case : result.cases) {
    if (!suites.contains(test_case.scenario)) order.push_back(test_case.scenario);
    suites[test_case.scenario].push_back(&test_case);
    all.push_back(&test_case);
  }
  const SuiteCounts counts = count(all);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format(
      "<testsuites name=\"parley {}/{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" "
      "time=\"{}\">\n",
      escaped(result.run.profile_id), escaped(result.run.profile_version), all.size(),
      counts.failures, counts.errors, seconds(counts.time));
  for (std::size_t i = 0; i < order.size(); ++i) {
    out += suite_element(result, order[i], suites[order[i]], i, dialect);
  }
  return out + "</testsuites>\n";
}

}  // namespace parley::reports
