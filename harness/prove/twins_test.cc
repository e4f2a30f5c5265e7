// Bob sends requests, one of which is to be refused; the others differ from it in little.
#include "harness/prove/twins.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::prove {
namespace {

using evidence::Record;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Twins : public testing::Test {
 protected:
  void step(const std::string& label, json::object arguments, json::object sent) {
    add("harness", "step.begin",
        {{"index", index_++},
         {"label", label},
         {"actor", "bob"},
         {"operation", "enlist"},
         {"arguments", std::move(arguments)}});
    add("bob", "http.request", std::move(sent)).direction = evidence::Direction::kOut;
    add("harness", "step.end", {{"label", label}});
  }

  Record& add(std::string party, std::string kind, json::object facts) {
    Record record;
    record.party = std::move(party);
    record.kind = std::move(kind);
    record.facts = std::move(facts);
    records_.push_back(std::move(record));
    return records_.back();
  }

  std::vector<TwinDifference> differences(std::vector<std::string> twins) {
    json::array labels;
    for (const std::string& twin : twins) labels.emplace_back(twin);
    scenario::TestCase test_case;
    test_case.id = "enlistment.refused[fault=token]";
    test_case.scenario = "enlistment.refused";
    scenario::PlannedCase planned{&test_case, {}};
    planned.checks.push_back({test_case.id + "/refused",
                              "refused-with",
                              false,
                              {},
                              {{"step", "attack"}, {"twins", std::move(labels)}}});
    return twin_differences(planned, records_);
  }

  std::vector<Record> records_;
  std::int64_t index_ = 0;
};

TEST_F(Twins, WhatDiffersFromEveryTwinAndNotBetweenThem) {
  step("before", {}, {{"id", 1}, {"token", "good"}});
  step("attack", {{"fault", "bad-token"}}, {{"id", 2}, {"token", "bad"}});
  step("after", {}, {{"id", 3}, {"token", "good"}});
  const auto found = differences({"before", "after"});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].check, "enlistment.refused/refused");
  EXPECT_THAT(found[0].differs, ElementsAre("/arguments/fault", "/sent/token"));
}

TEST_F(Twins, WhatIsOrderedCountsThoughTheTwinsDifferInItToo) {
  step("one", {{"version", 1}}, {});
  step("attack", {{"version", 9}}, {});
  step("two", {{"version", 2}}, {});
  EXPECT_THAT(differences({"one", "two"})[0].differs, ElementsAre("/arguments/version"));
}

TEST_F(Twins, WhereTheRequestIsTheSameTheWorldIsAnother) {
  step("before", {}, {});
  step("something-else", {}, {});
  step("attack", {}, {});
  EXPECT_THAT(differences({"before"})[0].differs, ElementsAre("the world"));
}

TEST_F(Twins, OneMoreOfTheSameIsALimit) {
  step("last-one", {}, {});
  step("attack", {}, {});
  EXPECT_THAT(differences({"last-one"})[0].differs, ElementsAre("once more"));
}

TEST_F(Twins, ATwinThatIsNotOnRecordIsNone) {
  step("attack", {}, {});
  const auto found = differences({"never"});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].differs, IsEmpty());
  records_.clear();
  EXPECT_THAT(differences({"never"}), IsEmpty());
}

}  // namespace
}  // namespace parley::prove
