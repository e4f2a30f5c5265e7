// A recorder in a world whose clock stands still unless moved, fed with traffic that carries
// credentials: what comes out must be complete, numbered, dated, and useless to a thief.
#include "harness/evidence/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"

namespace parley::evidence {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class FixedClock final : public Clock {
 public:
  TimePoint now() const override { return time; }
  TimePoint time = from_unix_seconds(1'700'000'000);
};

const std::string kToken = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl_-x";

std::string replacement(std::string_view token) {
  return "jwt:" + hex(BytesView(crypto::sha256(as_bytes(token))).first(8));
}

TEST(Recorder, NumbersAndDatesRecords) {
  FixedClock clock;
  Recorder recorder(clock);
  EXPECT_EQ(recorder.record({.kind = "event.a"}), 0U);
  clock.time += std::chrono::seconds(5);
  EXPECT_EQ(recorder.record({.kind = "event.b", .body = to_bytes("x")}), 1U);
  ASSERT_EQ(recorder.records().size(), 2U);
  EXPECT_EQ(recorder.records()[1].time - recorder.records()[0].time, std::chrono::seconds(5));
  EXPECT_EQ(recorder.records()[0].body_sha256, "");
  EXPECT_EQ(recorder.records()[1].body_sha256, hex(crypto::sha256(as_bytes("x"))));
  EXPECT_EQ(recorder.records()[1].body_size, 1U);
}

TEST(Recorder, RedactsTokensAtEveryDepthAndInTheBody) {
  FixedClock clock;
  Recorder recorder(clock);
  json::object facts = {
      {"headers", {{"authorization", "Bearer " + kToken}}},
      {"list", json::array{"clean", json::array{kToken, 7}}},
  };
  recorder.record({.facts = facts, .body = to_bytes("a=1&token=" + kToken + "&b=2")});
  const Record& record = recorder.records().front();
  const std::string all = to_line(record, "c") + std::string(as_text(record.body));
  EXPECT_THAT(all, Not(HasSubstr("eyJ")));
  EXPECT_EQ(record.facts.at("headers").at("authorization").as_string(),
            "Bearer " + replacement(kToken));
  EXPECT_EQ(record.facts.at("list").at(1).at(0).as_string(), replacement(kToken));
  std::string mask = replacement(kToken);
  mask.resize(kToken.size(), '*');
  EXPECT_EQ(as_text(record.body), "a=1&token=" + mask + "&b=2");
  EXPECT_EQ(record.body_size, record.body.size());
  EXPECT_EQ(record.body_sha256, hex(crypto::sha256(record.body)));
}

// The defect by which the suite shows that it would notice.
TEST(Recorder, ADefectiveOneKeepsTokensAndDoesAllElse) {
  FixedClock clock;
  Recorder sound(clock);
  Recorder defective(clock, /*keeps_tokens=*/true);
  for (Recorder* one : {&sound, &defective}) {
    one->record({.facts = {{"token", kToken}}, .body = to_bytes("token=" + kToken)});
    one->record({.facts = {{"text", "no token"}}, .body = Bytes(kMaxBodyBytes + 1, 'x')});
  }
  EXPECT_EQ(canonical(sound.records()[0].facts).find(kToken), std::string::npos);
  EXPECT_THAT(canonical(defective.records()[0].facts), HasSubstr(kToken));
  EXPECT_THAT(std::string(as_text(defective.records()[0].body)), HasSubstr(kToken));
  EXPECT_EQ(canonical(defective.records()[1].facts), canonical(sound.records()[1].facts));
  EXPECT_EQ(defective.records()[1].body, sound.records()[1].body);
  EXPECT_EQ(defective.records()[1].body_size, kMaxBodyBytes + 1);
}

TEST(Recorder, CutsABodyButKeepsItsSizeAndDigest) {
  FixedClock clock;
  Recorder recorder(clock);
  Bytes body(kMaxBodyBytes + 17, 0xAB);
  recorder.record({.body = body});
  const Record& record = recorder.records().front();
  EXPECT_EQ(record.body.size(), kMaxBodyBytes);
  EXPECT_EQ(record.body_size, body.size());
  EXPECT_EQ(record.body_sha256, hex(crypto::sha256(body)));
  const auto again = parse_line(to_line(record, "c"));
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(again->body_size, body.size());
}

TEST(Recorder, WhateverAPeerSendsTheTranscriptCanBeReadBack) {
  FixedClock clock;
  Recorder recorder(clock);
  json::object facts = {{"headers", {{"x-\xFF", "\xC3(" + kToken}, {kToken, "v"}}}};
  recorder.record({.peer = "\xED\xA0\x80", .kind = "http.request", .facts = facts});
  const std::string line = to_line(recorder.records().front(), "c");
  const auto again = parse_line(line);
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_THAT(line, Not(HasSubstr("eyJ")));
  EXPECT_EQ(again->facts.at("headers").at("x-\xEF\xBF\xBD").as_string(),
            "\xEF\xBF\xBD(" + replacement(kToken));
  EXPECT_EQ(again->facts.at("headers").at(replacement(kToken)).as_string(), "v");
}

TEST(TokenRedaction, EqualTokensStayEqualAndDifferentOnesDiffer) {
  const std::string other = kToken + "y";
  EXPECT_EQ(redact_tokens(kToken), redact_tokens(kToken));
  EXPECT_NE(redact_tokens(kToken), redact_tokens(other));
}

TEST(TokenRedaction, FindsEveryTokenAndLeavesTheRest) {
  EXPECT_EQ(redact_tokens("<" + kToken + "> and \"" + kToken + "\"."),
            "<" + replacement(kToken) + "> and \"" + replacement(kToken) + "\".");
}

TEST(TokenRedaction, TokensWithoutSignatureAndEncryptedOnesAreTokensToo) {
  const std::string unsigned_token = "eyJhbGciOiJub25lIn0.e30.";
  EXPECT_EQ(redact_tokens(unsigned_token), replacement(unsigned_token));
  const std::string encrypted = "eyJhbGciOiJkaXIifQ.AAAA.BBBB.CCCC.DDDD";
  EXPECT_EQ(redact_tokens(encrypted + "."), replacement(encrypted) + ".");
}

TEST(TokenRedaction, PercentEncodingHidesNothing) {
  std::string encoded;
  for (const char c : kToken) {
    if (c == '.') {
      encoded += "%2E";
    } else if (c == '_') {
      encoded += "%5f";
    } else {
      encoded += c;
    }
  }
  EXPECT_EQ(redact_tokens("t=" + encoded + "&x=%41"), "t=" + replacement(kToken) + "&x=%41");
}

TEST(TokenRedaction, LeavesTextThatOnlyLooksSimilar) {
  for (const std::string_view text :
       {"", "eyJ", "eyJ.x.y", "eyJhbGciOiJSUzI1NiJ9", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJib2IifQ",
        "eyJhbGciOiJSUzI1NiJ9..c2ln", "AeyBhbGciOiJSUzI1NiJ9.e30.x",
        "eyJhbGciOiJSUzI1NiJ9 .e30.x"}) {
    EXPECT_EQ(redact_tokens(text), text);
  }
}

TEST(TokenRedaction, ManyBeginningsTakeLinearTime) {
  // A quadratic scan of this megabyte would run for minutes.
  std::string text;
  while (text.size() < 1'000'000) text += "eyJ";
  EXPECT_EQ(redact_tokens(text), text);
  std::string dotted;
  while (dotted.size() < 1'000'000) dotted += "eyJhbGciOiJ.eyJ!";
  EXPECT_EQ(redact_tokens(dotted), dotted);
}

}  // namespace
}  // namespace parley::evidence
