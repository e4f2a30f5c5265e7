#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <memory>
#include <ostream>

#include "harness/base/json.h"
#include "harness/cli/command.h"
#include "harness/cli/driver_meeting.h"
#include "harness/cli/driver_option.h"
#include "harness/cli/register_files.h"
#include "harness/cli/run_file_option.h"
#include "harness/cli/session.h"
#include "harness/cli/stated_timers.h"
#include "harness/judge/examine.h"
#include "harness/run/catalogue_plan.h"
#include "harness/scenario/account.h"
#include "reports/words.h"

namespace parley::cli {
namespace {

struct Options {
  SessionOptions session;
  std::vector<std::string> folders;
  std::string run_file;
  Given given;  ///< by the command line
  bool as_json = false;
};

// A run that is not performed: everything that is known before the first message.
struct DryRun {
  scenario::Plan plan;
  TimePoint as_of;
  std::size_t cases_of_profile = 0;
  std::vector<scenario::RowAccount> rows;
  std::vector<judge::ObligationPlan> obligations;
  std::vector<judge::ExaminationResult> examinations;
};

Result<DryRun> dry_run(const Suite& suite, const SessionOptions& options,
                       const DocumentRegister& documents) {
  DryRun out;
  PARLEY_ASSIGN(const std::vector<scenario::Filter> filters, options.selection.parse());
  PARLEY_ASSIGN(out.plan,
                scenario::draft_plan(suite.library, options.profile, filters, options.claim));
  PARLEY_ASSIGN(const scenario::Plan whole,
                scenario::draft_plan(suite.library, options.profile, {}));
  const Result<TimePoint> start = start_of(options);
  if (!start.ok()) return at("--as-of", start.error());
  out.as_of = *start;
  out.cases_of_profile = whole.cases.size() + whole.not_applicable.size();
  out.rows = scenario::account(suite.library, out.plan, out.as_of);
  run::CataloguePlan rows = run::catalogue_plan(suite.library, out.plan, out.as_of);
  out.examinations =
      run::examine_rows(suite.library, out.plan, rows, documents.documents, out.as_of);
  judge::judge_rows(out.examinations, {});
  out.obligations = std::move(rows.obligations);
  return out;
}

std::string checks_text(const scenario::RowAccount& row) {
  std::string out;
  for (const scenario::CheckAccount& check : row.checks) {
    out +=
        (out.empty() ? "" : ", ") + check.id + " (" + reports::counted(check.cases, "case") + ")";
  }
  return out;
}

std::string examinations_text(const DryRun& run, const std::string& id) {
  std::string out;
  for (const judge::ExaminationResult& one : run.examinations) {
    if (one.requirement != id) continue;
    out += (out.empty() ? "" : ", ") + one.kind + ": " +
           std::string(judge::to_string(one.finding.verdict)) + " (" + one.finding.code + ")";
  }
  return out;
}

// What judges the row, or why nothing does.
std::string row_text(const DryRun& run, const scenario::RowAccount& row) {
  std::string out = row.reason;
  for (const std::string& part : {checks_text(row), examinations_text(run, row.row->id)}) {
    if (!part.empty()) out += (out.empty() ? "" : "; ") + part;
  }
  return out;
}

std::string summary(const DryRun& run) {
  const auto counts = scenario::count(run.rows);
  std::string out = "plan: " + reports::counted(run.plan.cases.size(), "test case") + ", " +
                    reports::counted(run.plan.check_count(), "check") + "; " +
                    reports::counted(run.rows.size(), "requirement") + ":";
  for (std::size_t i = 0; i < counts.size(); ++i) {
    out += (i == 0 ? " " : ", ") + std::to_string(counts[i]) + " " +
           std::string(scenario::to_string(static_cast<scenario::Coverage>(i)));
  }
  return out;
}

void print_text(const DryRun& run, std::ostream& out) {
  const scenario::Profile& profile = *run.plan.profile;
  out << "profile " << profile.id << " " << profile.version << ", service " << profile.service
      << ", as of " << scenario::date_text(run.as_of) << "\n"
      << "test cases: " << run.plan.cases.size() << " selected, " << run.plan.not_applicable.size()
      << " not applicable, "
      << run.cases_of_profile - run.plan.cases.size() - run.plan.not_applicable.size()
      << " left out by the filters\n";
  for (const scenario::NotApplicable& one : run.plan.not_applicable) {
    out << "  not applicable: " << one.test_case->id << ", " << one.reason << "\n";
  }
  out << "\nobligations\n";
  for (const judge::ObligationPlan& one : run.obligations) {
    out << fmt::format("  {:<18}{}\n", one.clause,
                       one.in_force
                           ? "in force" + (one.since.empty() ? "" : " since " + one.since) +
                                 (one.decision.empty() ? "" : " by " + one.decision)
                           : one.reason);
  }
  out << "\nrequirements\n";
  for (const scenario::RowAccount& row : run.rows) {
    out << fmt::format("  {:<10}{:<15}{}\n", row.row->id, scenario::to_string(row.coverage),
                       row_text(run, row));
  }
  out << "\n" << summary(run) << "\n";
}

json::object row_json(const DryRun& run, const scenario::RowAccount& row) {
  json::array checks;
  for (const scenario::CheckAccount& check : row.checks) {
    checks.push_back(json::object{{"id", check.id},
                                  {"kind", check.kind},
                                  {"invariant", check.invariant},
                                  {"cases", static_cast<std::uint64_t>(check.cases)}});
  }
  json::array examinations;
  for (const judge::ExaminationResult& one : run.examinations) {
    if (one.requirement != row.row->id) continue;
    examinations.push_back(json::object{{"id", one.id},
                                        {"verdict", judge::to_string(one.finding.verdict)},
                                        {"code", one.finding.code}});
  }
  return {{"id", row.row->id},
          {"coverage", scenario::to_string(row.coverage)},
          {"reason", row.reason},
          {"checks", std::move(checks)},
          {"examinations", std::move(examinations)}};
}

json::object to_json(const DryRun& run) {
  json::array cases;
  for (const scenario::PlannedCase& one : run.plan.cases) cases.emplace_back(one.test_case->id);
  json::array not_applicable;
  for (const scenario::NotApplicable& one : run.plan.not_applicable) {
    not_applicable.push_back(json::object{{"id", one.test_case->id}, {"reason", one.reason}});
  }
  json::array obligations;
  for (const judge::ObligationPlan& one : run.obligations) {
    obligations.push_back(json::object{{"id", one.id},
                                       {"clause", one.clause},
                                       {"in_force", one.in_force},
                                       {"since", one.since},
                                       {"decision", one.decision},
                                       {"reason", one.reason}});
  }
  json::array rows;
  for (const scenario::RowAccount& row : run.rows) rows.push_back(row_json(run, row));
  json::object counts;
  const auto counted = scenario::count(run.rows);
  for (std::size_t i = 0; i < counted.size(); ++i) {
    counts[scenario::to_string(static_cast<scenario::Coverage>(i))] =
        static_cast<std::uint64_t>(counted[i]);
  }
  return {{"profile", run.plan.profile->id},
          {"service", run.plan.profile->service},
          {"as_of", scenario::date_text(run.as_of)},
          {"cases", std::move(cases)},
          {"not_applicable", std::move(not_applicable)},
          {"obligations", std::move(obligations)},
          {"requirements", std::move(rows)},
          {"counts", std::move(counts)}};
}

// What the run will find out about timers otherwise.
void warn_of_timers(const DryRun& run, const SessionOptions& options, Streams& streams) {
  std::vector<std::string> seats;
  const auto drivers = parse_driver_options(options.drivers);
  if (!drivers.ok()) return;  // which the run itself says
  for (const DriverOption& one : *drivers) {
    for (const std::string_view seat : driver::seats_behind(one.seat)) seats.emplace_back(seat);
  }
  const auto lines = failed_lines(examine_timers(run.plan, options.ixit, seats));
  if (!lines.empty()) streams.err << "parley: warning: run file\n" << driver::to_text(lines);
}

int plan(Options options, Streams& streams) {
  if (!take_run_file(options.run_file, options.given, options.session, options.folders, streams)) {
    return kExitUsage;
  }
  std::vector<Diagnostic> diagnostics;
  const std::optional<Suite> suite = load_suite(options.folders, diagnostics);
  const auto documents =
      suite ? load_registers(options.session.registers, suite->library, diagnostics) : std::nullopt;
  if (!documents) {
    streams.err << render(diagnostics);
    return kExitUsage;
  }
  const Result<DryRun> run = dry_run(*suite, options.session, *documents);
  if (!run.ok()) {
    streams.err << "parley: " << run.error().text() << "\n";
    return kExitUsage;
  }
  warn_of_timers(*run, options.session, streams);
  if (options.as_json) {
    streams.out << canonical(to_json(*run)) << "\n";
  } else {
    print_text(*run, streams.out);
  }
  return kExitPass;
}

}  // namespace

Action add_plan(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  SessionOptions& session = options->session;
  options->given = given_to(app);
  add_filter_options(app, session.selection);
  app.add_option("--run-file", options->run_file,
                 "what to run against what, from \"parley init\"; options win over it")
      ->type_name("FILE");
  app.add_option("--profile", session.profile, "what would be run")->capture_default_str();
  app.add_option("--as-of", session.as_of, "the day whose obligations are in force: 2026-11-22");
  app.add_option("--register", session.registers,
                 "a document register for what is not on the wire; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--scenarios", options->folders,
                 "a folder with scenarios of your own, laid out like scenarios/; may be repeated")
      ->type_name("DIR")
      ->allow_extra_args(false);
  app.add_flag("--json", options->as_json, "the plan as JSON");
  return [options](Streams& streams) { return plan(*options, streams); };
}

}  // namespace parley::cli
