// The world: a run of four test cases, one of each end (pass, fail with a hostile file name in its
// evidence, interrupted, not applicable), as the judge would hand it over. The golden files hold
// what every format makes of it; PARLEY_UPDATE_GOLDEN=1 rewrites them after a change that was
// meant.
#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <fstream>

#include "harness/base/file.h"
#include "harness/judge/judge.h"
#include "harness/judge/rollup.h"
#include "reports/console.h"
#include "reports/golden.h"
#include "reports/html.h"
#include "reports/junit.h"
#include "reports/markup.h"
#include "reports/proof_for_tests.h"
#include "reports/sequence.h"
#include "reports/sequence_diagram.h"

namespace parley::reports {
namespace {

using evidence::Direction;
using evidence::Record;
using evidence::Role;
using evidence::Tap;

json::object facts(std::string_view text) { return parse_json(text).value().get_object(); }

Record record(std::uint64_t seq, Tap tap, Role role, std::string party, Direction direction,
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

std::vector<Record> leak_records() {
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

judge::CaseResult case_result(std::string id, std::string scenario) {
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

judge::CheckResult check_result(std::string id, judge::Finding finding, judge::CheckRole role) {
  judge::CheckResult out;
  out.id = std::move(id);
  out.kind = out.id;
  out.role = role;
  out.finding = std::move(finding);
  out.requirements = {"MED-005"};
  return out;
}

// A row for each list of the report: judged, examined, without evidence, later, a gap.
judge::RunResult roll_up_sample(judge::RunInfo info, const std::vector<judge::CaseResult>& cases,
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

judge::RunResult sample_run() {
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
  requirement.bound = "partner-server";
  return roll_up_sample(info, cases, requirement);
}

TEST(Html, MatchesTheGoldenReport) {
  const judge::RunResult run = sample_run();
  std::vector<std::string> sections(run.cases.size());
  sections[1] = render_case_html(run.cases[1], run.run, leak_records());
  expect_golden("report.html", render_html(run, sections, sample_proof()));
}

TEST(Html, NothingThatPartiesSaidIsMarkup) {
  const judge::RunResult run = sample_run();
  const std::string section = render_case_html(run.cases[1], run.run, leak_records());
  EXPECT_EQ(section.find("<b>"), std::string::npos);
  EXPECT_NE(section.find("&lt;b&gt;secret"), std::string::npos);
  EXPECT_NE(section.find("parley run &#39;media.intact[kind=image]&#39; --profile base --driver "
                         "gatekeeper-client=COMMAND --addressing native --seed 7 --out out"),
            std::string::npos);
  EXPECT_EQ(section.find('\x1b'), std::string::npos);
}

// A writer that loses a case or a check would make a run look better than it was.
TEST(Writers, LoseNoCaseAndNoCheck) {
  const judge::RunResult run = sample_run();
  const std::string html = render_html(run, {}, sample_proof());
  const std::string junit = render_junit(run);
  for (const judge::CaseResult& test_case : run.cases) {
    EXPECT_NE(html.find("<code>" + escaped(test_case.id) + "</code>"), std::string::npos);
    EXPECT_NE(junit.find("\"" + escaped(test_case.id) + "\""), std::string::npos);
    for (const judge::CheckResult& check : test_case.checks) {
      EXPECT_NE(html.find(escaped(check.id)), std::string::npos) << check.id;
      EXPECT_NE(render_case_html(test_case, run.run, {}).find(escaped(check.id)),
                std::string::npos);
    }
  }
}

TEST(Html, IsCompleteWithoutScriptsOrNetwork) {
  const judge::RunResult run = sample_run();
  const std::string html = render_html(run, {}, sample_proof());
  for (const char* absent : {"<script", "src=\"http", "href=\"http", "@import", "url("}) {
    EXPECT_EQ(html.find(absent), std::string::npos) << absent;
  }
  for (const char* present : {"default-src 'none'", "<html lang=\"en\">", "class=\"skip\"",
                              "This run was interrupted", "End of report run-0123456789abcdef"}) {
    EXPECT_NE(html.find(present), std::string::npos) << present;
  }
}

TEST(Html, ListsWhatTheRunDoesNotShow) {
  const std::string html = render_html(sample_run(), {}, sample_proof());
  const std::size_t gaps = html.find("id=\"gaps\"");
  const std::string section = html.substr(gaps, html.find("</section>", gaps) - gaps);
  for (const char* present :
       {"No check judges them yet: 1 requirement", "PUSH-004",
        "without sufficient evidence in the document register: 1 requirement", "ONB-002",
        "an &lt;offer&gt;: found", "later phases, not tested", "later phase: groups"}) {
    EXPECT_NE(section.find(present), std::string::npos) << present;
  }
  for (const char* absent : {">ONB-001<", ">ONB-003<", ">MED-005<"}) {
    EXPECT_EQ(section.find(absent), std::string::npos) << absent;
  }
  EXPECT_NE(html.find("Offer &amp; terms"), std::string::npos);
  EXPECT_NE(html.find("not in force before 2027-09-06"), std::string::npos);
  EXPECT_EQ(html.find('\x1b'), std::string::npos);
}

TEST(Html, SaysNeitherCertifiedNorCompliant) {
  const std::string html = render_html(sample_run(), {}, sample_proof());
  for (const char* word : {"certified", "Certified", "DMA compliant", "violates"}) {
    EXPECT_EQ(html.find(word), std::string::npos) << word;
  }
}

TEST(Junit, MatchesTheGoldenFile) { expect_golden("junit.xml", render_junit(sample_run())); }

TEST(Console, MatchesTheGoldenText) {
  const judge::RunResult run = sample_run();
  expect_golden("console.txt", render_seats(run) + render_findings(run, false) +
                                   render_counts(run, false) + summary_line(run) + "\n");
}

TEST(Console, SaysThatNobodyIsTestedWhereOnlyMocksPlay) {
  judge::RunResult run = sample_run();
  run.run.seats.pop_back();
  EXPECT_EQ(render_seats(run), "Every seat is held by a mock of Parley.\n");
}

TEST(Console, ColorsOnlyWhereAsked) {
  const judge::RunResult run = sample_run();
  EXPECT_NE(render_findings(run, true).find("\x1b[31m"), std::string::npos);
  EXPECT_EQ(render_findings(run, false).find('\x1b'), std::string::npos);
}

TEST(Sequence, ShowsEachActOnceBetweenTheRightParties) {
  const Sequence sequence = sequence_of(leak_records());
  const std::vector<std::string> parties = {"gatekeeper", "birdy", "bob"};
  EXPECT_EQ(sequence.parties, parties);
  std::vector<std::string> told;
  for (const Act& act : sequence.acts) told.push_back(act.from + ">" + act.to + " " + act.label);
  const std::vector<std::string> expected = {
      "bob>bob step: bob send-media",
      "bob>birdy POST /media",
      "birdy>bob 201, 0 bytes",
      "bob>bob encrypts image: café \"quoted\"",
      "bob>gatekeeper message <message type=media id=3EB0>",
      "bob>bob receipt type=delivery",
  };
  EXPECT_EQ(told, expected);
  EXPECT_EQ(sequence.hidden, 4U);
}

TEST(Sequence, OfNothingIsEmpty) {
  EXPECT_TRUE(sequence_of({}).acts.empty());
  EXPECT_NE(render_sequence_svg({}, "x", {}).find("</svg>"), std::string::npos);
}

TEST(Markup, EscapesAndRepairs) {
  EXPECT_EQ(escaped("<a href='x'>&\"é👍"), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;é👍");
  EXPECT_EQ(escaped(std::string_view("\0\x01\x1b\x7f", 4)), "\ufffd\ufffd\ufffd\ufffd");
  EXPECT_EQ(escaped("\xff\xc0\x80\xed\xa0\x80"), "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd");
  EXPECT_EQ(escaped("\xf0\x9f\x91"), "\ufffd\ufffd\ufffd");
  EXPECT_EQ(shortened("héllo", 2), "hé…");
  EXPECT_EQ(shortened("héllo", 5), "héllo");
}

}  // namespace
}  // namespace parley::reports
