// Negative blocks beside a small library: what they stand for, and where their faults are shown.
#include "harness/scenario/negative.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>

#include "harness/scenario/library_for_tests.h"
#include "harness/scenario/load.h"

namespace parley::scenario {
namespace {

using testing::ElementsAre;

const std::string kHead =
    "id: demo.one\n"
    "title: Refusals\n"
    "purpose: To be refused.\n"
    "requirements: [MSG-001]\n"
    "setup: pair\n";
const std::string kBlock =
    "negative:\n"
    "  - id: bad-token\n"
    "    requirements: [MSG-001]\n"
    "    blames: gatekeeper\n"
    "    prepare:\n"
    "      - {do: disconnect, actor: bob}\n"
    "      - {do: key-count, actor: bob, as: keys}\n"
    "    act: {do: send-text, actor: bob, with: {to: alice, text: \"${keys.count} ${canary}\"}}\n"
    "    attack: {text: Off}\n"
    "    reason: refused\n"
    "    expect: {id: x}\n";

std::string with(std::string_view from, std::string_view to) {
  std::string text = kHead + kBlock;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

std::vector<std::string> labels(const TestCase& test_case) {
  std::vector<std::string> out;
  for (const Step& step : test_case.steps) {
    if (!step.setup) out.push_back(step.label);
  }
  return out;
}

TEST(Negative, BecomesTwinAttackTwinAndACheck) {
  const Library library = load_small(kHead + kBlock);
  const TestCase& one = library.scenarios.at(0).cases.at(0);
  EXPECT_THAT(labels(one), ElementsAre("", "bad-token-before-keys", "bad-token-before", "",
                                       "bad-token-attack-keys", "bad-token-attack", "",
                                       "bad-token-after-keys", "bad-token-after"));
  const auto act = [&](std::size_t i) { return std::get<Operation>(one.steps.at(i).act); };
  EXPECT_EQ(canonical(act(3).arguments),
            R"({"text":"${bad-token-before-keys.count} ${canary}","to":"alice"})");
  EXPECT_EQ(canonical(act(6).arguments), R"({"text":"Off","to":"alice"})");
  EXPECT_EQ(canonical(act(9).arguments),
            R"({"text":"${bad-token-after-keys.count} ${canary}","to":"alice"})");
  // Only the twins must answer as expected: whether the attack is refused is for the check to say.
  EXPECT_TRUE(act(3).expect.has_value());
  EXPECT_FALSE(act(6).expect.has_value());
  EXPECT_TRUE(act(9).expect.has_value());
  ASSERT_EQ(one.checks.size(), 1U);
  EXPECT_EQ(one.checks[0].id, "bad-token");
  EXPECT_EQ(one.checks[0].kind, "refused-with");
  EXPECT_EQ(canonical(one.checks[0].arguments),
            R"({"blames":"gatekeeper","reason":"refused","step":"bad-token-attack",)"
            R"("twins":["bad-token-before","bad-token-after"]})");
  EXPECT_EQ(one.steps.at(3).mark.line, 13);
  EXPECT_EQ(one.steps.at(6).mark.line, 14);
}

TEST(Negative, NeedsNoArgumentsInItsAct) {
  const Library library = load_small(
      kHead +
      "negative:\n"
      "  - {id: late, requirements: [MSG-001], blames: gatekeeper, reason: expired_token,\n"
      "     act: {do: enlist, actor: bob}, attack: {fault: expired-token}}\n");
  const TestCase& one = library.scenarios.at(0).cases.at(0);
  EXPECT_THAT(labels(one), ElementsAre("late-before", "late-attack", "late-after"));
  EXPECT_EQ(canonical(std::get<Operation>(one.steps.at(2).act).arguments),
            R"({"fault":"expired-token"})");
  EXPECT_TRUE(std::get<Operation>(one.steps.at(3).act).arguments.empty());
}

TEST(Negative, WorksWithTheMatrixAndBesideStepsAndChecks) {
  const Library library = load_small(
      kHead +
      "matrix:\n  fault:\n"
      "    bad-token: {with: {fault: bad-token}, reason: bad_token}\n"
      "    expired-token: {with: {fault: expired-token}, reason: expired_token}\n"
      "steps:\n  - {do: connect, actor: bob, as: first}\n"
      "negative:\n"
      "  - {id: refused, requirements: [MSG-001], blames: gatekeeper,\n"
      "     act: {do: enlist, actor: bob}, attack: \"${matrix.fault.with}\",\n"
      "     reason: \"${matrix.fault.reason}\"}\n"
      "checks:\n"
      "  - {id: order, kind: order, requirements: [MSG-001], first: first, then: refused-after}\n");
  const TestCase& two = library.scenarios.at(0).cases.at(1);
  EXPECT_THAT(labels(two),
              ElementsAre("first", "refused-before", "refused-attack", "refused-after"));
  EXPECT_EQ(canonical(std::get<Operation>(two.steps.at(3).act).arguments),
            R"({"fault":"expired-token"})");
  ASSERT_EQ(two.checks.size(), 2U);
  EXPECT_EQ(two.checks[0].id, "order");
  EXPECT_EQ(two.checks[1].arguments.at("reason"), "expired_token");
}

struct Slip {
  std::string name;
  std::string from;
  std::string to;
  std::string code;
  int line;
};

void PrintTo(const Slip& slip, std::ostream* out) { *out << slip.name; }

class NegativeSlip : public testing::TestWithParam<Slip> {};

TEST_P(NegativeSlip, IsToldOnceInTheBlock) {
  const Slip& slip = GetParam();
  const std::vector<Diagnostic> found = diagnose(with(slip.from, slip.to));
  ASSERT_EQ(found.size(), 1U) << render(found);
  EXPECT_EQ(found[0].code, slip.code) << render(found);
  EXPECT_EQ(found[0].file, "scenarios/cases/demo/one.yaml");
  EXPECT_EQ(found[0].mark.line, slip.line) << render(found);
}

const Slip kSlips[] = {
    {"UnknownKey", "    reason:", "    raeson: x\n    reason:", "unknown-key", 15},
    {"NoReason", "    reason: refused\n", "", "missing-key", 7},
    {"NoAct",
     "    act: {do: send-text, actor: bob, with: {to: alice, text: \"${keys.count} ${canary}\"}}\n",
     "", "missing-key", 7},
    {"ActWithLabel", "act: {do: send-text", "act: {as: x, do: send-text", "unknown-key", 13},
    {"ActIsAText",
     "act: {do: send-text, actor: bob, with: {to: alice, text: \"${keys.count} ${canary}\"}}",
     "act: settle", "wrong-type", 13},
    {"UnknownOperation", "do: send-text", "do: send-txt", "unknown-operation", 13},
    {"UnknownActor", "{to: alice", "{to: alicia", "unknown-actor", 13},
    {"UnknownArgument", "{text: Off}", "{txet: Off}", "unknown-argument", 14},
    {"EmptyAttack", "{text: Off}", "{}", "wrong-type", 14},
    {"NoDifference", "attack: {text: Off}", "attack: {to: alice}", "no-difference", 14},
    {"PrepareIsAMapping",
     "    prepare:\n      - {do: disconnect, actor: bob}\n      - {do: key-count, actor: bob, as: "
     "keys}\n",
     "    prepare: {do: disconnect}\n", "wrong-type", 10},
    {"PrepareKnowsNoSuchActor", "do: disconnect, actor: bob", "do: disconnect, actor: bib",
     "unknown-actor", 11},
    {"BadId", "id: bad-token", "id: Bad", "bad-id", 7},
    {"Blames", "blames: gatekeeper", "blames: nobody", "unknown-word", 9},
    {"Undeclared", "    requirements: [MSG-001]", "    requirements: [MSG-001, MSG-002]",
     "undeclared-requirement", 8},
    {"NotAList", "negative:\n  - id", "negative:\n    id", "wrong-type", 7},
};

INSTANTIATE_TEST_SUITE_P(All, NegativeSlip, testing::ValuesIn(kSlips),
                         [](const auto& param) { return param.param.name; });

TEST(Negative, NothingIsSaidOfLabelsOfABlockThatCannotBeRead) {
  const std::vector<Diagnostic> found =
      diagnose(with("    reason: refused\n", "") +
               "checks:\n  - {id: c, kind: order, requirements: [MSG-001],\n"
               "     first: bad-token-before, then: bad-token-after}\n");
  ASSERT_EQ(found.size(), 1U) << render(found);
  EXPECT_EQ(found[0].code, "missing-key");
}

TEST(Negative, TwoBlocksNeedTwoNames) {
  std::string text = kHead + kBlock;
  text += kBlock.substr(kBlock.find("  - id"));
  const std::vector<Diagnostic> found = diagnose(text);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].code, "duplicate-id");
}

TEST(Negative, StaysWithinTheLimitOfSteps) {
  std::string text = kHead + "negative:\n";
  for (int i = 0; i < 200; ++i) {
    text += "  - {id: n" + std::to_string(i) +
            ", requirements: [MSG-001], blames: gatekeeper, reason: x,\n"
            "     act: {do: enlist, actor: bob}, attack: {fault: bad-token}}\n";
  }
  const std::vector<Diagnostic> found = diagnose(text);
  ASSERT_EQ(found.size(), 1U) << render(found);
  EXPECT_EQ(found[0].code, "too-many");
}

TEST(Negative, CountsAmongTheChecks) {
  std::string text = kHead + "negative:\n";
  for (std::size_t i = 0; i < kMaxChecks + 1; ++i) {
    text += "  - {id: n" + std::to_string(i) +
            ", requirements: [MSG-001], blames: gatekeeper, reason: x,\n"
            "     act: {do: enlist, actor: bob}, attack: {fault: bad-token}}\n";
  }
  const std::vector<Diagnostic> found = diagnose(text);
  ASSERT_EQ(found.size(), 1U) << render(found);
  EXPECT_EQ(found[0].code, "wrong-type");
}

}  // namespace
}  // namespace parley::scenario
