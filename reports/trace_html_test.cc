// The world: bob uploads a file to his provider and sends a message; a check cites one record of it
// (run_for_tests.h). And single records and times, staged one by one.
#include "reports/trace_html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/indicators_html.h"
#include "reports/record_html.h"
#include "reports/run_for_tests.h"
#include "reports/timings.h"

namespace parley::reports {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string trace(const judge::CaseResult& result, const std::vector<Record>& records) {
  std::string out;
  append_trace(out, result, records);
  return out;
}

judge::CaseResult passing_case() { return sample_run().cases[0]; }  // cites record 5

TEST(Trace, APassingCaseTellsEveryActWithItsNumber) {
  const std::string told = trace(passing_case(), leak_records());
  EXPECT_THAT(told, HasSubstr("<td>2–4<td>0.500–1.000<td>bob, birdy<td>http 2 → POST /media; 4 ← "
                              "201, 0 bytes\n"));
  EXPECT_THAT(told, HasSubstr("<td>6–9<td>1.500–2.250<td>bob, gatekeeper<td>stanza 6 → message "
                              "type=media id=3EB0; event 9 bob: receipt type=delivery\n"));
  EXPECT_THAT(told, HasSubstr("4 further records in the transcript"));
}

TEST(Trace, WhatACheckCitesIsDecoded) {
  const std::string told = trace(passing_case(), leak_records());
  EXPECT_THAT(told, HasSubstr("<tr id=\"text.both-ways(to=partner).5\"><td>5<"));
  EXPECT_THAT(told, HasSubstr("<dt>text<dd>caf\u00e9 \"quoted\""));
  EXPECT_THAT(told, Not(HasSubstr("x-file-name")));
}

TEST(Trace, AFailingCaseDecodesEverythingAndMarksItsEvidence) {
  const std::string told = trace(sample_run().cases[1], leak_records());
  EXPECT_THAT(told, HasSubstr("<tr class=\"mark\" id=\"media.intact(kind=image).3\"><td>▶ 3<"));
  EXPECT_THAT(told, HasSubstr("bob → birdy, seen by birdy<td><details open>"));
  EXPECT_THAT(told, HasSubstr("\"x-file-name\":\"&lt;b&gt;secret&lt;/b&gt;.jpg\""));
  EXPECT_THAT(told, HasSubstr("&lt;message id=\"3EB0\" type=\"media\"/&gt;"));
  EXPECT_THAT(told, Not(HasSubstr("<td>2–")));
}

TEST(RecordFields, AreCutAtTheirLimitsAndSaySo) {
  Record one = leak_records()[5];
  one.facts["text"] = std::string(500, 'x');
  one.body = Bytes(100, 0xab);
  one.body_size = 100;
  one.body_sha256 = std::string(64, 'd');
  const std::string fields = record_fields(one, {10, 4});
  EXPECT_THAT(fields, HasSubstr("<dd>xxxxxxxxxx…<"));
  EXPECT_THAT(fields,
              HasSubstr("<dt>raw, the first 4 of 100 bytes<dd class=\"hex\">abababab…<br>SHA-256 "
                        "of all " +
                        one.body_sha256));
  EXPECT_THAT(record_fields(one, {10, 100}), Not(HasSubstr("SHA-256")));
}

TEST(RecordFields, AStanzaIsTextWithItsBytesCounted) {
  EXPECT_EQ(
      stanza_text(facts(
          R"({"tag":"message","attrs":{"id":"1"},"children":[{"tag":"enc","bytes":"AAEC"}]})")),
      "<message id=\"1\"><enc>[3 bytes]</enc></message>");
}

Record at(std::uint64_t seq, int millis, Tap tap, Role role, std::string party, Direction direction,
          std::string kind, std::string_view text) {
  Record out = record(seq, tap, role, std::move(party), direction, "", std::move(kind), text);
  out.time = from_unix_seconds(0) + milliseconds(millis);
  return out;
}

// alice is connected and bob sends to her; the gatekeeper acknowledges.
std::vector<Record> delivery() {
  const std::string_view sent =
      R"({"operation":"message-send","node":{"tag":"message","attrs":{"id":"A"}}})";
  const std::string_view ack =
      R"({"operation":"message-ack","node":{"tag":"ack","attrs":{"id":"A"}}})";
  const Role client = Role::kPartnerClient;
  return {at(0, 0, Tap::kEvent, Role::kGatekeeperClient, "alice", Direction::kNone,
             "event.connected", "{}"),
          at(1, 100, Tap::kMessage, client, "bob", Direction::kOut, "message", R"({"id":"A"})"),
          at(2, 100, Tap::kStanza, client, "bob", Direction::kOut, "stanza", sent),
          at(3, 120, Tap::kStanza, Role::kGatekeeperServer, "gatekeeper", Direction::kIn, "stanza",
             sent),
          at(4, 130, Tap::kStanza, client, "bob", Direction::kIn, "stanza", ack),
          at(5, 175, Tap::kEvent, Role::kGatekeeperClient, "alice", Direction::kNone,
             "event.message", R"({"id":"A"})")};
}

TEST(Timings, OfADeliveryAndItsAcknowledgement) {
  const Timings timings = timings_of(delivery());
  EXPECT_THAT(timings.delivery, ElementsAre(milliseconds(75)));
  EXPECT_THAT(timings.acknowledgement, ElementsAre(milliseconds(30)));
}

TEST(Timings, LeaveOutWhoWasNotConnectedAllTheWhile) {
  std::vector<Record> records = delivery();
  records.insert(records.begin() + 2, at(1, 110, Tap::kEvent, Role::kGatekeeperClient, "alice",
                                         Direction::kNone, "event.disconnected", "{}"));
  EXPECT_THAT(timings_of(records).delivery, IsEmpty());
}

TEST(Timings, LeaveOutCasesThatWereDisturbedOnPurpose) {
  std::vector<Record> records = delivery();
  records.push_back(at(6, 200, Tap::kEvent, Role::kGatekeeperServer, "gatekeeper", Direction::kNone,
                       "event.disturbed", "{}"));
  EXPECT_THAT(timings_of(records).delivery, IsEmpty());
  EXPECT_THAT(timings_of(records).acknowledgement, IsEmpty());
}

TEST(Timings, OfHttpAsTheCallerSawIt) {
  EXPECT_THAT(timings_of(leak_records()).http_answer, ElementsAre(milliseconds(500)));
}

TEST(Percentile, IsByNearestRank) {
  std::vector<Duration> values;
  for (int i = 1; i <= 100; ++i) values.emplace_back(i);
  EXPECT_EQ(percentile(values, 50), Duration(50));
  EXPECT_EQ(percentile(values, 99), Duration(99));
  EXPECT_EQ(percentile(values, 100), Duration(100));
  EXPECT_EQ(percentile({Duration(7)}, 50), Duration(7));
  EXPECT_EQ(percentile({Duration(1), Duration(2), Duration(3)}, 50), Duration(2));
}

}  // namespace
}  // namespace parley::reports
