#include "harness/evidence/statement.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/base/json_members.h"

namespace parley::evidence {
namespace {

constexpr JsonLimits kLimits{.bytes = 16 * 1024 * 1024, .depth = 6};
constexpr std::size_t kMaxArtifacts = 64;
constexpr std::size_t kMaxTests = 100'000;
constexpr std::size_t kMaxName = 512;

constexpr std::array<std::pair<std::string_view, TestOutcome>, 4> kSentences{
    {{"conformant", TestOutcome::kPassed},
     {"conformant-with-waivers", TestOutcome::kWarned},
     {"not-conformant", TestOutcome::kFailed},
     {"no-statement", TestOutcome::kFailed}}};

Error contradiction(std::string what) {
  return make_error(ErrorCode::kInvalid, std::move(what), "statement");
}

json::array to_json(std::span<const Artifact> artifacts) {
  json::array out;
  for (const Artifact& artifact : artifacts) {
    out.push_back(json::object{{"name", artifact.name},
                               {"digest", json::object{{"sha256", hex(artifact.sha256)}}}});
  }
  return out;
}

json::array to_json(std::span<const std::string> texts) {
  json::array out;
  for (const std::string& text : texts) out.push_back(json::string(text));
  return out;
}

Status check_artifacts(std::string_view what, std::span<const Artifact> artifacts) {
  for (std::size_t i = 1; i < artifacts.size(); ++i) {
    if (artifacts[i - 1].name < artifacts[i].name) continue;
    return contradiction(std::string(what) + " are not sorted by name, or \"" + artifacts[i].name +
                         "\" is there twice");
  }
  return {};
}

Status check(const TestStatement& statement) {
  if (statement.subjects.empty()) return contradiction("there is no subject");
  PARLEY_TRY(check_artifacts("subjects", statement.subjects));
  PARLEY_TRY(check_artifacts("configurations", statement.configuration));
  PARLEY_ASSIGN(const TestOutcome outcome, outcome_of(statement.sentence));
  if (outcome != TestOutcome::kFailed && !statement.failed.empty()) {
    return contradiction("\"" + statement.sentence + "\", although \"" + statement.failed.front() +
                         "\" did not pass");
  }
  if (outcome == TestOutcome::kPassed && !statement.warned.empty()) {
    return contradiction("\"conformant\", although \"" + statement.warned.front() +
                         "\" passed by a waiver");
  }
  std::set<std::string_view> tests;
  for (const auto* list : {&statement.passed, &statement.warned, &statement.failed}) {
    for (const std::string& test : *list) {
      if (!tests.insert(test).second) return contradiction("\"" + test + "\" is listed twice");
    }
  }
  return {};
}

json::object to_json(const TestStatement& statement, TestOutcome outcome) {
  json::object parley{{"profile", statement.profile},
                      {"statement", statement.sentence},
                      {"runId", statement.run_id},
                      {"transcript", json::object{{"size", statement.transcript.size},
                                                  {"root", hex(statement.transcript.root)}}}};
  if (!statement.nonce.empty()) parley["nonce"] = statement.nonce;
  return {{"_type", kStatementType},
          {"subject", to_json(statement.subjects)},
          {"predicateType", kTestResultType},
          {"predicate", json::object{{"result", to_string(outcome)},
                                     {"configuration", to_json(statement.configuration)},
                                     {"passedTests", to_json(statement.passed)},
                                     {"warnedTests", to_json(statement.warned)},
                                     {"failedTests", to_json(statement.failed)},
                                     {"parley", std::move(parley)}}}};
}

Status expect(JsonMembers& members, std::string_view name, std::string_view expected) {
  PARLEY_ASSIGN(const std::string found, members.text(name));
  if (found == expected) return {};
  return make_error(ErrorCode::kUnsupported,
                    "is \"" + found + "\", where \"" + std::string(expected) + "\" is understood",
                    members.where(name));
}

std::string item(const JsonMembers& members, std::string_view name, std::size_t index) {
  return members.where(name) + "[" + std::to_string(index) + "]";
}

Result<std::vector<Artifact>> read_artifacts(JsonMembers& members, std::string_view name) {
  PARLEY_ASSIGN(const json::array* items, members.array(name, kMaxArtifacts));
  std::vector<Artifact> artifacts;
  for (std::size_t i = 0; i < items->size(); ++i) {
    PARLEY_ASSIGN(JsonMembers one, JsonMembers::of((*items)[i], item(members, name, i)));
    Artifact artifact;
    PARLEY_ASSIGN(artifact.name, one.text("name", kMaxName));
    PARLEY_ASSIGN(JsonMembers digest, one.object("digest"));
    PARLEY_ASSIGN(const Bytes sha256, digest.hex_bytes("sha256", 32));
    artifact.sha256 = to_array<32>(sha256);
    PARLEY_TRY(digest.end());
    PARLEY_TRY(one.end());
    artifacts.push_back(std::move(artifact));
  }
  return artifacts;
}

Result<std::vector<std::string>> read_tests(JsonMembers& members, std::string_view name) {
  PARLEY_ASSIGN(const json::array* items, members.array(name, kMaxTests));
  std::vector<std::string> tests;
  for (std::size_t i = 0; i < items->size(); ++i) {
    PARLEY_ASSIGN(std::string test, text_of((*items)[i], item(members, name, i), kMaxName));
    tests.push_back(std::move(test));
  }
  return tests;
}

Status read_parley(JsonMembers members, TestStatement& statement) {
  PARLEY_ASSIGN(statement.profile, members.text("profile", kMaxName));
  PARLEY_ASSIGN(statement.sentence, members.text("statement", kMaxName));
  PARLEY_ASSIGN(statement.run_id, members.text("runId", kMaxName));
  if (members.has("nonce")) {
    PARLEY_ASSIGN(statement.nonce, members.text("nonce", kMaxName));
  }
  PARLEY_ASSIGN(JsonMembers transcript, members.object("transcript"));
  PARLEY_ASSIGN(statement.transcript.size, transcript.count("size"));
  PARLEY_ASSIGN(const Bytes root, transcript.hex_bytes("root", 32));
  statement.transcript.root = to_array<32>(root);
  PARLEY_TRY(transcript.end());
  return members.end();
}

Status read_predicate(JsonMembers members, TestStatement& statement) {
  PARLEY_ASSIGN(const std::string result, members.text("result"));
  PARLEY_ASSIGN(statement.configuration, read_artifacts(members, "configuration"));
  PARLEY_ASSIGN(statement.passed, read_tests(members, "passedTests"));
  PARLEY_ASSIGN(statement.warned, read_tests(members, "warnedTests"));
  PARLEY_ASSIGN(statement.failed, read_tests(members, "failedTests"));
  PARLEY_ASSIGN(JsonMembers parley, members.object("parley"));
  PARLEY_TRY(read_parley(std::move(parley), statement));
  PARLEY_ASSIGN(const TestOutcome outcome, outcome_of(statement.sentence));
  if (result != to_string(outcome)) {
    return members.wrong("result", "is \"" + result + "\", where \"" + statement.sentence +
                                       "\" means \"" + std::string(to_string(outcome)) + "\"");
  }
  return members.end();
}

/// All of it but its spelling.
Result<TestStatement> read(std::string_view payload) {
  PARLEY_ASSIGN(const json::value value, parse_json(payload, "statement", kLimits));
  PARLEY_ASSIGN(JsonMembers members, JsonMembers::of(value, "statement"));
  PARLEY_TRY(expect(members, "_type", kStatementType));
  PARLEY_TRY(expect(members, "predicateType", kTestResultType));
  TestStatement statement;
  PARLEY_ASSIGN(statement.subjects, read_artifacts(members, "subject"));
  PARLEY_ASSIGN(JsonMembers predicate, members.object("predicate"));
  PARLEY_TRY(read_predicate(std::move(predicate), statement));
  PARLEY_TRY(members.end());
  PARLEY_TRY(check(statement));
  return statement;
}

}  // namespace

std::string_view to_string(TestOutcome outcome) {
  switch (outcome) {
    case TestOutcome::kPassed:
      return "PASSED";
    case TestOutcome::kWarned:
      return "WARNED";
    case TestOutcome::kFailed:
      return "FAILED";
  }
  return "FAILED";
}

Result<TestOutcome> outcome_of(std::string_view sentence) {
  for (const auto& [known, outcome] : kSentences) {
    if (known == sentence) return outcome;
  }
  return contradiction("no such sentence: \"" + std::string(sentence) + "\"");
}

const Artifact* TestStatement::subject(std::string_view name) const {
  const auto found = std::ranges::find(subjects, name, &Artifact::name);
  return found == subjects.end() ? nullptr : &*found;
}

Result<std::string> write_statement(const TestStatement& statement) {
  PARLEY_TRY(check(statement));
  PARLEY_ASSIGN(const TestOutcome outcome, outcome_of(statement.sentence));
  std::string payload = canonical(to_json(statement, outcome));
  PARLEY_TRY(read(payload));  // nobody should sign what a reader refuses
  return payload;
}

Result<TestStatement> parse_statement(std::string_view payload) {
  PARLEY_ASSIGN(TestStatement statement, read(payload));
  PARLEY_ASSIGN(const TestOutcome outcome, outcome_of(statement.sentence));
  if (canonical(to_json(statement, outcome)) != payload) {
    return make_error(ErrorCode::kInvalid, "is not written in canonical JSON", "statement");
  }
  return statement;
}

}  // namespace parley::evidence
