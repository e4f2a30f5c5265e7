// The world: a partner that says what its users can do (ICS), the test cases of a small library,
// and those of the repository.
#include "harness/scenario/claim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/scenario/account.h"
#include "harness/scenario/library_for_tests.h"
#include "harness/scenario/plan.h"

namespace parley::scenario {
namespace {

using testing::HasSubstr;

std::string scenario(const std::string& step, const std::string& more = "") {
  return "id: demo.one\ntitle: T\npurpose: P.\nrequirements: [MSG-001]\nsetup: pair\n" + more +
         "steps:\n  - " + step +
         "\nchecks:\n"
         "  - {id: c, kind: event-seen, requirements: [MSG-001], actor: bob, event: message,\n"
         "     blames: gatekeeper}\n";
}

constexpr const char* kImage =
    "{do: send-media, actor: bob, with: {to: alice, kind: image, media: photo.jpg}";

std::string left_out(const std::string& text, std::vector<ClaimAnswer> answers) {
  const Library library = load_small(text);
  const Claim claim = make_claim(std::move(answers)).value();
  const ClaimedCases cases = ClaimedCases::of(library, claim).value();
  return cases.leaves_out(library.scenarios.at(0).cases.at(0)).value_or("");
}

TEST(Claim, LeavesOutWhatIsNotClaimedAndNothingElse) {
  const std::string image = scenario(std::string(kImage) + "}");
  EXPECT_EQ(left_out(image, {{"media", "image", false}}), "not claimed (ICS): media.image");
  EXPECT_EQ(left_out(image, {{"media", "image", true}, {"media", "voice", false}}), "");
  EXPECT_EQ(left_out(image, {}), "");
  EXPECT_EQ(left_out(image, {{"features", "typing", false}}), "");
}

TEST(Claim, KnowsTagsMilestonesOperationsAndFilters) {
  const std::string tagged = scenario("settle", "tags: [reply, m4-2]\n");
  EXPECT_EQ(left_out(tagged, {{"features", "replies", false}}),
            "not claimed (ICS): features.replies");
  EXPECT_EQ(left_out(tagged, {{"milestones", "M4", false}}), "not claimed (ICS): milestones.M4");
  EXPECT_EQ(left_out(tagged, {{"milestones", "M3", false}}), "");
  EXPECT_EQ(left_out(tagged, {{"others", "req:MSG-001", false}}), "not claimed (ICS): req:MSG-001");
  EXPECT_EQ(left_out(tagged, {{"others", "req:MSG-001", true}}), "");
  const std::string typing =
      scenario("{do: typing, actor: bob, with: {to: alice, state: composing}}");
  EXPECT_EQ(left_out(typing, {{"features", "typing", false}}),
            "not claimed (ICS): features.typing");
}

TEST(Claim, AProbeForAbsenceIsMadeWhereItIsAbsent) {
  const std::string probe = scenario(std::string(kImage) + ", expect-error: unsupported}");
  EXPECT_EQ(left_out(probe, {{"media", "image", false}}), "");
  EXPECT_THAT(left_out(probe, {{"media", "image", true}}), HasSubstr("which is claimed (ICS)"));
  EXPECT_THAT(left_out(probe, {}), HasSubstr("no ICS says that it is absent"));
  EXPECT_THAT(left_out(probe, {{"media", "voice", false}}), HasSubstr("media.image"));
}

TEST(Claim, RefusesWhatNobodyAsks) {
  const auto wrong = [](ClaimAnswer answer) {
    const auto claim = make_claim({std::move(answer)});
    return claim.ok() ? "" : claim.error().message;
  };
  EXPECT_THAT(wrong({"medias", "image", true}), HasSubstr("did you mean \"media\""));
  EXPECT_THAT(wrong({"media", "imagf", true}), HasSubstr("did you mean \"image\""));
  EXPECT_THAT(wrong({"others", "tagg:x", true}), HasSubstr("begins with none of"));
  EXPECT_FALSE(make_claim({{"media", "image", true}, {"media", "image", false}}).ok());
  const Library library = load_small(scenario("settle"));
  const Claim nothing = make_claim({{"others", "req:NOT-999", false}}).value();
  EXPECT_FALSE(ClaimedCases::of(library, nothing).ok());
}

TEST(Claim, ComesBackFromJson) {
  const Claim claim =
      make_claim({{"others", "req:MSG-001", false}, {"media", "image", true}}).value();
  const json::object written = to_json(claim);
  const auto again = claim_from_json(written, "ics");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->answers, claim.answers);
  for (const char* text : {"[]", R"({"media":[]})", R"({"media":{"image":1}})",
                           R"({"media":{"images":true}})", R"({"x":{}})", R"({"x":{"y":true}})"}) {
    const bool nothing = std::string_view(text) == R"({"x":{}})";
    EXPECT_EQ(claim_from_json(parse_json(text, "t").value(), "ics").ok(), nothing) << text;
  }
}

TEST(Claim, TellsWhatIsUnanswered) {
  EXPECT_EQ(Claim().unanswered().size(), claim_items().size());
  const Claim one = make_claim({{"media", "image", false}}).value();
  EXPECT_EQ(one.unanswered().size(), claim_items().size() - 1);
  EXPECT_EQ(std::ranges::count(one.unanswered(), "media.image"), 0);
}

TEST(Claim, PlansCarryIt) {
  const Library library = load_small(scenario(std::string(kImage) + "}"));
  const Claim claim = make_claim({{"media", "image", false}}).value();
  const Plan plan = draft_plan(library, library.profiles.at(0).id, {}, claim).value();
  EXPECT_TRUE(plan.cases.empty());
  ASSERT_EQ(plan.not_applicable.size(), 1U);
  EXPECT_TRUE(plan.not_applicable[0].unclaimed);
  const Plan plain = draft_plan(library, library.profiles.at(0).id, {}).value();
  EXPECT_NE(canonical(to_json(plan)), canonical(to_json(plain)));
  EXPECT_FALSE(to_json(plain).contains("ics"));
  EXPECT_EQ(canonical(to_json(whole_plan(library, plan).value())), canonical(to_json(plan)));
  EXPECT_THAT(make_plan(library, library.profiles.at(0).id, {}, claim).error().message,
              HasSubstr("not claimed (ICS): media.image"));
}

TEST(Claim, RowsSayThatTheyAreNotClaimed) {
  const Library library = load_small(scenario(std::string(kImage) + "}"));
  const Claim claim = make_claim({{"media", "image", false}}).value();
  const Plan plan = draft_plan(library, library.profiles.at(0).id, {}, claim).value();
  bool seen = false;
  for (const RowAccount& row : account(library, plan, from_unix_seconds(1'800'000'000))) {
    if (row.row->id != "MSG-001") continue;
    seen = true;
    EXPECT_EQ(row.coverage, Coverage::kNotClaimed);
    EXPECT_EQ(row.reason, "not claimed (ICS): media.image");
    EXPECT_THAT(row.unclaimed, testing::ElementsAre("demo.one"));
  }
  EXPECT_TRUE(seen);
}

// A question about which no test case of the repository asks anything would be idle.
TEST(Claim, EveryQuestionLeavesOutSomethingOfTheRepository) {
  const auto files = repository_files();
  std::vector<Diagnostic> diagnostics;
  const auto library = load_library(as_sources(files), repository_surroundings(), diagnostics);
  ASSERT_TRUE(library) << render(diagnostics);
  const std::size_t all = draft_plan(*library, "base", {})->cases.size();
  for (const ClaimItem& item : claim_items()) {
    const Claim claim =
        make_claim({{std::string(item.group), std::string(item.name), false}}).value();
    const auto plan = draft_plan(*library, "base", {}, claim);
    ASSERT_TRUE(plan.ok());
    const auto unclaimed =
        std::ranges::count(plan->not_applicable, true, &NotApplicable::unclaimed);
    EXPECT_GT(unclaimed, 0) << item.name;
    EXPECT_LT(static_cast<std::size_t>(unclaimed), all / 2) << item.name;
  }
}

}  // namespace
}  // namespace parley::scenario
