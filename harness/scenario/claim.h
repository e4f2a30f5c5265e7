// The conformance statement (ICS): what an item under test is said to offer. What is claimed is
// tested; what is not claimed does not apply, and is looked for where a scenario can show that it
// is not there. A plan rests on the statement, and carries it.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/json.h"
#include "harness/base/result.h"
#include "harness/scenario/library.h"

namespace parley::scenario {

/// One question of the statement, and how test cases show that they need what it asks for.
struct ClaimItem {
  std::string_view group;  ///< "milestones", "media" or "features"
  std::string_view name;   ///< "M4", "image", "typing"
  std::string_view about;  ///< "Typing indicators, sent and shown"
  std::string_view tag;    ///< of scenarios that are about it; empty: operations alone tell
  std::vector<std::string_view> operations;  ///< of steps that need it
  std::string_view kind;                     ///< argument `kind` of those; empty: any
};

/// Every question, group by group. A statement is complete where it answers each.
std::span<const ClaimItem> claim_items();

/// The groups in their order; the last one, "others", takes filters (filter.h) for questions.
std::span<const std::string_view> claim_groups();
inline constexpr std::string_view kOtherClaims = "others";

struct ClaimAnswer {
  std::string group;
  std::string name;  ///< of an item, or a filter: "req:MSG-015"
  bool claimed = true;
  friend bool operator==(const ClaimAnswer&, const ClaimAnswer&) = default;
};

/// Without answers nobody stated anything, and everything counts as claimed. What is not answered
/// counts as claimed too.
struct Claim {
  std::vector<ClaimAnswer> answers;  ///< sorted by group and name

  bool stated() const { return !answers.empty(); }
  std::optional<bool> find(std::string_view group, std::string_view name) const;
  /// The items without an answer: "media.voice".
  std::vector<std::string> unanswered() const;
};

/// kInvalid, with a "did you mean", for a group, an item or a filter that there is not, and for an
/// item that is answered twice. Sorts the answers.
Result<Claim> make_claim(std::vector<ClaimAnswer> answers);

/// {"media": {"image": true}}, and its reverse. kInvalid for anything else.
json::object to_json(const Claim& claim);
Result<Claim> claim_from_json(const json::value& value, const std::string& where);

/// What a statement means for the test cases of a library.
class ClaimedCases {
 public:
  /// kNotFound for a filter that selects nothing. `library` must outlive it.
  static Result<ClaimedCases> of(const Library& library, const Claim& claim);

  /// Why the case is left out, in one sentence; nullopt where it is not. A case that expects the
  /// answer "unsupported" to an item's operation looks for its absence: that one is left out unless
  /// the statement says that the item is not offered.
  std::optional<std::string> leaves_out(const TestCase& test_case) const;
  /// Whether that is because of something that is not claimed.
  bool is_unclaimed(const TestCase& test_case) const;

 private:
  struct Denied {
    std::string name;
    std::set<const TestCase*> cases;
  };
  const ClaimItem* probed(const TestCase& test_case) const;

  Claim claim_;
  std::vector<Denied> denied_;
};

}  // namespace parley::scenario
