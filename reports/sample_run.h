// For tests: one small run that has everything a format must be able to say: every verdict, every
// disposition, an earlier attempt, a surrogate, a recommendation, waivers of every state, an
// examination, rows that nobody judges. Names, texts and ids are as hostile as parties can make
// them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/judge/result.h"
#include "harness/judge/rollup.h"

namespace parley::reports {

inline judge::CheckResult sample_check(std::string id, judge::Verdict verdict, std::string code,
                                       std::string observed, judge::Attribution attribution,
                                       std::string party = {}) {
  judge::CheckResult out;
  out.id = id;
  out.kind = std::move(id);
  out.requirements = {"MSG-001"};
  out.finding = {
      verdict,     std::move(code), "the text | arrives, \"as\" sent", std::move(observed), {3, 9},
      attribution, std::move(party)};
  return out;
}

inline judge::CaseResult sample_case(std::string id, std::vector<judge::CheckResult> checks) {
  judge::CaseResult out;
  out.id = id;
  out.scenario = id.substr(0, id.find('['));
  out.title = "A title with <markup> & \"quotes\"";
  out.purpose = "Shows what a format makes of it.";
  out.file = "scenarios/cases/" + out.scenario + ".yaml";
  out.requirements = {"MSG-001"};
  out.disposition = judge::Disposition::kExecuted;
  out.started = from_unix_seconds(1767225600);
  out.duration = std::chrono::milliseconds(1500);
  out.records = 10;
  out.verdict = judge::roll_up_checks(checks);
  out.attempts = {{*out.verdict, ""}};
  out.checks = std::move(checks);
  return out;
}

inline std::vector<judge::CaseResult> sample_cases() {
  using judge::Attribution;
  using judge::Verdict;
  std::vector<judge::CaseResult> out;
  out.push_back(sample_case(
      "text.plain",
      {sample_check("text-arrives", Verdict::kPass, "as-expected", "it did", Attribution::kNone)}));
  out.back().left_out = {{"unread",
                          "frames-unchanged",
                          {"TRN-015"},
                          "not-observable: <bob> is under test & sees \"frames\""}};
  judge::CheckResult surrogate =
      sample_check("reachable", Verdict::kPass, "as-expected", "it was", Attribution::kNone);
  surrogate.basis = judge::Basis::kSurrogate;
  surrogate.surrogates = {"reachability-ping"};
  surrogate.overlaid = {"reachability-ping"};
  out.push_back(sample_case("consent.reachability[to=partner]", {surrogate}));
  out.push_back(sample_case(
      "text.lost", {sample_check("text-arrives", Verdict::kFail, "not-seen",
                                 "=HYPERLINK(\"http://evil.test\")\n::error::\x1b[31m @everyone | "
                                 "<script>alert(1)</script>",
                                 Attribution::kIut, "partner-user")}));
  out.push_back(sample_case("text.late", {sample_check("text-arrives", Verdict::kFail, "too-late",
                                                       "after 31 s", Attribution::kPeer)}));
  judge::CheckResult advice = sample_check("polite", Verdict::kFail, "impolite", "-1 greetings",
                                           Attribution::kIut, "partner-user");
  advice.requirements = {"UX-001"};
  out.push_back(sample_case("text.polite", {advice}));
  out.push_back(sample_case("media.unclear",
                            {sample_check("intact", Verdict::kInconclusive, "never-sent",
                                          "the endpoint\tanswered 503", Attribution::kNetwork)}));
  judge::CaseResult stopped = sample_case(
      "media.broken",
      {sample_check("intact", Verdict::kError, "no-finding", "none", Attribution::kHarness)});
  stopped.engine_error = "step 3: a hang\nof the harness";
  out.push_back(stopped);
  judge::CaseResult again = sample_case(
      "text.again",
      {sample_check("text-arrives", Verdict::kPass, "as-expected", "it did", Attribution::kNone)});
  again.attempts = {{Verdict::kInconclusive, "the network was down"}, {Verdict::kPass, ""}};
  again.verdict = Verdict::kInconclusive;
  again.unstable = true;
  out.push_back(again);
  judge::CaseResult untested = sample_case("push.down", {});
  untested.disposition = judge::Disposition::kNotTested;
  untested.verdict.reset();
  untested.attempts.clear();
  untested.records = 0;
  untested.duration = Duration(0);
  untested.reason = "the run was interrupted before this case";
  out.push_back(untested);
  judge::CaseResult elsewhere = untested;
  elsewhere.id = elsewhere.scenario = "groups.text";
  elsewhere.disposition = judge::Disposition::kNotApplicable;
  elsewhere.reason = "A.3/2 is not supported";
  out.push_back(elsewhere);
  return out;
}

inline judge::Waiver sample_waiver(std::string id, std::string test_case, std::string check,
                                   std::string finding, std::string expires = "2026-12-31") {
  return {.id = std::move(id),
          .owner = "head of <interoperability>",
          .reason = "known | until 3.2 is out",
          .expires = std::move(expires),
          .requirement = "MSG-001",
          .case_id = std::move(test_case),
          .check_id = std::move(check),
          .finding = std::move(finding)};
}

inline judge::RunInfo sample_info() {
  judge::RunInfo info;
  info.id = "run-0123456789abcdef";
  info.seed = 7;
  info.network = "sim";
  info.started = from_unix_seconds(1767225600);
  info.ended = info.started + std::chrono::hours(1);
  info.harness_version = "0.1.0";
  info.profile_id = "base";
  info.profile_version = "0.1.0";
  info.service = "whatsapp";
  info.as_of = "2026-01-01";
  info.waivers_as_of = "2026-06-01";
  info.wire_profile_id = "wa-public-1.0.3+a<c>me";
  info.wire_overlays = {{"a<c>me", std::string(64, 'd'), {"account-delete", "reachability-ping"}}};
  info.seats = {{"gatekeeper-server", "parley mock gatekeeper", "0.1.0", "", "", false},
                {"gatekeeper-client", "some <client>", "7.0", "an \x1b[2Jadapter", "1", true}};
  info.catalogue_digest = std::string(64, 'c');
  info.plan_digest = std::string(64, 'b');
  info.transcript_digest = std::string(64, 'a');
  info.suite.kill_matrix = {std::string(64, 'e'), 4, 3};
  info.state = judge::RunState::kComplete;
  return info;
}

inline judge::RequirementPlan sample_row(std::string id, std::string title) {
  judge::RequirementPlan out;
  out.id = std::move(id);
  out.title = std::move(title);
  out.statement = "Whoever is bound does what \"" + out.title + "\" says.";
  out.clause = "DMA 7(2)(a)(i); TD 5.1";
  out.voice = "law";
  out.mark = "K";
  out.phase = "base";
  out.binds = {"gatekeeper", "partner"};
  return out;
}

inline judge::RunResult sample_exports_run() {
  using scenario::Coverage;
  judge::RequirementPlan advice = sample_row("UX-001", "Politeness");
  advice.modality = judge::Modality::kShould;
  judge::RequirementPlan examined = sample_row("ONB-001", "Reference offer");
  examined.coverage = Coverage::kExamined;
  examined.method = "examine";
  judge::RequirementPlan later = sample_row("GRP-001", "Groups");
  later.coverage = Coverage::kLater;
  later.reason = "later phase: groups";
  judge::RequirementPlan elsewhere = sample_row("CALL-001", "Calls");
  elsewhere.coverage = Coverage::kNotInForce;
  elsewhere.reason = "not in force before 2027-09-06";
  judge::ExaminationResult examination;
  examination.id = "ONB-001/document-present";
  examination.kind = "document-present";
  examination.requirement = "ONB-001";
  examination.finding = {judge::Verdict::kPass,    "as-expected", "an <offer>", "found", {},
                         judge::Attribution::kNone};
  examination.documents = {
      {"Offer & terms", "2024-03-06", std::string(64, 'd'), "head of compliance"}};
  const std::vector<judge::RequirementPlan> rows = {sample_row("MSG-001", "Text messages"), advice,
                                                    examined, later, elsewhere};
  const std::vector<judge::ObligationPlan> obligations = {
      {"art-7-2-a-i", "Art. 7(2)(a)(i)", "Text between two users", {"MSG-001", "UX-001"}},
      {"art-7-4", "Art. 7(4)", "Reference offer", {"ONB-001", "MSG-001"}},
      {"art-7-2-c-i",
       "Art. 7(2)(c)(i)",
       "Voice calls",
       {},
       "",
       false,
       "2027-09-06",
       "",
       "not in force before 2027-09-06"}};
  return judge::roll_up(
      sample_info(), sample_cases(), rows, obligations, {examination},
      {sample_waiver("W-1", "text.late", "text-arrives", "too-late"),
       sample_waiver("W-2", "text.lost", "text-arrives", "not-seen", "2026-05-31"),
       sample_waiver("W-3", "text.plain", "text-arrives", "not-seen"),
       sample_waiver("W-4", "push.down", "pushed", "not-seen")});
}

}  // namespace parley::reports
