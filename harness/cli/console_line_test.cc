// A person looks on while a product talks with the mocks; the product may be hostile to terminals,
// and what users write is nobody's business until somebody asks for it.
#include "harness/cli/console_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "harness/base/encoding.h"

namespace parley::cli {
namespace {

using evidence::Direction;
using evidence::Record;
using evidence::Role;
using evidence::Tap;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSecret = "meet me at nine";

Record record_of(Tap tap, std::string kind, json::object facts) {
  Record out;
  out.tap = tap;
  out.role = Role::kGatekeeperServer;
  out.party = "gatekeeper";
  out.peer = "external";
  out.direction = Direction::kIn;
  out.kind = std::move(kind);
  out.facts = std::move(facts);
  out.time = TimePoint(std::chrono::milliseconds(1'767'225'600'250));  // 2026-01-01
  return out;
}

Record stanza() {
  json::object node = {
      {"tag", "message"},
      {"attrs",
       {{"id", "3EB0"},
        {"to", "33612345678@s.whatsapp.net"},
        {"type", "text"},
        {"unlisted", kSecret}}},
      {"children", {{{"tag", "enc"}, {"bytes", "AAAA"}}, {{"tag", "note"}, {"text", kSecret}}}}};
  Record out = record_of(
      Tap::kStanza, "stanza",
      {{"conn", "gatekeeper-1"}, {"operation", "message-1to1"}, {"node", std::move(node)}});
  out.body = to_bytes(std::string_view(kSecret));
  out.body_size = out.body.size();
  return out;
}

Record request() {
  json::object facts = {{"method", "POST"},
                        {"target", "/upload?auth=" + std::string(kSecret) + "&size=3"},
                        {"host", "mmg.whatsapp.net"},
                        {"headers", {{"authorization", "Bearer abc"}, {"x-note", kSecret}}},
                        {"form", {{"authkey", kSecret}, {"token", "jwt:0123456789abcdef"}}}};
  return record_of(Tap::kHttp, "http.request", std::move(facts));
}

TEST(ConsoleLine, SaysWhoWhatAndWhatAbout) {
  EXPECT_EQ(console_line(stanza(), {}),
            "2026-01-01 00:00:00.250  gatekeeper <- external  message (message-1to1) id=3EB0 "
            "type=text to=33612345678@s.whatsapp.net holds=enc,note [15 bytes]");
  EXPECT_EQ(console_line(request(), {}),
            "2026-01-01 00:00:00.250  gatekeeper <- external  POST "
            "mmg.whatsapp.net/upload?auth=&size= form=authkey,token");
}

TEST(ConsoleLine, TellsAnswersFailuresEventsAndSteps) {
  Record answer = record_of(Tap::kHttp, "http.response",
                            {{"method", "GET"}, {"target", "/k"}, {"host", "h"}, {"status", 503}});
  answer.direction = Direction::kOut;
  EXPECT_THAT(console_line(answer, {}), HasSubstr("gatekeeper -> external  503 to GET h/k"));
  const Record failure =
      record_of(Tap::kHttp, "http.failure",
                {{"method", "GET"}, {"target", "/k"}, {"host", "h"}, {"error", "refused"}});
  EXPECT_THAT(console_line(failure, {}), HasSubstr("no answer to GET h/k error=refused"));
  Record event = record_of(Tap::kEvent, "event.enlist-refused",
                           {{"reason", "bad_token"}, {"detail", "no JWT"}, {"text", kSecret}});
  event.direction = Direction::kNone;
  event.peer.clear();
  EXPECT_EQ(console_line(event, {}),
            "2026-01-01 00:00:00.250  gatekeeper  event.enlist-refused reason=bad_token "
            "detail=\"no JWT\"");
  const Record step = record_of(Tap::kStep, "step.end",
                                {{"actor", "alice"},
                                 {"operation", "send-text"},
                                 {"ok", false},
                                 {"error", {{"code", "closed"}, {"message", kSecret}}}});
  EXPECT_THAT(console_line(step, {}),
              HasSubstr("step.end actor=alice operation=send-text ok=false error=closed"));
}

TEST(ConsoleLine, ShowsNothingThatSomebodyWroteUnlessAsked) {
  Record message =
      record_of(Tap::kMessage, "message", {{"id", "3EB0"}, {"kind", "text"}, {"text", kSecret}});
  for (const Record& record : {stanza(), request(), message}) {
    EXPECT_THAT(console_line(record, {}), Not(HasSubstr(kSecret)));
    EXPECT_THAT(canonical(console_json(record, false)), Not(HasSubstr(kSecret)));
    EXPECT_THAT(console_line(record, {.color = false, .show_bodies = true}), HasSubstr(kSecret));
    EXPECT_THAT(canonical(console_json(record, true)), HasSubstr(kSecret));
  }
}

TEST(ConsoleLine, SteersNoTerminal) {
  const std::string hostile =
      "\x1b[2J\x1b]0;title\x07\xc2\x9b"
      "31m\r\nnext\xe2\x80\xae"
      "abc\xe2\x81\xa6\x7f\xff";
  Record record = stanza();
  record.peer = hostile;
  record.party = hostile;
  record.facts["operation"] = hostile;
  record.facts["node"].as_object()["tag"] = hostile;
  record.facts["node"].as_object()["attrs"].as_object()["id"] = hostile;
  record.body = to_bytes(std::string_view(hostile));
  for (const bool bodies : {false, true}) {
    const std::string line = console_line(record, {.color = false, .show_bodies = bodies});
    for (const char c : line) {
      EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) << line;
    }
    for (const char* mark : {"\xc2\x9b", "\xe2\x80\xae", "\xe2\x81\xa6"}) {
      EXPECT_THAT(line, Not(HasSubstr(mark)));
    }
  }
}

TEST(ConsoleLine, ColorsOnlyWhereAsked) {
  EXPECT_THAT(console_line(stanza(), {}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(console_line(stanza(), {.color = true, .show_bodies = false}),
              HasSubstr("\x1b[32mmessage (message-1to1)\x1b[0m"));
}

TEST(ConsoleLine, CutsWhatIsLongBetweenCharacters) {
  Record record = stanza();
  std::string name;
  for (int i = 0; i < 100; ++i) name += "\xc3\xa9";
  record.facts["node"].as_object()["attrs"].as_object()["id"] = "x" + name;
  const std::string line = console_line(record, {});
  EXPECT_LT(line.size(), 400U);
  EXPECT_THAT(line, HasSubstr("\xc3\xa9..."));
  EXPECT_THAT(line, Not(HasSubstr("\xef\xbf\xbd")));
}

TEST(ConsoleJson, IsTheSameForPrograms) {
  Record record = stanza();
  record.seq = 7;
  const json::object out = console_json(record, false);
  EXPECT_EQ(get_int(out, "time_ns"), 1'767'225'600'250'000'000);
  EXPECT_EQ(get_string(out, "what"), "message (message-1to1)");
  EXPECT_EQ(get_string(*get_object(out, "attributes"), "id"), "3EB0");
  EXPECT_FALSE(out.contains("facts"));
  EXPECT_EQ(get_string(console_json(record, true), "body_base64"), base64(record.body));
}

}  // namespace
}  // namespace parley::cli
