// The world: bob's driver tells what bob was shown; the records of everybody else say what was
// sent.
#include "harness/run/invented_events.h"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <vector>

#include "harness/base/json.h"

namespace parley::run {
namespace {

using evidence::Record;
using evidence::Tap;

Record record(Tap tap, std::string party, std::string kind, json::object facts) {
  Record out;
  out.tap = tap;
  out.party = std::move(party);
  out.kind = std::move(kind);
  out.facts = std::move(facts);
  return out;
}

Record told(const char* event, const char* id) {
  return record(Tap::kEvent, "bob", std::string("event.") + event, {{"id", id}});
}

const std::vector<std::string> kDriven{"bob"};

TEST(InventedEvents, AMessageThatNobodyElseKnowsOfIsInvented) {
  const std::vector<Record> records = {told("connected", "x"), told("message", "MSG-1")};
  const auto invented = invented_event(records, kDriven);
  ASSERT_TRUE(invented.has_value());
  EXPECT_EQ(invented->actor + " " + invented->event + " " + invented->id, "bob message MSG-1");
}

TEST(InventedEvents, WhateverElseMentionsItVouchesForIt) {
  const json::object nested = {{"stanza", {{"attributes", {{"id", "MSG-1"}}}}}};
  const json::object listed = {{"ids", {"MSG-0", "MSG-1"}}};
  const Record vouchers[] = {
      record(Tap::kStanza, "gatekeeper", "stanza", nested),
      record(Tap::kStep, "harness", "step.end", {{"result", {{"id", "MSG-1"}}}}),
      record(Tap::kEvent, "alice", "event.receipt", listed),
      record(Tap::kMessage, "alice", "message", {{"id", "MSG-1"}}),
  };
  for (const Record& voucher : vouchers) {
    const std::vector<Record> records = {voucher, told("message", "MSG-1")};
    EXPECT_FALSE(invented_event(records, kDriven).has_value()) << voucher.kind;
  }
  // Its own word is none, and neither is what the harness has from there.
  const std::vector<Record> twice = {told("message", "MSG-1"), told("message", "MSG-1")};
  EXPECT_TRUE(invented_event(twice, kDriven).has_value());
  const json::object own = {{"actor", "bob"}, {"result", {{"id", "MSG-1"}}}};
  const Record echoes[] = {
      record(Tap::kStep, "harness", "await.end", {{"actor", "bob"}, {"facts", {{"id", "MSG-1"}}}}),
      record(Tap::kStep, "harness", "step.begin",
             {{"actor", "alice"}, {"arguments", {{"id", "MSG-1"}}}}),
      record(Tap::kStep, "harness", "step.end", own),
  };
  for (const Record& echo : echoes) {
    const std::vector<Record> records = {told("message", "MSG-1"), echo};
    EXPECT_TRUE(invented_event(records, kDriven).has_value()) << echo.kind;
  }
}

TEST(InventedEvents, OnlyArrivalsAtDrivenActorsAreLookedAt) {
  const std::vector<Record> records = {
      told("typing", "MSG-1"), record(Tap::kEvent, "carl", "event.message", {{"id", "MSG-2"}}),
      record(Tap::kEvent, "bob", "event.message", {{"text", "without an id"}})};
  EXPECT_FALSE(invented_event(records, kDriven).has_value());
}

}  // namespace
}  // namespace parley::run
