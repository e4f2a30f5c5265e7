// What a lab signs: an in-toto Statement v1 with the predicate test-result v0.1
// (github.com/in-toto/attestation), which says what was tested, against what, and how it ended.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/crypto/hash.h"
#include "harness/evidence/merkle_tree.h"

namespace parley::evidence {

inline constexpr std::string_view kStatementType = "https://in-toto.io/Statement/v1";
inline constexpr std::string_view kTestResultType =
    "https://in-toto.io/attestation/test-result/v0.1";

/// A file or thing by its digest: "manifest.json", "iut:PartnerApp@3.1.0".
struct Artifact {
  std::string name;
  crypto::Digest32 sha256{};

  bool operator==(const Artifact&) const = default;
};

/// The predicate's `result`, the only word that every consumer understands.
enum class TestOutcome { kPassed, kWarned, kFailed };
std::string_view to_string(TestOutcome outcome);  ///< "PASSED", "WARNED", "FAILED"

/// PASSED for "conformant", WARNED for "conformant-with-waivers", FAILED for "not-conformant" and
/// for "no-statement": whoever knows only this word must never see more than was stated.
/// kInvalid for another sentence.
Result<TestOutcome> outcome_of(std::string_view sentence);

struct TestStatement {
  std::vector<Artifact> subjects;       ///< 1 to 64, sorted by name, none twice
  std::vector<Artifact> configuration;  ///< likewise, and may be empty
  /// Every test that was planned is in exactly one of the three lists, in the order of the plan.
  /// What is inconclusive, in error or not tested counts as failed.
  std::vector<std::string> passed;
  std::vector<std::string> warned;
  std::vector<std::string> failed;

  std::string sentence;  ///< of the run: "conformant", ..., "no-statement"
  std::string profile;   ///< "messaging-1to1/2026.11"
  std::string run_id;
  std::string nonce;  ///< who asked for the run may demand it; empty where nobody did
  TreeHead transcript;

  /// The subject of this name, or nullptr.
  const Artifact* subject(std::string_view name) const;

  bool operator==(const TestStatement&) const = default;
};

/// The payload to sign: canonical JSON. kInvalid where the statement contradicts itself: subjects
/// as described above, a test in two lists, or a failed test in a run that is conformant; and where
/// parse_statement would refuse it for another reason.
Result<std::string> write_statement(const TestStatement& statement);

/// Reads a payload whose signature holds. Accepts only what write_statement would have written,
/// byte for byte: a member that is not known here, another order or spelling is kInvalid; more than
/// 100,000 tests is kLimit.
Result<TestStatement> parse_statement(std::string_view payload);

}  // namespace parley::evidence
