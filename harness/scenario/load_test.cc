// One sound scenario in a small library, and every way in which a person gets such a file wrong:
// what is said, with which code, and where the caret stands.
#include "harness/scenario/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/scenario/library_for_tests.h"

namespace parley::scenario {
namespace {

const std::string kSound =
    "id: demo.one\n"
    "title: A text\n"
    "purpose: To have something to break.\n"
    "requirements: [MSG-001]\n"
    "tags: [text]\n"
    "setup: pair\n"
    "matrix:\n"
    "  way:\n"
    "    there: {from: bob, to: alice, wait: 5s}\n"
    "    back: {from: alice, to: bob, wait: 7s}\n"
    "actors:\n"
    "  alice: {third_party_chats: true}\n"
    "steps:\n"
    "  - do: send-text\n"
    "    actor: ${matrix.way.from}\n"
    "    with: {to: \"${matrix.way.to}\", text: \"Hi ${canary}\"}\n"
    "    as: sent\n"
    "  - await: message\n"
    "    actor: ${matrix.way.to}\n"
    "    where: {id: \"${sent.id}\"}\n"
    "    within: ${matrix.way.wait}\n"
    "    as: shown\n"
    "  - advance: 29d\n"
    "  - settle\n"
    "checks:\n"
    "  - id: intact\n"
    "    kind: content-intact\n"
    "    requirements: [MSG-001]\n"
    "    message: sent\n"
    "    at: ${matrix.way.to}\n"
    "    blames: gatekeeper\n";

std::string with(std::string_view from, std::string_view to) {
  std::string text = kSound;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

TEST(Load, TurnsAFileIntoConcreteTestCases) {
  const Library library = load_small(kSound);
  ASSERT_EQ(library.scenarios.size(), 1U);
  const Scenario& scenario = library.scenarios[0];
  EXPECT_EQ(scenario.title, "A text");
  EXPECT_EQ(scenario.setup, "pair");
  ASSERT_EQ(scenario.cases.size(), 2U);
  EXPECT_EQ(scenario.cases[0].id, "demo.one[way=there]");
  EXPECT_EQ(scenario.cases[1].id, "demo.one[way=back]");

  const TestCase& back = scenario.cases[1];
  const Actor* alice = back.find_actor("alice");
  ASSERT_NE(alice, nullptr);
  EXPECT_EQ(alice->kind, ActorKind::kWhatsappUser);
  EXPECT_EQ(canonical(alice->settings),
            R"({"apps":["birdy"],"number":"336","third_party_chats":true})");
  EXPECT_EQ(back.find_actor("bob")->of, "birdy");

  ASSERT_EQ(back.steps.size(), 5U);
  EXPECT_TRUE(back.steps[0].setup);
  EXPECT_EQ(back.steps[0].label, "enlisted");
  const auto* send = std::get_if<Operation>(&back.steps[1].act);
  ASSERT_NE(send, nullptr);
  EXPECT_EQ(send->actor, "alice");
  EXPECT_EQ(canonical(send->arguments), R"({"text":"Hi ${canary}","to":"bob"})");
  const auto* await = std::get_if<Await>(&back.steps[2].act);
  ASSERT_NE(await, nullptr);
  EXPECT_EQ(await->actor, "bob");
  EXPECT_EQ(await->within, std::chrono::seconds(7));
  EXPECT_EQ(std::get<Advance>(back.steps[3].act).by, std::chrono::hours(24 * 29));
  EXPECT_TRUE(std::holds_alternative<Settle>(back.steps[4].act));
  EXPECT_EQ(back.steps[1].mark.line, 14);

  ASSERT_EQ(back.checks.size(), 1U);
  EXPECT_EQ(back.checks[0].id, "intact");
  EXPECT_EQ(canonical(back.checks[0].arguments),
            R"({"at":"bob","blames":"gatekeeper","message":"sent"})");
}

TEST(Load, WaitsThirtySecondsWhereNothingIsSaid) {
  const Library library = load_small(with("    within: ${matrix.way.wait}\n", ""));
  EXPECT_EQ(std::get<Await>(library.scenarios[0].cases[0].steps[2].act).within,
            std::chrono::seconds(30));
}

TEST(Load, RepeatsAnOperationAndLabelsTheLast) {
  const Library library = load_small(with("    as: sent\n", "    repeat: 3\n    as: sent\n"));
  const std::vector<Step>& steps = library.scenarios[0].cases[0].steps;
  ASSERT_EQ(steps.size(), 7U);
  EXPECT_EQ(steps[1].label, "");
  EXPECT_EQ(steps[2].label, "");
  EXPECT_EQ(steps[3].label, "sent");
}

TEST(Load, ReadsExpectations) {
  const Library library =
      load_small(with("    as: sent\n", "    as: sent\n    expect-error: refused\n"));
  const auto& send = std::get<Operation>(library.scenarios[0].cases[0].steps[1].act);
  EXPECT_EQ(send.expect_error, ErrorCode::kRefused);
  EXPECT_FALSE(send.expect.has_value());
}

TEST(Load, SubstitutesValuesWithTheirType) {
  const Library library =
      load_small(with("{third_party_chats: true}", "{third_party_chats: \"${matrix.way.on}\"}")
                     .replace(kSound.find("wait: 5s"), 8, "on: false, wait: 5s")
                     .replace(kSound.find("wait: 7s") + 11, 8, "on: true, wait: 7s"));
  EXPECT_EQ(library.scenarios[0].cases[0].find_actor("alice")->settings.at("third_party_chats"),
            false);
  EXPECT_EQ(library.scenarios[0].cases[1].find_actor("alice")->settings.at("third_party_chats"),
            true);
}

TEST(Load, KnowsActorsSettings) {
  const Library library = load_small(with("Hi ${canary}", "I am ${actors.bob.identifier} $${x}"));
  const auto& send = std::get<Operation>(library.scenarios[0].cases[0].steps[1].act);
  EXPECT_EQ(send.arguments.at("text"), "I am bob@birdy.test $${x}");
}

struct Slip {
  std::string name;
  std::string from;
  std::string to;
  std::string code;
  int line;
  int column;
  std::string hint;
};

void PrintTo(const Slip& slip, std::ostream* out) { *out << slip.name; }

class LoadSlip : public testing::TestWithParam<Slip> {};

TEST_P(LoadSlip, IsToldOnceWithItsPlace) {
  const Slip& slip = GetParam();
  const std::vector<Diagnostic> found = diagnose(with(slip.from, slip.to));
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].code, slip.code) << render(found);
  EXPECT_EQ(found[0].file, "scenarios/cases/demo/one.yaml");
  EXPECT_EQ(found[0].mark.line, slip.line) << render(found);
  EXPECT_EQ(found[0].mark.column, slip.column) << render(found);
  EXPECT_EQ(found[0].hint, slip.hint) << render(found);
  EXPECT_EQ(found.size(), 1U) << render(found);
}

const Slip kSlips[] = {
    {"UnknownKey", "tags:", "tgas:", "unknown-key", 5, 1, "did you mean \"tags\"?"},
    {"MissingKey", "purpose: To have something to break.\n", "", "missing-key", 1, 1, ""},
    {"WrongType", "tags: [text]", "tags: text", "wrong-type", 5, 7, "write [text]"},
    {"NumberForText", "title: A text", "title: 7", "wrong-type", 2, 8, "put it in quotes"},
    {"EmptyText", "title: A text", "title: \" \"", "empty-text", 2, 8, ""},
    {"BadId", "demo.one", "Demo.One", "bad-id", 1, 5,
     "use small letters, digits, single hyphens and dots"},
    {"IdAndPath", "demo.one", "demo.two", "id-and-path-differ", 1, 5, ""},
    {"UnknownSetup", "setup: pair", "setup: pear", "unknown-setup", 6, 8, "did you mean \"pair\"?"},
    {"UnknownSetting", "{third_party_chats: true}", "{third_party: true}", "unknown-setting", 12,
     11, ""},
    {"WrongSetting", "{third_party_chats: true}", "{third_party_chats: yes}", "wrong-type", 12, 30,
     ""},
    {"UnknownKind", "  alice: {third", "  eve: {kind: spy}\n  alice: {third", "unknown-kind", 12,
     15, ""},
    {"UnknownActor", "\"${matrix.way.to}\", text", "allice, text", "unknown-actor", 16, 16,
     "did you mean \"alice\"?"},
    {"WrongActor", "\"${matrix.way.to}\", text", "birdy, text", "wrong-actor", 16, 16, ""},
    {"UnknownOperation", "do: send-text", "do: send-txt", "unknown-operation", 14, 9,
     "did you mean \"send-text\"?"},
    {"UnknownArgument", "text: \"Hi", "txet: \"Hi", "unknown-argument", 16, 36,
     "did you mean \"text\"?"},
    {"UnknownEvent", "await: message", "await: mesage", "unknown-event", 18, 12,
     "did you mean \"message\"?"},
    {"UnknownFact", "where: {id:", "where: {ident:", "unknown-fact", 20, 13, ""},
    {"UnknownLabel", "${sent.id}", "${snet.id}", "unknown-label", 20, 17, "did you mean \"sent\"?"},
    {"UnknownField", "${sent.id}", "${sent.jid}", "unknown-field", 20, 17, "did you mean \"id\"?"},
    {"LabelTwice", "as: shown", "as: sent", "duplicate-id", 22, 9, ""},
    {"ReservedLabel", "as: shown", "as: canary", "bad-id", 22, 9,
     "this word has a meaning of its own"},
    {"MisplacedCanary", "${sent.id}", "${canary}", "misplaced-canary", 20, 17, ""},
    {"BadPlaceholder", "Hi ${canary}", "Hi ${canary", "bad-placeholder", 16, 42,
     "a literal ${ is written $${"},
    {"UnknownAxis", "actor: ${matrix.way.from}", "actor: ${matrix.wya.from}", "unknown-placeholder",
     15, 12, "did you mean \"way\"?"},
    {"BadDuration", "advance: 29d", "advance: 29 days", "bad-duration", 23, 14,
     "write it like 30s or 29d"},
    {"UnknownStep", "  - advance: 29d", "  - sleep: 29d", "unknown-step", 23, 5, ""},
    {"ErrorCode", "    as: sent\n", "    as: sent\n    expect-error: refsued\n", "unknown-word", 18,
     19, "did you mean \"refused\"?"},
    {"UnknownCheck", "kind: content-intact", "kind: content-intct", "unknown-check", 27, 11,
     "did you mean \"content-intact\"?"},
    {"Invariant", "kind: content-intact", "kind: canary-contained", "unknown-check", 27, 11, ""},
    {"CheckArgument", "    blames: gatekeeper\n", "    blames: gatekeeper\n    within: 3s\n",
     "unknown-argument", 32, 5, ""},
    {"CheckLabel", "message: sent", "message: snet", "unknown-label", 29, 14,
     "did you mean \"sent\"?"},
    {"WhenObservable", "    blames: gatekeeper\n",
     "    blames: gatekeeper\n    when-observable: perhaps\n", "wrong-type", 32, 22, ""},
    {"NoPurposeLeft", "    blames: gatekeeper\n",
     "    blames: gatekeeper\n    when-observable: true\n", "no-purpose-left", 26, 5,
     "leave when-observable away from one that shows the purpose alone"},
    {"Blames", "blames: gatekeeper", "blames: carol", "unknown-word", 31, 13, ""},
    {"UndeclaredRequirement", "    requirements: [MSG-001]", "    requirements: [MSG-001, MSG-002]",
     "undeclared-requirement", 28, 19, "did you mean \"MSG-001\"?"},
    {"UnjudgedRequirement", "requirements: [MSG-001]\ntags",
     "requirements: [MSG-001, MSG-002]\ntags", "unjudged-requirement", 4, 25,
     "add it to the requirements of a check, or remove it here"},
    {"Repeat", "    as: sent\n", "    repeat: many\n    as: sent\n", "wrong-type", 17, 13, ""},
    {"Contradiction", "    as: sent\n",
     "    as: sent\n    expect: {id: x}\n    expect-error: refused\n", "contradiction", 19, 19, ""},
    {"EmptyAxis", "matrix:\n", "matrix:\n  id:\n", "wrong-type", 8, 3, ""},
    {"AxisValue", "    back: {from: alice, to: bob, wait: 7s}\n", "    Back: {from: alice}\n",
     "bad-id", 10, 5, "give it one: write the values as a mapping of names to values"},
};

INSTANTIATE_TEST_SUITE_P(All, LoadSlip, testing::ValuesIn(kSlips),
                         [](const auto& param) { return param.param.name; });

const std::string kTwoChecks =
    "    blames: gatekeeper\n"
    "  - id: shown-once\n"
    "    kind: delivered-once\n"
    "    requirements: [MSG-001]\n"
    "    when-observable: true\n"
    "    message: sent\n"
    "    at: ${matrix.way.to}\n"
    "    blames: gatekeeper\n";

TEST(Load, ACheckMayBeLeftOutWhereAnotherCarriesThePurpose) {
  const Library library = load_small(with("    blames: gatekeeper\n", kTwoChecks));
  ASSERT_EQ(library.scenarios.size(), 1U);
  const std::vector<Check>& checks = library.scenarios[0].cases[0].checks;
  ASSERT_EQ(checks.size(), 2U);
  EXPECT_FALSE(checks[0].when_observable);
  EXPECT_TRUE(checks[1].when_observable);
  EXPECT_FALSE(checks[1].arguments.contains("when-observable")) << "it is none of the kind's";
}

TEST(Load, WhatMayBeLeftOutIsAPartOfTheDefinition) {
  const auto defined = [](std::string_view more) {
    std::string text = kTwoChecks;
    const std::string mark = "    when-observable: true\n";
    text.replace(text.find(mark), mark.size(), more);
    const Library library = load_small(with("    blames: gatekeeper\n", text));
    return canonical(to_json(library.scenarios.at(0).cases.at(0)));
  };
  EXPECT_THAT(defined("    when-observable: true\n"),
              testing::HasSubstr(R"("when-observable":true)"));
  EXPECT_EQ(defined("    when-observable: false\n"), defined(""));
}

TEST(Load, TellsOfMissingMedia) {
  const std::vector<Diagnostic> found = diagnose(
      with("do: send-text", "do: send-media")
          .replace(kSound.find("text: \"Hi ${canary}\"") + 1, 20, "kind: image, media: photo.jgp"));
  ASSERT_EQ(found.size(), 1U) << render(found);
  EXPECT_EQ(found[0].code, "missing-media");
  EXPECT_EQ(found[0].hint, "did you mean \"photo.jpg\"?");
}

TEST(Load, TellsOfUnknownRequirements) {
  std::string text = with("requirements: [MSG-001]\ntags", "requirements: [MSG-01]\ntags");
  text.replace(text.rfind("[MSG-001]"), 9, "[MSG-01]");
  const std::vector<Diagnostic> found = diagnose(text);
  ASSERT_EQ(found.size(), 1U) << render(found);
  EXPECT_EQ(found[0].code, "unknown-requirement");
  EXPECT_EQ(found[0].hint, "did you mean \"MSG-001\"?");
}

TEST(Load, ShowsTheLineTheCaretAndTheHint) {
  EXPECT_EQ(render(diagnose(with("await: message", "await: mesage"))),
            "scenarios/cases/demo/one.yaml:18:12: error[unknown-event]: nothing called \"mesage\" "
            "happens at a whatsapp-user\n"
            "      - await: mesage\n"
            "               ^\n"
            "  hint: did you mean \"message\"?\n");
}

TEST(Load, TellsEverythingAtOnce) {
  std::string text = with("title: A text", "title: 7");
  text.replace(text.find("do: send-text"), 13, "do: send-txt");
  text.replace(text.find("blames: gatekeeper"), 18, "blames: nobody");
  const std::vector<Diagnostic> found = diagnose(text);
  std::vector<std::string> codes;
  for (const Diagnostic& diagnostic : found) codes.push_back(diagnostic.code);
  // What stands on the title is still read; the steps wait until the head of the file is sound.
  EXPECT_THAT(codes, testing::Contains("wrong-type"));
}

TEST(Load, ChecksWithoutIdsAreMissingTheirIdsAndNoDuplicates) {
  std::string text = with("  - id: intact\n    kind", "  - kind");
  text += text.substr(text.find("  - kind: content-intact"));
  const std::vector<Diagnostic> found = diagnose(text);
  ASSERT_EQ(found.size(), 2U) << render(found);
  EXPECT_EQ(found[0].code, "missing-key");
  EXPECT_EQ(found[1].code, "missing-key");
}

TEST(Load, RefusesCastsWithoutAGatekeeper) {
  std::string text = with("setup: pair\n", "");
  text.replace(text.find("  alice: {third_party_chats: true}"), 34,
               "  birdy: {kind: partner}\n  bob: {kind: partner-user, of: birdy}\n"
               "  alice: {kind: whatsapp-user, number: \"1\"}");
  const std::vector<Diagnostic> found = diagnose(text);
  ASSERT_EQ(found.size(), 1U) << render(found);
  EXPECT_EQ(found[0].code, "wrong-cast");
}

std::vector<Diagnostic> with_actors(const std::string& lines) {
  return diagnose(with("actors:\n", "actors:\n" + lines));
}

TEST(Load, ACastMayHaveAGatekeeperForEachService) {
  EXPECT_THAT(with_actors("  messenger: {kind: gatekeeper, service: messenger}\n"
                          "  bob: {service: messenger}\n"),
              testing::IsEmpty());
  // Where there is only one service, everybody is of that.
  EXPECT_THAT(with_actors("  gatekeeper: {service: messenger}\n"), testing::IsEmpty());
  const std::vector<Diagnostic> found =
      with_actors("  gatekeeper: {service: messenger}\n  bob: {service: whatsapp}\n");
  ASSERT_EQ(found.size(), 1U) << render(found);
  EXPECT_EQ(found[0].code, "unknown-service");
}

TEST(Load, PointsIntoTheSetupWhereTheFaultIsThere) {
  std::vector<NamedText> files = small_library();
  files.erase(files.begin() + 1);
  files.back().text += "  - {do: enlist, actor: alice}\n";
  std::vector<Diagnostic> diagnostics;
  EXPECT_FALSE(load_library(as_sources(files), {}, diagnostics).has_value());
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].file, "scenarios/setups/pair.yaml");
  EXPECT_EQ(diagnostics[0].code, "unknown-operation");
  EXPECT_EQ(diagnostics[0].mark.line, 10);
}

}  // namespace
}  // namespace parley::scenario
