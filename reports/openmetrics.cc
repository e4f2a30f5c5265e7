#include "reports/openmetrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "reports/plain_text.h"

namespace parley::reports {
namespace {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

std::string label_value(std::string_view text) {
  std::string out;
  for (const char c : one_line(text)) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

class Page {
 public:
  explicit Page(Labels common) : common_(std::move(common)) {}

  void family(std::string_view name, std::string_view help) {
    name_ = name;
    out_ += fmt::format("# HELP {} {}\n# TYPE {} gauge\n", name, help, name);
  }
  void sample(const Labels& labels, const std::string& value) {
    out_ += name_;
    char separator = '{';
    for (const Labels* list : {&common_, &labels}) {
      for (const auto& [name, text] : *list) {
        out_ += fmt::format("{}{}=\"{}\"", separator, name, label_value(text));
        separator = ',';
      }
    }
    out_ += "} " + value + "\n";
  }
  std::string end() && { return std::move(out_) + "# EOF\n"; }

 private:
  const Labels common_;
  std::string name_;
  std::string out_;
};

// Seconds with a fraction, from whole numbers: the same digits on every machine.
std::string seconds(Duration d) {
  return fmt::format("{}.{:03}", d.count() / 1'000'000'000, d.count() / 1'000'000 % 1000);
}

void counts(Page& page, const judge::Counts& counts, bool with_dispositions) {
  const std::pair<const char*, std::uint64_t> rows[] = {{"pass", counts.pass},
                                                        {"fail", counts.fail},
                                                        {"inconclusive", counts.inconclusive},
                                                        {"error", counts.error},
                                                        {"not-applicable", counts.not_applicable},
                                                        {"not-tested", counts.not_tested}};
  for (const auto& [word, count] : std::span(rows).first(with_dispositions ? 6 : 4)) {
    page.sample({{"verdict", word}}, std::to_string(count));
  }
}

void about_run(Page& page, const judge::RunResult& result) {
  const judge::RunInfo& run = result.run;
  page.family("parley_run_info", "What was run, with what.");
  page.sample({{"run", run.id},
               {"harness_version", run.harness_version},
               {"profile_version", run.profile_version},
               {"mode", std::string(judge::to_string(run.mode))},
               {"catalogue_sha256", run.catalogue_digest}},
              "1");
  page.family("parley_run_completed_timestamp_seconds", "End of the run, in the World's time.");
  page.sample({}, std::to_string(unix_seconds(run.ended)));
  page.family("parley_run_duration_seconds", "Duration of the run, in the World's time.");
  page.sample({}, seconds(run.ended - run.started));
  page.family("parley_run_complete", "1 where the run was not interrupted.");
  page.sample({}, run.state == judge::RunState::kComplete ? "1" : "0");
  page.family("parley_run_exit_code", "0 pass, 1 fail, 2 incomplete, 3 error of the harness.");
  page.sample({}, std::to_string(result.exit_code));
}

void about_statuses(Page& page, const judge::RunResult& result) {
  // Of each requirement the series that holds, and no other: the statuses are not an enumeration
  // that dashboards add up.
  page.family("parley_requirement_status", "Status of each requirement.");
  for (const judge::RequirementResult& row : result.requirements) {
    page.sample({{"requirement", row.id}, {"status", std::string(judge::to_string(row.status))}},
                "1");
  }
  page.family("parley_obligation_status", "Status of each obligation.");
  for (const judge::ObligationResult& row : result.obligations) {
    page.sample({{"obligation", row.id}, {"status", std::string(judge::to_string(row.status))}},
                "1");
  }
  page.family("parley_conformance_statement", "The statement of the run is the series with 1.");
  for (const judge::Statement one :
       {judge::Statement::kConformant, judge::Statement::kConformantWithWaivers,
        judge::Statement::kNotConformant, judge::Statement::kNoStatement}) {
    page.sample({{"statement", std::string(judge::to_string(one))}},
                one == result.statement ? "1" : "0");
  }
  page.family("parley_waivers", "Waivers by what became of them.");
  for (const judge::WaiverState state :
       {judge::WaiverState::kApplied, judge::WaiverState::kExpired, judge::WaiverState::kStale,
        judge::WaiverState::kNotJudged}) {
    page.sample({{"state", std::string(judge::to_string(state))}},
                std::to_string(std::ranges::count(result.waivers, state, &judge::Waiver::state)));
  }
}

}  // namespace

std::string render_openmetrics(const judge::RunResult& result) {
  Page page({{"profile", result.run.profile_id},
             {"network", result.run.network},
             {"service", result.run.service}});
  about_run(page, result);
  page.family("parley_scenarios", "Test cases by verdict.");
  counts(page, result.summary.cases, true);
  page.family("parley_checks", "Judged checks by verdict.");
  counts(page, result.summary.checks, false);
  page.family("parley_unstable_scenarios", "Test cases whose attempts differ.");
  page.sample({}, std::to_string(result.summary.unstable));
  about_statuses(page, result);
  return std::move(page).end();
}

}  // namespace parley::reports
