// Bob sends alice texts through the gatekeeper: what the records tell of each, whatever becomes of
// it on its way.
#include "harness/prove/course.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parley::prove {
namespace {

using evidence::Record;
using evidence::Tap;

class Records {
 public:
  void add(Tap tap, std::string party, std::string kind, json::object facts,
           evidence::Direction direction = evidence::Direction::kNone) {
    Record record;
    record.seq = records_.size();
    record.tap = tap;
    record.party = std::move(party);
    record.kind = std::move(kind);
    record.facts = std::move(facts);
    record.direction = direction;
    records_.push_back(std::move(record));
  }
  void sent(int step, const std::string& id) {
    add(Tap::kStep, "harness", "step.end",
        {{"operation", "send-text"}, {"actor", "bob"}, {"index", step}, {"result", {{"id", id}}}});
  }
  void acknowledged(const std::string& id, json::object more = {}) {
    json::object attributes = std::move(more);
    attributes["class"] = "message";
    attributes["id"] = id;
    add(Tap::kStanza, "bob", "stanza", {{"node", {{"tag", "ack"}, {"attrs", attributes}}}},
        evidence::Direction::kIn);
  }
  void event(std::string party, const std::string& name, const std::string& id) {
    add(Tap::kEvent, std::move(party), "event." + name, {{"id", id}});
  }
  void end() { add(Tap::kStep, "harness", "case.end", {{"completed", true}}); }
  Course course() const { return course_of(records_); }

 private:
  std::vector<Record> records_;
};

TEST(Course, TellsWhatBecameOfEachMessage) {
  Records records;
  records.event("alice", "message", "M1");  // before the step ends that sent it
  records.event("bob", "message", "M1");    // on bob's other device
  records.sent(3, "M1");
  records.acknowledged("M1");
  records.sent(4, "M2");
  records.acknowledged("M2", {{"error", "405"}});
  records.end();
  const Course course = records.course();
  EXPECT_TRUE(course.completed);
  ASSERT_EQ(course.messages.size(), 2U);
  const SentMessage* first = course.sent_by_step(3);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->sender, "bob");
  EXPECT_TRUE(first->acknowledged);
  EXPECT_FALSE(first->withheld);
  ASSERT_EQ(first->shown.size(), 1U);
  EXPECT_EQ(first->shown.at("alice"), 1U);
  EXPECT_FALSE(course.sent_by_step(4)->acknowledged) << "a refusal";
  EXPECT_EQ(course.sent_by_step(5), nullptr);
}

// Where the message that a scenario would have disturbed is dropped before, its fault strikes the
// next one: two faults at once, which no sweep holds against anybody.
TEST(Course, WhatTheGatekeeperDropsByItsRulesOrDisturbsByTheScenarioIsWithheld) {
  for (const char* event : {"dropped", "disturbed"}) {
    Records records;
    records.sent(3, "M1");
    records.sent(4, "M2");
    records.event("gatekeeper", event, "M2");
    const Course course = records.course();
    EXPECT_FALSE(course.sent_by_step(3)->withheld) << event;
    EXPECT_TRUE(course.sent_by_step(4)->withheld) << event;
    EXPECT_FALSE(course.completed);
  }
}

}  // namespace
}  // namespace parley::prove
