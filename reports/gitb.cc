#include "reports/gitb.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "harness/base/join.h"
#include "harness/judge/waivers.h"
#include "reports/plain_text.h"
#include "reports/words.h"
#include "reports/xml_writer.h"

namespace parley::reports {
namespace {

using Cases = std::vector<const judge::CaseResult*>;

constexpr std::string_view kSuccess = "SUCCESS";
constexpr std::string_view kFailure = "FAILURE";
constexpr std::string_view kWarning = "WARNING";
constexpr std::string_view kUndefined = "UNDEFINED";

std::string_view word_for(std::optional<judge::Verdict> verdict) {
  if (verdict == judge::Verdict::kPass) return kSuccess;
  return verdict == judge::Verdict::kFail ? kFailure : kUndefined;
}

// "media" of "media.intact".
std::string area_of(const judge::CaseResult& test_case) {
  return test_case.scenario.substr(0, test_case.scenario.find('.'));
}

struct Tally {
  std::size_t succeeded = 0;
  std::size_t failed = 0;
  std::size_t incomplete = 0;

  void add(std::string_view word) {
    ++(word == kSuccess ? succeeded : word == kFailure ? failed : incomplete);
  }
  std::string_view word() const {
    if (failed > 0) return kFailure;
    return succeeded > 0 && incomplete == 0 ? kSuccess : kUndefined;
  }
};

class Report {
 public:
  explicit Report(const judge::RunResult& result) : result_(result) {
    for (const judge::RequirementResult& row : result.requirements) {
      if (row.modality != judge::Modality::kMust) recommended_.insert(row.id);
    }
    for (const judge::CaseResult& one : result.cases) {
      if (judge::wholly_waived(result, one)) waived_.insert(one.id);
    }
  }

  std::string render() && {
    xml_.open("ConformanceStatementReport",
              {{"xmlns", "http://www.gitb.com/tr/v1/"},
               {"xmlns:gitb", "http://www.gitb.com/core/v1/"},
               {"xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"}});
    xml_.open("metadata");
    xml_.text("reportTime", utc_text(result_.run.ended));
    xml_.close();
    xml_.open("statement", {{"id", result_.run.id}});
    definition();
    summary();
    xml_.text("lastUpdate", utc_text(result_.run.ended));
    overview();
    details();
    return std::move(xml_).end();
  }

 private:
  bool ignored(const judge::CaseResult& one) const { return waived_.contains(one.id); }
  static bool disabled(const judge::CaseResult& one) {
    return one.disposition == judge::Disposition::kNotApplicable;
  }

  void item(std::string_view element, std::string_view name, const std::string& description,
            const std::string& metadata) {
    xml_.open(element);
    xml_.text("name", name);
    xml_.text_if("description", description);
    xml_.text_if("metadata", metadata);
    xml_.close();
  }

  void definition() {
    const judge::RunInfo& run = result_.run;
    const auto tested = std::ranges::find(run.seats, true, &judge::SeatHolder::under_test);
    const bool nobody = tested == run.seats.end();
    xml_.open("definition");
    xml_.open("party");
    xml_.open("organisation");
    xml_.text("name", nobody ? "none: every seat is held by a mock of Parley" : "not stated");
    xml_.close();
    xml_.open("system");
    xml_.text("name", nobody ? "parley mocks" : one_line(tested->implementation));
    if (!nobody) xml_.text_if("version", one_line(tested->version));
    xml_.text("description", one_line(under_test(run)));
    xml_.close();
    xml_.close();
    item("domain", "Messaging interoperability", "Article 7 of Regulation (EU) 2022/1925", {});
    item("specification", run.profile_id + " " + run.profile_version,
         statement_sentence(result_) + " " + std::string(kWhatItIs),
         "catalogue sha256 " + run.catalogue_digest + ", plan sha256 " + run.plan_digest);
    item("actor", nobody ? "every seat" : std::string_view(tested->seat), {}, {});
    xml_.close();
  }

  void summary() {
    Tally counted;
    Tally left_out;
    for (const judge::CaseResult& one : result_.cases) {
      if (disabled(one)) continue;
      (ignored(one) ? left_out : counted).add(word_for(one.verdict));
    }
    const bool states = result_.statement == judge::Statement::kConformant ||
                        result_.statement == judge::Statement::kConformantWithWaivers;
    const bool failed = counted.failed > 0 || result_.exit_code == 1 ||
                        result_.statement == judge::Statement::kNotConformant;
    xml_.open("summary");
    xml_.text("status", failed ? kFailure : states ? kSuccess : kUndefined);
    xml_.text("succeeded", std::to_string(counted.succeeded));
    xml_.text("failed", std::to_string(counted.failed));
    xml_.text("incomplete", std::to_string(counted.incomplete));
    xml_.text("succeededIgnored", std::to_string(left_out.succeeded));
    xml_.text("failedIgnored", std::to_string(left_out.failed));
    xml_.text("incompleteIgnored", std::to_string(left_out.incomplete));
    xml_.close();
  }

  void case_metadata(const judge::CaseResult& one) {
    xml_.open("metadata");
    xml_.text("gitb:name", one.id);
    xml_.text("gitb:type", "CONFORMANCE");
    xml_.text("gitb:version", result_.run.profile_version);
    const std::string note = surrogate_note(one);
    xml_.text("gitb:description", one_line(one.title) + (note.empty() ? "" : " Note: " + note));
    if (!one.requirements.empty()) {
      xml_.open("gitb:specification");
      xml_.text("gitb:reference", joined(one.requirements));
      xml_.close();
    }
    xml_.close();
  }

  void overview() {
    std::vector<std::string> order;
    std::map<std::string, Cases> suites;
    for (const judge::CaseResult& one : result_.cases) {
      const std::string area = area_of(one);
      if (!suites.contains(area)) order.push_back(area);
      suites[area].push_back(&one);
    }
    xml_.open("testOverview");
    for (const std::string& area : order) suite(area, suites[area]);
    if (order.empty()) suite("no test case", {});
    xml_.close();
  }

  void suite(const std::string& area, const Cases& cases) {
    Tally tally;
    for (const judge::CaseResult* one : cases) {
      if (!disabled(*one) && !ignored(*one)) tally.add(word_for(one->verdict));
    }
    xml_.open("testSuite");
    xml_.open("metadata");
    xml_.text("gitb:name", area);
    xml_.text("gitb:version", result_.run.profile_version);
    xml_.close();
    xml_.text("result", tally.word());
    if (!cases.empty()) {
      xml_.open("testCases");
      for (const judge::CaseResult* one : cases) {
        xml_.open("testCase", {{"optional", ignored(*one) ? "true" : "false"},
                               {"disabled", disabled(*one) ? "true" : "false"},
                               {"ref", one->id}});
        case_metadata(*one);
        xml_.text("result", word_for(one->verdict));
        xml_.close();
      }
      xml_.close();
    }
    xml_.close();
  }

  void details() {
    if (result_.cases.empty()) return;
    xml_.open("testDetails");
    for (std::size_t i = 0; i < result_.cases.size(); ++i) {
      const judge::CaseResult& one = result_.cases[i];
      xml_.open("testCase", {{"id", one.id}});
      case_metadata(one);
      xml_.text("sessionId", result_.run.id + "-" + std::to_string(i + 1));
      const TimePoint start = one.verdict ? one.started : result_.run.started;
      xml_.text("startTime", utc_text(start));
      xml_.text("endTime", utc_text(start + one.duration));
      xml_.text("result", word_for(one.verdict));
      messages(one);
      if (!one.checks.empty()) {
        xml_.open("steps");
        for (const judge::CheckResult& check : one.checks) step(one, check);
        xml_.close();
      }
      xml_.close();
    }
    xml_.close();
  }

  void messages(const judge::CaseResult& one) {
    if (!one.verdict || one.verdict == judge::Verdict::kInconclusive ||
        one.verdict == judge::Verdict::kError) {
      const std::string& why = one.engine_error.empty() ? one.reason : one.engine_error;
      xml_.text("message", std::string(word(one)) + (why.empty() ? "" : ": " + one_line(why)));
    }
    for (const judge::Waiver& waiver : result_.waivers) {
      if (waiver.state != judge::WaiverState::kApplied || waiver.case_id != one.id) continue;
      xml_.text("message", "[" + waiver.id + "] waived until " + waiver.expires + " by " +
                               one_line(waiver.owner) + ": " + one_line(waiver.reason));
    }
  }

  // Whether a check bears on recommendations only.
  bool recommends(const judge::CaseResult& one, const judge::CheckResult& check) const {
    const auto& rows = check.requirements.empty() ? one.requirements : check.requirements;
    return !rows.empty() && std::ranges::all_of(rows, [&](const std::string& id) {
      return recommended_.contains(id);
    });
  }

  void step(const judge::CaseResult& one, const judge::CheckResult& check) {
    const judge::Finding& finding = check.finding;
    const bool failed = finding.verdict == judge::Verdict::kFail;
    const bool warns = failed && recommends(one, check);
    const std::string note = notes(result_, one.id, check);
    xml_.open("step", {{"id", check.id}});
    xml_.text("description", check.kind);
    xml_.open("report", {{"xsi:type", "TAR"}, {"name", check.id}});
    xml_.text("date", utc_text(one.started + one.duration));
    xml_.text("result", warns ? kWarning : word_for(finding.verdict));
    xml_.open("overview");
    xml_.text("profileID", result_.run.profile_id);
    xml_.text("validationServiceName", result_.run.harness_name);
    xml_.text("validationServiceVersion", result_.run.harness_version);
    xml_.text_if("note", note);
    xml_.close();
    xml_.open("counters");
    xml_.text("nrOfAssertions", "1");
    xml_.text("nrOfErrors", failed && !warns ? "1" : "0");
    xml_.text("nrOfWarnings", warns ? "1" : "0");
    xml_.close();
    if (finding.verdict != judge::Verdict::kPass) {
      assertion(failed ? (warns ? "warning" : "error") : "info", one, check);
    }
    xml_.close();
    xml_.close();
  }

  void assertion(std::string_view level, const judge::CaseResult& one,
                 const judge::CheckResult& check) {
    const judge::Finding& finding = check.finding;
    const auto& rows = check.requirements.empty() ? one.requirements : check.requirements;
    std::string location = "transcript.jsonl";
    for (const std::uint64_t seq : finding.evidence) location += " record " + std::to_string(seq);
    xml_.open("reports");
    xml_.open(level, {{"xsi:type", "BAR"}});
    xml_.text("assertionID", check.id);
    xml_.text("description", std::string(word(finding.verdict)) + " (" + finding.code + "), " +
                                 expected_and_seen(finding) + "; blamed: " + blamed(finding));
    xml_.text("location", location);
    xml_.text("test", one_line(finding.expected));
    xml_.text("type", joined(rows));
    xml_.text("value", one_line(finding.observed));
    xml_.close();
    xml_.close();
  }

  const judge::RunResult& result_;
  std::set<std::string> recommended_;
  std::set<std::string> waived_;
  XmlWriter xml_;
};

}  // namespace

std::string render_gitb(const judge::RunResult& result) { return Report(result).render(); }

}  // namespace parley::reports
