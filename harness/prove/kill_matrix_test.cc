// A suite of two checks and three quirks, with the outcomes that a run of theirs could have.
#include "harness/prove/kill_matrix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::prove {
namespace {

using mocks::quirks::Quirk;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Quirk quirk(std::string id, std::vector<mocks::quirks::Kill> kills,
            std::vector<std::string> collateral = {}) {
  Quirk out;
  out.id = std::move(id);
  out.kills = std::move(kills);
  if (!collateral.empty()) out.collateral.push_back({std::move(collateral), "it follows"});
  return out;
}

Baseline clean() {
  Baseline out;
  out.declared = {"intact", "once"};
  out.emitted = {"intact", "once"};
  out.cases = 4;
  return out;
}

const std::vector<Quirk> kQuirks = {quirk("alters", {{"intact", "altered"}}),
                                    quirk("repeats", {{"once", "twice"}}, {"int*"})};

const std::vector<Trial> kTrials = {
    {0, "a", 1, {{"intact", "altered", true}}, ""},
    {0, "b", 1, {}, ""},
    {1, "a", 2, {{"once", "twice", true}, {"intact", "odd", true}}, ""}};

TEST(KillMatrix, IsSoundWhereEveryCheckHasItsKiller) {
  const KillMatrix matrix = evaluate(kQuirks, clean(), kTrials);
  EXPECT_TRUE(matrix.sound());
  EXPECT_EQ(matrix.rows[0].status, RowStatus::kKilled);
  EXPECT_EQ(matrix.rows[0].runs, 2U);
  EXPECT_EQ(matrix.rows[0].applied, 2U);
  EXPECT_EQ(matrix.runs, 7U);
  EXPECT_EQ(summary(matrix),
            "killed 2, SURVIVED 0, VOID 0, KILLED_BY_OTHER 0, impostors green 0");
  EXPECT_EQ(extent(matrix), "0 equivalent; 2 checks, 0 without a killer; 7 runs");
}

// Whatever check's body were gone, the gate would say so.
TEST(KillMatrix, ACheckThatAlwaysPassesIsNoticed) {
  for (const std::string check : {"intact", "once"}) {
    const KillMatrix matrix = evaluate(kQuirks, clean(), kTrials, check);
    EXPECT_FALSE(matrix.sound()) << check;
    EXPECT_THAT(matrix.unkilled, ElementsAre(check));
  }
  EXPECT_EQ(evaluate(kQuirks, clean(), kTrials, "intact").rows[0].status, RowStatus::kSurvived);
}

TEST(KillMatrix, TheReasonCounts) {
  std::vector<Trial> trials = kTrials;
  trials[0].failures = {{"intact", "missing", true}};
  const KillMatrix matrix = evaluate(kQuirks, clean(), trials);
  EXPECT_EQ(matrix.rows[0].status, RowStatus::kKilledByOther);
  EXPECT_THAT(matrix.rows[0].complaints, ElementsAre("not found by intact/altered"));
  EXPECT_THAT(matrix.unkilled, ElementsAre("intact"));
}

TEST(KillMatrix, SoDoesWhoIsBlamed) {
  std::vector<Trial> trials = kTrials;
  trials[0].failures = {{"intact", "altered", false}};
  const KillMatrix matrix = evaluate(kQuirks, clean(), trials);
  EXPECT_EQ(matrix.rows[0].status, RowStatus::kSurvived);
  EXPECT_THAT(matrix.rows[0].misplaced, ElementsAre("intact/altered"));
}

TEST(KillMatrix, WhatWasNeverAppliedShowsNothing) {
  std::vector<Trial> trials = kTrials;
  trials[0].applied = trials[1].applied = 0;
  EXPECT_EQ(evaluate(kQuirks, clean(), trials).rows[0].status, RowStatus::kVoid);
  EXPECT_EQ(evaluate(kQuirks, clean(), {}).rows[0].status, RowStatus::kVoid);
}

TEST(KillMatrix, AnUndeclaredKillIsOneTooMany) {
  std::vector<Trial> trials = kTrials;
  trials[1].failures = {{"once", "twice", true}};
  const KillMatrix matrix = evaluate(kQuirks, clean(), trials);
  EXPECT_EQ(matrix.rows[0].status, RowStatus::kKilledByOther);
  EXPECT_THAT(matrix.rows[0].complaints, ElementsAre(HasSubstr("also found by once/twice")));
}

TEST(KillMatrix, AnEquivalentQuirkMustNotBeFound) {
  std::vector<Quirk> quirks = kQuirks;
  quirks.push_back(quirk("waits", {}));
  quirks[2].equivalent = "Nobody can tell.";
  std::vector<Trial> trials = kTrials;
  trials.push_back({2, "a", 1, {}, ""});
  EXPECT_TRUE(evaluate(quirks, clean(), trials).sound());
  trials.back().failures = {{"once", "late", true}};
  EXPECT_EQ(evaluate(quirks, clean(), trials).rows[2].status, RowStatus::kKilledByOther);
}

TEST(KillMatrix, ABaselineThatIsNotCleanIsUnsound) {
  Baseline troubled = clean();
  troubled.troubles.push_back("a/intact: altered");
  EXPECT_FALSE(evaluate(kQuirks, troubled, kTrials).sound());
  Baseline silent = clean();
  silent.emitted.erase("once");
  EXPECT_FALSE(evaluate(kQuirks, silent, kTrials).sound());
  EXPECT_FALSE(evaluate({}, Baseline(), {}).sound());
  std::vector<Trial> stopped = kTrials;
  stopped[1].engine_error = "exception: no";
  EXPECT_FALSE(evaluate(kQuirks, clean(), stopped).sound());
}

TEST(KillMatrix, ListsChecksThatTheSameQuirksKill) {
  std::vector<Trial> trials = {{1, "a", 1, {{"once", "twice", true}, {"intact", "odd", true}}, ""}};
  EXPECT_THAT(evaluate(kQuirks, clean(), trials).alike, ElementsAre(ElementsAre("intact", "once")));
}

TEST(KillMatrix, WhoKeepsThemApartSaysWhy) {
  const std::vector<Trial> trials = {
      {1, "a", 1, {{"once", "twice", true}, {"intact", "odd", true}}, ""}};
  const KillMatrix matrix = evaluate(kQuirks, clean(), trials);
  using mocks::quirks::Separation;
  EXPECT_THAT(unexplained(matrix, {}), ElementsAre(ElementsAre("intact", "once")));
  EXPECT_THAT(unexplained(matrix, std::vector<Separation>{{{"intact", "other"}, "no"}}),
              ElementsAre(ElementsAre("intact", "once")));
  EXPECT_THAT(unexplained(matrix, std::vector<Separation>{{{"once", "intact", "other"}, "yes"}}),
              IsEmpty());
}

TEST(KillMatrix, DifferencesNameWhatCameAndWent) {
  const json::object accepted = to_json(evaluate(kQuirks, clean(), kTrials));
  EXPECT_THAT(differences(accepted, accepted), IsEmpty());
  std::vector<Trial> trials = kTrials;
  trials[0].failures = {{"intact", "missing", true}};
  EXPECT_THAT(differences(accepted, to_json(evaluate(kQuirks, clean(), trials))),
              ElementsAre("- alters: KILLED", "- alters: intact/altered",
                          "+ alters: KILLED_BY_OTHER", "+ alters: intact/missing"));
  EXPECT_THAT(differences({}, accepted), testing::SizeIs(7));
}

TEST(KillMatrix, APlanWithFewerChecksDiffers) {
  const json::object accepted = to_json(evaluate(kQuirks, clean(), kTrials));
  Baseline truncated = clean();
  truncated.declared = {"intact"};
  EXPECT_THAT(differences(accepted, to_json(evaluate(kQuirks, truncated, kTrials))),
              ElementsAre("- once"));
}

// With another seed what comes beside a named kill may be another.
TEST(KillMatrix, NamedKillsAreComparedWithoutWhatElseFailed) {
  const json::object accepted = to_json(evaluate(kQuirks, clean(), kTrials));
  std::vector<Trial> trials = kTrials;
  trials[2].failures = {{"once", "twice", true}, {"intact", "late", true}};
  const json::object other = to_json(evaluate(kQuirks, clean(), trials));
  EXPECT_THAT(differences(accepted, other), testing::SizeIs(2));
  EXPECT_THAT(differences(accepted, other, Compared::kNamedKills), IsEmpty());
  trials[2].failures.clear();
  const json::object lost = to_json(evaluate(kQuirks, clean(), trials));
  EXPECT_THAT(differences(accepted, lost, Compared::kNamedKills), Not(IsEmpty()));
}

TEST(KillMatrix, AnImpostorThatPassesWhatItViolatesBreaksTheGate) {
  KillMatrix matrix = evaluate(kQuirks, clean(), kTrials);
  matrix.impostors.push_back({"server.mute", 3, 3, {"excused-case"}, {}, {}});
  EXPECT_TRUE(matrix.sound());
  EXPECT_THAT(extent(matrix), HasSubstr("; 1 impostors; "));
  EXPECT_THAT(summary(matrix), HasSubstr(", impostors green 0"));
  KillMatrix other = matrix;
  other.impostors[0].green.push_back("a");
  EXPECT_FALSE(other.sound());
  EXPECT_THAT(summary(other), HasSubstr(", impostors green 1"));
  other.impostors[0] = {"server.mute", 3, 3, {"excused-case", "b"}, {}, {}};
  EXPECT_THAT(differences(to_json(matrix), to_json(other)), ElementsAre("+ server.mute: passes b"));
  other.impostors[0].stopped.push_back("a: out of memory");
  EXPECT_FALSE(other.sound());
}

TEST(KillMatrix, TellsWhichDeclaredChecksNobodyMadeFail) {
  Baseline baseline = clean();
  baseline.checks = {"text/arrives", "text/once"};
  baseline.twins["text/refused"] = {"/arguments/token"};
  std::vector<Trial> trials = kTrials;
  trials[0].failed.insert("text/arrives");
  const KillMatrix matrix = evaluate(kQuirks, baseline, trials);
  EXPECT_THAT(matrix.unshown, ElementsAre("text/once"));
  EXPECT_TRUE(matrix.sound()) << "its kind has a killer";
  const KillMatrix before = evaluate(kQuirks, baseline, kTrials);
  EXPECT_THAT(differences(to_json(matrix), to_json(before)),
              ElementsAre("+ text/arrives: never seen failing"));
  KillMatrix untwinned = matrix;
  untwinned.baseline.twins["text/refused"] = {"the world"};
  EXPECT_THAT(differences(to_json(matrix), to_json(untwinned)), testing::SizeIs(2));
}

TEST(KillMatrix, WantsAReasonForEachCheckThatNobodyMadeFail) {
  Baseline baseline = clean();
  baseline.checks = {"text/arrives", "text/once"};
  std::vector<Trial> trials = kTrials;
  trials[0].failed.insert("text/arrives");
  const KillMatrix matrix = evaluate(kQuirks, baseline, trials);
  EXPECT_THAT(undeclared(matrix, {}),
              ElementsAre("text/once: no quirk makes it fail, and nothing says why"));
  const std::vector<mocks::quirks::Unshown> right = {{"text/once", "It takes two."}};
  EXPECT_THAT(undeclared(matrix, right), testing::IsEmpty());
  const std::vector<mocks::quirks::Unshown> stale = {
      {"text/once", "It takes two."}, {"text/arrives", "It cannot."}, {"text/twice", "Who knows?"}};
  EXPECT_THAT(undeclared(matrix, stale),
              ElementsAre("text/arrives: is declared as not shown, and was seen failing",
                          "text/twice: is declared as not shown, and no scenario has it"));
}

}  // namespace
}  // namespace parley::prove
