// A fragment of three steps beside the small library, and what uses it.
#include "harness/scenario/fragment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>

#include "harness/scenario/library_for_tests.h"

namespace parley::scenario {
namespace {

using testing::ElementsAre;

const std::string kFragment =
    "id: say\n"
    "title: A text that arrives\n"
    "parameters: [from, to, text]\n"
    "steps:\n"
    "  - do: send-text\n"
    "    actor: ${param.from}\n"
    "    with: {to: \"${param.to}\", text: \"${param.text} ${canary} $${x}\"}\n"
    "    as: sent\n"
    "  - {await: message, actor: \"${param.to}\", where: {id: \"${sent.id}\"}, as: shown}\n";
const std::string kScenario =
    "id: demo.one\n"
    "title: Uses\n"
    "purpose: To use.\n"
    "requirements: [MSG-001]\n"
    "setup: pair\n"
    "matrix:\n"
    "  way:\n"
    "    there: {from: bob, to: alice}\n"
    "    back: {from: alice, to: bob}\n"
    "steps:\n"
    "  - use: say\n"
    "    with: {from: \"${matrix.way.from}\", to: \"${matrix.way.to}\", text: Hi}\n"
    "    as: hello\n"
    "  - use: say\n"
    "    with: {from: bob, to: alice, text: \"You said ${hello-sent.id}\"}\n"
    "    as: again\n"
    "checks:\n"
    "  - {id: intact, kind: content-intact, requirements: [MSG-001], message: hello-sent,\n"
    "     at: \"${matrix.way.to}\", blames: gatekeeper}\n";

struct Loaded {
  std::optional<Library> library;
  std::vector<Diagnostic> found;
};

Loaded load(const std::string& fragment, const std::string& scenario) {
  std::vector<NamedText> files = small_library();
  files.push_back({"scenarios/fragments/say.yaml", fragment});
  files.push_back({"scenarios/cases/demo/one.yaml", scenario});
  Loaded out;
  out.library = load_library(as_sources(files), small_surroundings(), out.found);
  return out;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

TEST(Fragment, BecomesTheStepsOfItsUser) {
  const Loaded loaded = load(kFragment, kScenario);
  ASSERT_TRUE(loaded.library.has_value()) << render(loaded.found);
  const TestCase& back = loaded.library->scenarios.at(0).cases.at(1);
  std::vector<std::string> labels;
  for (const Step& step : back.steps) labels.push_back(step.label);
  EXPECT_THAT(labels,
              ElementsAre("enlisted", "hello-sent", "hello-shown", "again-sent", "again-shown"));
  const auto& hello = std::get<Operation>(back.steps[1].act);
  EXPECT_EQ(hello.actor, "alice");
  EXPECT_EQ(canonical(hello.arguments), R"({"text":"Hi ${canary} $${x}","to":"bob"})");
  EXPECT_EQ(canonical(std::get<Await>(back.steps[2].act).where), R"({"id":"${hello-sent.id}"})");
  EXPECT_EQ(canonical(std::get<Operation>(back.steps[3].act).arguments),
            R"({"text":"You said ${hello-sent.id} ${canary} $${x}","to":"alice"})");
  EXPECT_EQ(back.steps[1].fragment, "say");
  EXPECT_EQ(back.steps[1].mark.line, 5);
  EXPECT_EQ(back.steps[0].fragment, "");
}

TEST(Fragment, KeepsItsLabelsWithoutAPrefix) {
  std::string text = replaced(kScenario, "    as: hello\n", "");
  text = replaced(replaced(text, "${hello-sent.id}", "${sent.id}"), "hello-sent", "sent");
  const Loaded loaded = load(kFragment, text);
  ASSERT_TRUE(loaded.library.has_value()) << render(loaded.found);
  EXPECT_EQ(loaded.library->scenarios[0].cases[0].steps[1].label, "sent");
}

TEST(Fragment, CanPrepareANegativeBlock) {
  const Loaded loaded =
      load(kFragment,
           "id: demo.one\ntitle: T\npurpose: P.\nrequirements: [MSG-001]\nsetup: pair\n"
           "negative:\n"
           "  - id: bad\n    requirements: [MSG-001]\n    blames: gatekeeper\n    reason: r\n"
           "    prepare:\n      - {use: say, with: {from: bob, to: alice, text: Hi}, as: hi}\n"
           "    act: {do: read, actor: alice, with: {to: bob, ids: [\"${hi-sent.id}\"]}}\n"
           "    attack: {ids: [x]}\n");
  ASSERT_TRUE(loaded.library.has_value()) << render(loaded.found);
  const TestCase& one = loaded.library->scenarios[0].cases[0];
  EXPECT_EQ(one.steps[1].label, "bad-before-hi-sent");
  EXPECT_EQ(canonical(std::get<Operation>(one.steps[3].act).arguments),
            R"({"ids":["${bad-before-hi-sent.id}"],"to":"bob"})");
}

struct Slip {
  std::string name;
  std::string from;
  std::string to;
  bool in_fragment;  // where the slip is made
  std::string code;
  std::string file;
  int line;
};

void PrintTo(const Slip& slip, std::ostream* out) { *out << slip.name; }

class FragmentSlip : public testing::TestWithParam<Slip> {};

constexpr const char* kHere = "scenarios/fragments/say.yaml";
constexpr const char* kThere = "scenarios/cases/demo/one.yaml";

TEST_P(FragmentSlip, IsToldFirstWithItsPlace) {
  const Slip& slip = GetParam();
  const Loaded loaded = slip.in_fragment ? load(replaced(kFragment, slip.from, slip.to),
                                                replaced(kScenario, "[MSG-001]", "[MSG-001]"))
                                         : load(kFragment, replaced(kScenario, slip.from, slip.to));
  EXPECT_FALSE(loaded.library.has_value());
  bool told = false;
  for (const Diagnostic& one : loaded.found) {
    if (one.file != slip.file) continue;
    EXPECT_EQ(one.code, slip.code) << render(loaded.found);
    EXPECT_EQ(one.mark.line, slip.line) << render(loaded.found);
    told = true;
    break;
  }
  EXPECT_TRUE(told) << render(loaded.found);
}

const Slip kSlips[] = {
    {"UnknownFragment", "use: say", "use: sya", false, "unknown-fragment", kThere, 11},
    {"MissingParameter", ", text: Hi}", "}", false, "missing-argument", kThere, 12},
    {"UnknownParameter", ", text: Hi}", ", text: Hi, colour: red}", false, "unknown-argument",
     kThere, 12},
    {"NoParameters", "    with: {from: bob, to: alice, text: \"You said ${hello-sent.id}\"}\n", "",
     false, "missing-argument", kThere, 14},
    {"WithIsAText", "with: {from: bob, to: alice, text: \"You said ${hello-sent.id}\"}",
     "with: bob", false, "wrong-type", kThere, 15},
    {"UseHasNoExpect", "    as: again\n", "    as: again\n    expect: {x: y}\n", false,
     "unknown-key", kThere, 17},
    {"BadPrefix", "as: again", "as: Again", false, "bad-id", kThere, 16},
    {"SamePrefixTwice", "as: again", "as: hello", false, "duplicate-id", kHere, 8},
    {"ValueThatDoesNotFit", "{from: bob, to", "{from: birdy, to", false, "unknown-operation", kHere,
     5},
    {"ForeignParameter", "${param.from}", "${param.form}", true, "unknown-placeholder", kHere, 6},
    {"ForeignLabel", "${sent.id}", "${snet.id}", true, "unknown-placeholder", kHere, 9},
    {"Matrix", "${param.from}", "${matrix.way.from}", true, "unknown-placeholder", kHere, 6},
    {"UnusedParameter", "[from, to, text]", "[from, to, text, more]", true, "unused-parameter",
     kHere, 3},
    {"Nested", "steps:\n", "steps:\n  - {use: say}\n", true, "nested-fragment", kHere, 5},
    {"BadParameter", "[from,", "[From,", true, "bad-id", kHere, 3},
    {"NoSteps", "steps:\n", "staps:\n", true, "missing-key", kHere, 1},
    {"IdAndPath", "id: say", "id: tell", true, "id-and-path-differ", kHere, 1},
    {"BadPlaceholder", "${canary} $$", "${canary $$", true, "bad-placeholder", kHere, 7},
};

INSTANTIATE_TEST_SUITE_P(All, FragmentSlip, testing::ValuesIn(kSlips),
                         [](const auto& param) { return param.param.name; });

TEST(Fragment, AFaultInWhatItWasGivenNamesTheUser) {
  const Loaded loaded = load(kFragment, replaced(kScenario, "{from: bob, to", "{from: bobby, to"));
  ASSERT_EQ(loaded.found.size(), 1U) << render(loaded.found);
  EXPECT_EQ(loaded.found[0].code, "unknown-actor");
  EXPECT_EQ(loaded.found[0].hint,
            "did you mean \"bob\"?; used at scenarios/cases/demo/one.yaml:11");
}

TEST(Fragment, ParametersHaveNoMeaningInScenarios) {
  const Loaded loaded = load(kFragment, replaced(kScenario, "from: bob, to: alice, text",
                                                 "from: \"${param.x}\", to: alice, text"));
  ASSERT_FALSE(loaded.found.empty());
  EXPECT_EQ(loaded.found[0].code, "unknown-placeholder");
}

// A fragment of a few steps used many times stops at the limit of steps, with one report.
TEST(Fragment, CannotBlowUp) {
  std::string fragment = "id: say\ntitle: T\nparameters: [to]\nsteps:\n";
  for (int i = 0; i < 100; ++i) {
    fragment += "  - {do: send-text, actor: bob, with: {to: \"${param.to}\", text: x}}\n";
  }
  std::string text =
      "id: demo.one\ntitle: T\npurpose: P.\nrequirements: [MSG-001]\nsetup: pair\nsteps:\n";
  for (int i = 0; i < 5000; ++i) text += "  - {use: say, with: {to: alice}}\n";
  text +=
      "checks:\n  - {id: c, kind: event-seen, requirements: [MSG-001], actor: bob,\n"
      "     event: message, blames: gatekeeper}\n";
  const Loaded loaded = load(fragment, text);
  ASSERT_EQ(loaded.found.size(), 1U);
  EXPECT_EQ(loaded.found[0].code, "too-many");
}

TEST(Fragment, TwoOfOneName) {
  std::vector<NamedText> files = small_library();
  files.push_back({"scenarios/fragments/say.yaml", kFragment});
  files.push_back({"other/fragments/say.yaml", kFragment});
  std::vector<Diagnostic> found;
  EXPECT_FALSE(load_library(as_sources(files), small_surroundings(), found).has_value());
  EXPECT_TRUE(std::any_of(found.begin(), found.end(),
                          [](const Diagnostic& one) { return one.code == "duplicate-id"; }));
}

}  // namespace
}  // namespace parley::scenario
