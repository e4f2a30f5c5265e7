// The transcript line as a file format: what one machine writes, another reads back unchanged, and
// nothing that was altered by hand or by a disk passes for a record.
#include "harness/evidence/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"
#include "harness/evidence/recorder.h"

namespace parley::evidence {
namespace {

using ::testing::HasSubstr;

class FixedClock final : public Clock {
 public:
  TimePoint now() const override { return time; }
  TimePoint time = from_unix_seconds(1'700'000'000) + std::chrono::nanoseconds(7);
};

Record sample() {
  FixedClock clock;
  Recorder recorder(clock);
  recorder.record({.tap = Tap::kHttp,
                   .role = Role::kPartnerServer,
                   .party = "acme",
                   .peer = "v.whatsapp.net",
                   .direction = Direction::kIn,
                   .kind = "http.request",
                   .facts = {{"method", "POST"}, {"status", 200}},
                   .body = to_bytes("hello")});
  return recorder.records().front();
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(RecordLine, IsCanonicalJson) {
  const std::string line = to_line(sample(), "text/a");
  EXPECT_EQ(line, R"({"body":"aGVsbG8=","body_sha256":")"
                  R"(2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",)"
                  R"("body_size":5,"case":"text/a","direction":"in",)"
                  R"("facts":{"method":"POST","status":200},"kind":"http.request","party":"acme",)"
                  R"("peer":"v.whatsapp.net","role":"partner-server","seq":0,)"
                  R"("t":1700000000000000007,"tap":"http","utc":"2023-11-14T22:13:20Z"})");
  const auto value = parse_json(line);
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(canonical(*value), line);
}

TEST(RecordLine, ComesBackUnchanged) {
  Record record = sample();
  for (const bool with_body : {true, false}) {
    if (!with_body) {
      record.body.clear();
      record.body_size = 0;
      record.body_sha256.clear();
    }
    record.peer = "quote \" backslash \\ newline \n é";
    const std::string line = to_line(record, "case [x=1]");
    std::string test_case;
    const auto again = parse_line(line, &test_case);
    ASSERT_TRUE(again.ok()) << again.error().text();
    EXPECT_EQ(test_case, "case [x=1]");
    EXPECT_EQ(to_line(*again, test_case), line);
    EXPECT_EQ(again->body, record.body);
    EXPECT_EQ(again->time, record.time);
    EXPECT_EQ(again->role, record.role);
  }
}

TEST(RecordLine, ReadsTheSameHoweverItIsSpaced) {
  // What is in canonical form is read in a shorter way than what is not; both must come to the
  // same.
  Record record = sample();
  record.facts = {{"kind", "inner"},
                  {"list", json::array{-1, 0, 7, json::object{{"kind", "k"}}}},
                  {"text", R"(\",\"kind\":\")"}};
  const std::string peers[] = {"plain", "", "quote \" in it", "é", "tab\t", R"(","kind":")"};
  for (const std::string& peer : peers) {
    for (const bool with_body : {true, false}) {
      if (!with_body) {
        record.body.clear();
        record.body_size = 0;
        record.body_sha256.clear();
      }
      record.peer = peer;
      const std::string line = to_line(record, "c");
      std::string case_of_line;
      std::string case_of_spaced;
      const auto canonical_form = parse_line(line, &case_of_line);
      const auto spaced = parse_line("{ " + line.substr(1), &case_of_spaced);
      ASSERT_TRUE(canonical_form.ok()) << line;
      ASSERT_TRUE(spaced.ok()) << line;
      EXPECT_EQ(to_line(*canonical_form, case_of_line), line);
      EXPECT_EQ(to_line(*spaced, case_of_spaced), line);
    }
  }
}

TEST(RecordLine, NumbersHaveOneSpelling) {
  const std::string line = to_line(sample(), "c");
  for (const std::string_view number : {"00", "01", "+1", "1.0", "-0.5", "99999999999999999999"}) {
    EXPECT_FALSE(parse_line(replaced(line, "\"seq\":0", "\"seq\":" + std::string(number))).ok())
        << number;
  }
}

TEST(RecordLine, RefusesWhatIsNoRecord) {
  const std::string line = to_line(sample(), "c");
  const struct {
    std::string text;
    std::string_view why;
  } cases[] = {
      {"", "JSON"},
      {"[]", "object"},
      {"{}", "case"},
      {line + " x", "JSON"},
      {replaced(line, "\"seq\":0", "\"seq\":-1"), "seq"},
      {replaced(line, "\"seq\":0", "\"seq\":\"0\""), "seq"},
      {replaced(line, "\"seq\":0", "\"seq\":0,\"extra\":1"), "no such members"},
      {replaced(line, "\"seq\":0,", ""), "seq"},
      {replaced(line, "partner-server", "partner-servers"), "no such role"},
      {replaced(line, "\"tap\":\"http\"", "\"tap\":\"smtp\""), "no such tap"},
      {replaced(line, "\"direction\":\"in\"", "\"direction\":\"up\""), "no such direction"},
      {replaced(line, "22:13:20", "22:13:21"), "different times"},
      {replaced(line, "aGVsbG8=", "aGVsbG8"), "base64"},
      {replaced(line, "aGVsbG8=", "aGVsbGE="), "digest"},
      {replaced(line, "2cf24d", "2CF24D"), "hex"},
      {replaced(line, "\"body_size\":5", "\"body_size\":6"), "agree"},
      {replaced(line, "\"body_size\":5", "\"body_size\":4"), "agree"},
      {replaced(line, "\"body_size\":5,", ""), "body_size"},
      {replaced(line, "\"facts\":{", "\"facts\":[],\"f\":{"), "facts"},
  };
  for (const auto& c : cases) {
    const auto record = parse_line(c.text);
    ASSERT_FALSE(record.ok()) << c.text;
    EXPECT_THAT(record.error().message, HasSubstr(std::string(c.why))) << c.text;
  }
}

TEST(RecordLine, EverySingleByteChangeIsNoticedOrHarmless) {
  // Whatever one flipped byte does, the reader neither crashes nor returns a body that does not
  // match its digest.
  const std::string line = to_line(sample(), "c");
  for (std::size_t i = 0; i < line.size(); ++i) {
    std::string bent = line;
    bent[i] = static_cast<char>(bent[i] ^ 0x11);
    const auto record = parse_line(bent);
    if (record.ok()) {
      EXPECT_EQ(hex(crypto::sha256(record->body)), record->body_sha256);
    }
  }
}

TEST(RecordWords, EveryWordComesBack) {
  for (int i = 0; i < 6; ++i) {
    const auto role = static_cast<Role>(i);
    EXPECT_EQ(*parse_role(to_string(role)), role);
    const auto tap = static_cast<Tap>(i);
    EXPECT_EQ(*parse_tap(to_string(tap)), tap);
  }
  for (int i = 0; i < 3; ++i) {
    const auto direction = static_cast<Direction>(i);
    EXPECT_EQ(*parse_direction(to_string(direction)), direction);
  }
  EXPECT_EQ(parse_role("server").error().code, ErrorCode::kInvalid);
}

TEST(RecordWords, OnlyServersAndProxiesAreServers) {
  EXPECT_TRUE(is_server(Role::kGatekeeperServer));
  EXPECT_TRUE(is_server(Role::kPartnerServer));
  EXPECT_TRUE(is_server(Role::kPartnerProxy));
  EXPECT_FALSE(is_server(Role::kGatekeeperClient));
  EXPECT_FALSE(is_server(Role::kPartnerClient));
  EXPECT_FALSE(is_server(Role::kHarness));
}

}  // namespace
}  // namespace parley::evidence
