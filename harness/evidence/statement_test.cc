// A lab's statement about a run of four tests, true ones and those that contradict themselves or
// were written by somebody who hopes for a lenient reader.
#include "harness/evidence/statement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/bytes.h"
#include "harness/base/json.h"

namespace parley::evidence {
namespace {

using ::testing::HasSubstr;

Artifact artifact(std::string name) { return {name, crypto::sha256(as_bytes(name))}; }

TestStatement sound() {
  return {.subjects = {artifact("iut:PartnerApp@3.1.0"), artifact("manifest.json"),
                       artifact("result.json")},
          .configuration = {artifact("catalogue.json"), artifact("plan.json")},
          .passed = {"text.delivery", "text.receipt"},
          .warned = {},
          .failed = {"media.damaged[type=image/jpeg]"},
          .sentence = "not-conformant",
          .profile = "messaging-1to1/2026.11",
          .run_id = "01JD8Z0000000000000000000A",
          .nonce = "5f1e",
          .transcript = {412, crypto::sha256(as_bytes("root"))}};
}

TEST(Statement, SurvivesItsPayload) {
  for (const char* nonce : {"", "5f1e"}) {
    TestStatement statement = sound();
    statement.nonce = nonce;
    const auto payload = write_statement(statement);
    ASSERT_TRUE(payload.ok()) << payload.error().text();
    const auto back = parse_statement(*payload);
    ASSERT_TRUE(back.ok()) << back.error().text();
    EXPECT_EQ(*back, statement);
  }
}

TEST(Statement, HasTheMembersOfTheStandard) {
  const json::value value = parse_json(write_statement(sound()).value()).value();
  const json::object& object = value.get_object();
  EXPECT_EQ(get_string(object, "_type"), "https://in-toto.io/Statement/v1");
  EXPECT_EQ(get_string(object, "predicateType"), "https://in-toto.io/attestation/test-result/v0.1");
  const json::object& subject = get_array(object, "subject")->at(1).as_object();
  EXPECT_EQ(get_string(subject, "name"), "manifest.json");
  EXPECT_EQ(get_string(*get_object(subject, "digest"), "sha256")->size(), 64U);
  const json::object& predicate = *get_object(object, "predicate");
  EXPECT_EQ(get_string(predicate, "result"), "FAILED");
  EXPECT_EQ(get_array(predicate, "passedTests")->size(), 2U);
  EXPECT_EQ(get_array(predicate, "warnedTests")->size(), 0U);
  EXPECT_EQ(get_array(predicate, "configuration")->size(), 2U);
}

TEST(Statement, TheWordThatEverybodyUnderstandsNeverSaysMore) {
  EXPECT_EQ(outcome_of("conformant").value(), TestOutcome::kPassed);
  EXPECT_EQ(outcome_of("conformant-with-waivers").value(), TestOutcome::kWarned);
  EXPECT_EQ(outcome_of("not-conformant").value(), TestOutcome::kFailed);
  EXPECT_EQ(outcome_of("no-statement").value(), TestOutcome::kFailed);
  EXPECT_FALSE(outcome_of("").ok());
  EXPECT_FALSE(outcome_of("Conformant").ok());
}

TEST(Statement, FindsItsSubjects) {
  const TestStatement statement = sound();
  ASSERT_NE(statement.subject("result.json"), nullptr);
  EXPECT_EQ(statement.subject("result.json")->sha256, crypto::sha256(as_bytes("result.json")));
  EXPECT_EQ(statement.subject("plan.json"), nullptr) << "a configuration is no subject";
}

TEST(Statement, ContradictionsAreNotWritten) {
  const auto refused = [](TestStatement statement, const std::string& says) {
    const auto payload = write_statement(statement);
    ASSERT_FALSE(payload.ok());
    EXPECT_EQ(payload.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(payload.error().message, HasSubstr(says));
  };
  TestStatement s = sound();
  s.subjects.clear();
  refused(s, "no subject");
  s = sound();
  std::swap(s.subjects[0], s.subjects[1]);
  refused(s, "not sorted");
  s = sound();
  s.subjects.push_back(s.subjects.back());
  refused(s, "twice");
  s = sound();
  s.configuration.push_back(artifact("a"));
  refused(s, "configurations");
  s = sound();
  s.sentence = "conformant";
  refused(s, "media.damaged[type=image/jpeg]\" did not pass");
  s.sentence = "conformant-with-waivers";
  refused(s, "did not pass");
  s = sound();
  s.failed.clear();
  s.warned = {"x"};
  s.sentence = "conformant";
  refused(s, "waiver");
  s = sound();
  s.failed.push_back("text.delivery");
  refused(s, "\"text.delivery\" is listed twice");
  s = sound();
  s.sentence = "certain";
  refused(s, "no such sentence");
}

TEST(Statement, PayloadsThatWeWouldNotHaveWrittenAreRefused) {
  const std::string payload = write_statement(sound()).value();
  const auto refused = [&](const std::string& from, const std::string& to,
                           const std::string& says) {
    std::string bent = payload;
    const std::size_t at = bent.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    bent.replace(at, from.size(), to);
    const auto statement = parse_statement(bent);
    ASSERT_FALSE(statement.ok()) << bent;
    EXPECT_THAT(statement.error().text(), HasSubstr(says));
  };
  refused("Statement/v1", "Statement/v0.1", "statement._type: is \"https");
  refused("test-result/v0.1", "test-result/v9", "is understood");
  refused("\"FAILED\"", "\"PASSED\"", "statement.predicate.result");
  refused("\"not-conformant\"", "\"conformant\"", "result");
  refused("\"not-conformant\"", "\"fine\"", "no such sentence");
  refused("{\"configuration\"", "{\"x\":1,\"configuration\"", "predicate.x: is no member");
  refused("{\"digest\"", "{\"uri\":\"x\",\"digest\"", "[0].uri: is no member");
  refused("{\"sha256\"", "{\"sha1\":\"x\",\"sha256\"", "digest.sha1");
  refused("\"size\":412", "\"size\":-1", "transcript.size");
  refused("\"size\":412", "\"size\":412.0", "transcript.size");
  refused("\"size\":412", "\"size\":412,\"size\":413", "repeated");
  refused("\"passedTests\":[", "\"passedTests\":[1,", "passedTests[0]: must be a string");
  refused("\"text.delivery\"", "\"text\\u001b.delivery\"", "passedTests[0]");
  refused("\"text.delivery\"", "\"text.\\u0064elivery\"", "canonical");
  refused("{\"_type\"", "{ \"_type\"", "canonical");
  refused("\"nonce\":\"5f1e\"", "\"nonce\":\"\"", "canonical");
  EXPECT_FALSE(parse_statement("").ok());
  EXPECT_FALSE(parse_statement(payload + "\n").ok());
  EXPECT_FALSE(parse_statement("[]").ok());
}

TEST(Statement, EveryCutIsNoticed) {
  const std::string payload = write_statement(sound()).value();
  for (std::size_t size = 0; size < payload.size(); ++size) {
    EXPECT_FALSE(parse_statement(std::string_view(payload).substr(0, size)).ok()) << size;
  }
}

TEST(Statement, KeepsItsLimits) {
  TestStatement statement = sound();
  statement.passed.clear();
  for (int i = 0; i < 100'001; ++i) statement.passed.push_back(std::to_string(i));
  EXPECT_EQ(write_statement(statement).error().code, ErrorCode::kLimit);
  statement = sound();
  statement.profile.assign(600, 'x');
  EXPECT_EQ(write_statement(statement).error().code, ErrorCode::kLimit);
  statement.profile = "a\nb";
  EXPECT_EQ(write_statement(statement).error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace parley::evidence
