// For tests: a run of four test cases, one of each end (pass, fail with a hostile file name in its
// evidence, interrupted, not applicable), as the judge would hand it over.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/json.h"
#include "harness/evidence/record.h"
#include "harness/judge/judge.h"
#include "harness/judge/rollup.h"
#include "reports/html.h"
#include "reports/proof_for_tests.h"

namespace parley::reports {

using evidence::Direction;
using evidence::Record;
using evidence::Role;
using evidence::Tap;

inline json::object facts(std::string_view text) { return parse_json(text).value().get_object(); }

inline Record record(std::uint64_t seq, Tap tap, Role role, std::string party, Direction direction,
                     std::string peer, std::string kind, std::string_view fact_text) {
  Record out;
  out.seq = seq;
  out.time = from_unix_seconds(1767225600) + std::chrono::milliseconds(250 * seq);
  out.tap = tap;
  out.role = role;
  out.party = std::move(party);
  out.direction = direction;
  out.peer = std::move(peer);
  out.kind = std::move(kind);
  out.facts = facts(fact_text);
  return out;
}

inline std::vector<Record> leak_records() {
  const Role client = Role::kPartnerClient;
  const Role server = Role::kPartnerServer;
  const Role gatekeeper = Role::kGatekeeperServer;
  const std::string_view upload =
      R"({"method":"POST","target":"/media","host":"birdy.partner.test","headers":{"x-file-name":"<b>secret</b>.jpg"}})";
  const std::string_view message =
      R"({"node":{"tag":"message","attrs":{"id":"3EB0","type":"media"}},"operation":"message"})";
  return {
      record(0, Tap::kStep, Role::kHarness, "harness", Direction::kNone, "", "case.begin", "{}"),
      record(1, Tap::kStep, Role::kHarness, "harness", Direction::kNone, "", "step.begin",
             R"({"actor":"bob","operation":"send-media"})"),
      record(2, Tap::kHttp, client, "bob", Direction::kOut, "birdy.partner.test", "http.request",
             upload),
      record(3, Tap::kHttp, server, "birdy", Direction::kIn, "bob.device.test", "http.request",
             upload),
      record(4, Tap::kHttp, client, "bob", Direction::kIn, "birdy.partner.test", "http.response",
             R"({"method":"POST","target":"/media","host":"birdy.partner.test","status":201})"),
      record(5, Tap::kMessage, client, "bob", Direction::kOut, "alice", "message",
             R"({"kind":"image","text":"caf\u00e9 \"quoted\""})"),
      record(6, Tap::kStanza, client, "bob", Direction::kOut, "chat.whatsapp.net", "stanza",
             message),
      record(7, Tap::kNoise, client, "bob", Direction::kOut, "chat.whatsapp.net", "noise.frame",
             "{}"),
      record(8, Tap::kStanza, gatekeeper, "gatekeeper", Direction::kIn, "bob.device.test", "stanza",
             message),
      record(9, Tap::kEvent, client, "bob", Direction::kNone, "", "event.receipt",
             R"({"type":"delivery"})"),
  };
}

inline judge::CaseResult case_result(std::string id, std::string scenario) {
  judge::CaseResult out;
  out.id = std::move(id);
  out.scenario = std::move(scenario);
  out.title = "A title with <markup> & \"quotes\"";
  out.purpose = "Shows what a report makes of it.";
  out.file = "scenarios/cases/x.yaml";
  out.requirements = {"MED-005"};
  out.disposition = judge::Disposition::kExecuted;
  out.started = from_unix_seconds(1767225600);
  out.duration = std::chrono::hours(24 * 30) + std::chrono::milliseconds(1500);
  out.records = 10;
  return out;
}

inline judge::CheckResult check_result(std::string id, judge::Finding finding,
                                       judge::CheckRole role) {
  judge::CheckResult out;
  out.id = std::move(id);
  out.kind = out.id;
  out.role = role;
  out.finding = std::move(finding);
  out.requirements = {"MED-005"};
  return out;
}

// A row for each list of the report: judged, examined, without evidence, later, a gap.
inline judge::RunResult roll_up_sample(judge::RunInfo info,
                                       const std::vector<judge::CaseResult>& cases,
                                       const judge::RequirementPlan& requirement) {
  using scenario::Coverage;
  info.as_of = "2026-01-01";
  info.service = "whatsapp";
  info.register_digest = std::string(64, 'r');
  const auto row = [](std::string id, Coverage coverage, std::string reason) {
    judge::RequirementPlan out;
    out.id = std::move(id);
    out.title = "Of <" + out.id + ">";
    out.clause = "DMA 7(4)";
    out.voice = "law";
    out.mark = "K";
    out.coverage = coverage;
    out.reason = std::move(reason);
    return out;
  };
  const auto examination = [](std::string id, judge::Verdict verdict) {
    judge::ExaminationResult out;
    out.id = id + "/document-present";
    out.requirement = std::move(id);
    out.finding.verdict = verdict;
    out.finding.expected = "an <offer>";
    out.finding.observed = "found \x1b[2J";
    out.documents = {{"Offer & terms", "2024-03-06", std::string(64, 'd'), "head of compliance"}};
    return out;
  };
  const std::vector<judge::RequirementPlan> rows = {
      requirement,
      row("ONB-001", Coverage::kExamined, ""),
      row("ONB-002", Coverage::kExamined, ""),
      row("ONB-003", Coverage::kExamined, ""),
      row("GRP-001", Coverage::kLater, "later phase: groups"),
      row("PUSH-004", Coverage::kGap, "no check judges it yet")};
  const std::vector<judge::ObligationPlan> obligations = {
      {"art-7-3", "Art. 7(3)", "Level of security", {"MED-005"}},
      {"art-7-4", "Art. 7(4)", "Reference offer", {"ONB-001"}, "", true, "2024-03-07"},
      {"art-7-2-b-i", "Art. 7(2)(b)(i)", "Text in groups", {"GRP-001"}},
      {"art-7-2-c-i",
       "Art. 7(2)(c)(i)",
       "Voice calls",
       {},
       "",
       false,
       "2027-09-06",
       "",
       "not in force before 2027-09-06"}};
  return judge::roll_up(std::move(info), cases, rows, obligations,
                        {examination("ONB-001", judge::Verdict::kPass),
                         examination("ONB-002", judge::Verdict::kInconclusive),
                         examination("ONB-003", judge::Verdict::kFail)});
}

inline judge::RunResult sample_run() {
  std::vector<judge::CaseResult> cases;
  judge::CaseResult pass = case_result("text.both-ways[to=partner]", "text.both-ways");
  pass.checks.push_back(check_result("text-arrives",
                                     {judge::Verdict::kPass,
                                      "intact",
                                      "the text arrives as sent",
                                      "it did",
                                      {5},
                                      judge::Attribution::kNone},
                                     judge::CheckRole::kPurpose));
  pass.verdict = judge::Verdict::kPass;
  pass.attempts = {{judge::Verdict::kPass, ""}};
  cases.push_back(pass);

  judge::CaseResult fail = case_result("media.intact[kind=image]", "media.intact");
  judge::CheckResult leak = check_result("canary-contained",
                                         {judge::Verdict::kFail,
                                          "plaintext-at-server",
                                          "no server sees what users wrote",
                                          "\"<b>secret</b>.jpg\" in the clear at \x1b[31mbirdy",
                                          {3},
                                          judge::Attribution::kPeer,
                                          "partner-user"},
                                         judge::CheckRole::kInvariant);
  leak.basis = judge::Basis::kSurrogate;
  fail.checks = {leak};
  fail.verdict = judge::Verdict::kFail;
  fail.attempts = {{judge::Verdict::kFail, ""}};
  cases.push_back(fail);

  judge::CaseResult missing = case_result("push.endpoint-down", "push.endpoint-down");
  missing.disposition = judge::Disposition::kNotTested;
  missing.reason = "the run was interrupted before this case";
  missing.records = 0;
  cases.push_back(missing);
  judge::CaseResult other = missing;
  other.id = other.scenario = "groups.text";
  other.disposition = judge::Disposition::kNotApplicable;
  other.reason = "A.3/2 is not supported";
  cases.push_back(other);

  judge::RunInfo info;
  info.id = "run-0123456789abcdef";
  info.seed = 7;
  info.network = "sim";
  info.started = from_unix_seconds(1767225600);
  info.ended = info.started + std::chrono::hours(1);
  info.harness_version = "0.1.0";
  info.profile_id = "base";
  info.profile_version = "0.1.0";
  info.wire_profile_id = "wa-public-1.0.3";
  info.seats = {{"gatekeeper-server", "parley mock gatekeeper", "0.1.0", "", "", false},
                {"gatekeeper-client", "some <client>", "7.0", "an \x1b[2Jadapter", "1", true}};
  info.addressing = "native";
  info.catalogue_digest = std::string(64, 'c');
  info.plan_digest = std::string(64, 'p');
  info.transcript_digest = std::string(64, 't');
  info.suite.kill_matrix = {std::string(64, 'e'), 4, 3};
  info.state = judge::RunState::kInterrupted;
  judge::RequirementPlan requirement;
  requirement.id = "MED-005";
  requirement.statement = "A partner's server holds ciphertext only.";
  requirement.clause = "TD 5.1";
  requirement.binds = {"partner-server"};
  return roll_up_sample(info, cases, requirement);
}

/// That run's report, with the section of the failed case.
inline std::string sample_page(const judge::RunResult& run) {
  std::vector<CaseSection> sections(run.cases.size());
  sections[1] = render_case_html(run.cases[1], run.run, leak_records());
  return render_html(run, sections, sample_proof());
}

}  // namespace parley::reports
