#include <algorithm>
#include <span>
#include <utility>

#include "harness/attest/certification.h"
#include "harness/attest/inspection.h"
#include "harness/attest/public_result.h"
#include "harness/attest/seal_run.h"
#include "harness/attest/selection.h"
#include "harness/base/encoding.h"
#include "harness/base/join.h"
#include "harness/evidence/bundle.h"
#include "harness/judge/judge.h"
#include "harness/judge/result_json.h"
#include "harness/judge/rollup.h"
#include "harness/run/catalogue_plan.h"
#include "harness/run/observability.h"
#include "harness/run/plan_run.h"
#include "reports/html.h"
#include "reports/junit.h"

namespace parley::attest {
namespace {

constexpr JsonLimits kLimits{.bytes = 256 * 1024 * 1024, .depth = 32};

Status wrong(std::string what) {
  return make_error(ErrorCode::kInvalid, std::move(what), "result.json");
}

Status read_result(Inspection& in) {
  const std::string_view text = *in.file(evidence::kResultFile);  // V04 has seen it
  PARLEY_ASSIGN(json::value value, parse_json(text, "result.json", kLimits));
  auto result = judge::run_result_from_json(value);
  if (!result.ok()) return at("result.json", std::move(result).error());
  if (canonical(judge::to_json(*result)) + "\n" != text) {
    return wrong("is not written in canonical JSON");
  }
  const evidence::TestStatement& statement = *in.statement;
  if (result->run.id != statement.run_id) return wrong("is of the run \"" + result->run.id + "\"");
  if (profile_text(result->run) != statement.profile) {
    return wrong("is about the profile " + profile_text(result->run) + ", the statement about " +
                 statement.profile);
  }
  if (judge::to_string(result->statement) != statement.sentence) {
    return wrong("states \"" + std::string(judge::to_string(result->statement)) +
                 "\", signed was \"" + statement.sentence + "\"");
  }
  in.result = *std::move(result);
  in.result_json = std::move(value.get_object());
  return {};
}

bool same_claim(std::span<const judge::ClaimStated> one,
                std::span<const judge::ClaimStated> other) {
  return std::ranges::equal(one, other, [](const auto& a, const auto& b) {
    return a.group == b.group && a.item == b.item && a.claimed == b.claimed;
  });
}

Status check_plan_digest(const Inspection& in, const scenario::Plan& plan) {
  const std::string digest = plan_digest(plan);
  if (digest != in.result->run.plan_digest) {
    return wrong("names another plan than the one that this catalogue gives for its selection");
  }
  const auto& configuration = in.statement->configuration;
  const auto named = std::ranges::find(configuration, "plan.json", &evidence::Artifact::name);
  if (named == configuration.end() || hex(named->sha256) != digest) {
    return make_error(ErrorCode::kInvalid, "names another plan", "statement");
  }
  judge::RunInfo described = in.result->run;
  run::describe_plan(described, plan);
  const judge::RunInfo& run = in.result->run;
  if (!same_claim(described.ics, run.ics)) return wrong("states another ICS than the plan has");
  if (described.profile_id != run.profile_id || described.profile_version != run.profile_version ||
      described.service != run.service || described.as_of != run.as_of) {
    return wrong("describes the plan otherwise than it is");
  }
  if (run.mode != judge::Mode::kCertification) return {};
  const std::vector<std::string> gaps = certification_gaps(run, plan);
  if (gaps.empty()) return {};
  return wrong("is of a certification run, which that cannot have been: " + gaps.front());
}

Status plan_anew(Inspection& in) {
  if (in.result->run.catalogue_digest != in.own.digest) {
    return wrong("rests on the catalogue " + in.result->run.catalogue_digest +
                 "; the one here is " + in.own.digest);
  }
  const auto selection = in.file(kSelectionFile);
  if (!selection) {
    return make_error(ErrorCode::kInvalid, "is not in the bundle", std::string(kSelectionFile));
  }
  PARLEY_ASSIGN(scenario::Plan plan, plan_of_selection(*selection, in.own.library));
  PARLEY_TRY(check_plan_digest(in, plan));
  in.plan = std::move(plan);
  return {};
}

std::string names_of(const std::vector<judge::LeftOutCheck>& checks) {
  std::string out;
  for (const judge::LeftOutCheck& one : checks) out += (out.empty() ? "" : ", ") + one.id;
  return out.empty() ? "none" : out;
}

// An executed case has each check of the plan once: judged, or left out where it may be and nobody
// could see what it asks for. That is settled by the plan and the seats, whatever the result says.
Status compare_checks(const judge::CasePlan& plan, const judge::CaseResult& stated) {
  if (stated.left_out != plan.left_out) {
    return wrong("says of \"" + plan.id +
                 "\" that it left out these checks: " + names_of(stated.left_out) +
                 "; by the plan and the seats it is these: " + names_of(plan.left_out) +
                 ", or for other reasons");
  }
  const std::vector<judge::CheckResult> demanded = judge::hold_to_plan(plan, {});
  const auto same = [](const judge::CheckResult& one, const judge::CheckResult& other) {
    return one.id == other.id && one.kind == other.kind && one.role == other.role &&
           one.requirements == other.requirements;
  };
  if (std::ranges::equal(stated.checks, demanded, same)) return {};
  return wrong("has other checks of \"" + plan.id + "\" than were planned");
}

// The test cases of the plan, and then those that do not apply: exactly those, in this order.
Status compare_cases(const Inspection& in) {
  std::vector<std::string> planned;
  for (const scenario::PlannedCase& one : in.plan->cases) planned.push_back(one.test_case->id);
  for (const auto& one : in.plan->not_applicable) planned.push_back(one.test_case->id);
  const auto& stated = in.result->cases;
  const std::vector<std::string> driven = run::driven_seats_of(in.result->run);
  for (std::size_t i = 0; i < std::max(planned.size(), stated.size()); ++i) {
    if (i >= planned.size()) return wrong("has \"" + stated[i].id + "\", which nobody planned");
    const bool applies =
        i < in.plan->cases.size() && run::not_observable(in.plan->cases[i], driven).empty();
    if (i >= stated.size() || stated[i].id != planned[i]) {
      return wrong("lacks \"" + planned[i] + "\", which was planned, or has it elsewhere");
    }
    if (applies == (stated[i].disposition == judge::Disposition::kNotApplicable)) {
      return wrong("says of \"" + planned[i] + "\" that it " +
                   (applies ? "does not apply" : "applies") + "; the plan says otherwise");
    }
    if (stated[i].disposition != judge::Disposition::kExecuted) continue;
    PARLEY_TRY(
        compare_checks(run::case_plan(in.own.library, in.plan->cases[i], driven), stated[i]));
  }
  const evidence::TestStatement expected = statement_of(*in.result, in.statement->nonce);
  if (expected.passed == in.statement->passed && expected.failed == in.statement->failed &&
      expected.warned == in.statement->warned) {
    return {};
  }
  return make_error(ErrorCode::kInvalid, "lists other test cases than the result", "statement");
}

// The names of the members in which the two differ, of which either may lack one.
std::string differences(const json::object& stated, const json::object& computed) {
  std::vector<std::string> out;
  for (const auto& member : stated) {
    const json::value* other = computed.if_contains(member.key());
    if (other == nullptr || *other != member.value()) out.emplace_back(member.key());
  }
  for (const auto& member : computed) {
    if (!stated.contains(member.key())) out.emplace_back(member.key());
  }
  return joined(out);
}

judge::RunResult roll_up_anew(const Inspection& in, bool has_register) {
  const judge::RunResult& stated = *in.result;
  const TimePoint as_of = stated.run.started;
  const run::CataloguePlan rows = run::catalogue_plan(in.own.library, *in.plan, as_of);
  auto examinations =
      has_register ? run::examine_rows(in.own.library, *in.plan, rows, in.own.documents, as_of)
                   : stated.examinations;
  return judge::roll_up(stated.run, stated.cases, rows.requirements, rows.obligations,
                        std::move(examinations), stated.waivers);
}

}  // namespace

Verdict check_result(Inspection& in) {
  const Status read = read_result(in);
  if (!read.ok()) return fails(read.error().text());
  return holds(std::to_string(in.result->cases.size()) + " test cases, verdict " +
               std::string(judge::to_string(in.result->verdict)) +
               (in.result->run.state == judge::RunState::kInterrupted ? ", interrupted" : ""));
}

Verdict check_plan(Inspection& in) {
  const Status planned = plan_anew(in);
  if (!planned.ok()) return fails(planned.error().text());
  return holds("profile " + in.plan->profile->id + ", " + std::to_string(in.plan->cases.size()) +
               " test cases, " + std::to_string(in.plan->check_count()) + " checks");
}

Verdict check_cases(Inspection& in) {
  std::size_t left_out = 0;
  for (const judge::CaseResult& one : in.result->cases) left_out += one.left_out.size();
  return verdict_of(compare_cases(in),
                    left_out == 0 ? ""
                                  : std::to_string(left_out) +
                                        " checks are left out, as the plan and the seats say");
}

Verdict check_roll_up(Inspection& in) {
  const bool has_register = in.result->run.register_digest == in.own.register_digest;
  judge::RunResult computed = roll_up_anew(in, has_register);
  if (in.is_public()) computed = public_result(std::move(computed));
  const std::string other = differences(in.result_json, judge::to_json(computed));
  if (!other.empty()) return fails("result.json: does not follow from its verdicts: " + other);
  if (!has_register) {
    return skipped(
        "follows from the verdicts and from examinations of a document register that "
        "is not here (--register)");
  }
  return holds("verdict " + std::string(judge::to_string(computed.verdict)) + ", " +
               std::string(judge::to_string(computed.statement)));
}

Verdict check_reports(Inspection& in) {
  const auto junit = in.file("junit.xml");
  if (!junit) return skipped("no junit.xml in this bundle");
  if (*junit != reports::render_junit(*in.result)) {
    return fails("junit.xml: is not what the result gives");
  }
  const auto html = in.file("report.html");
  if (!html) return holds("junit.xml, written anew");
  if (!in.options.rederive) return holds("junit.xml, written anew; report.html with --rederive");
  if (in.sections.empty() || in.own.proof == nullptr) {
    return skipped("junit.xml, written anew; report.html needs V11, which is not OK");
  }
  if (*html != reports::render_html(*in.result, in.sections, *in.own.proof)) {
    return fails("report.html: is not what the result and the records give");
  }
  return holds("junit.xml and report.html, written anew");
}

}  // namespace parley::attest
