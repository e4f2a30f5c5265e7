// Checks: pure functions over the records of one test case. The same records always give the same
// finding, today and when a verifier judges again.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/json.h"
#include "harness/base/result.h"
#include "harness/evidence/record.h"

namespace parley::wire {
class Profile;
}

namespace parley::judge {

/// Worst wins, in this order; combining only worsens.
enum class Verdict { kPass, kInconclusive, kError, kFail };
std::string_view to_string(Verdict verdict);
Verdict worse(Verdict a, Verdict b);

/// Whose fault a non-pass is.
enum class Attribution { kNone, kIut, kPeer, kNetwork, kConfig, kDriver, kHarness, kUnknown };
std::string_view to_string(Attribution attribution);

/// Whom a fail is laid to.
struct Blame {
  Attribution attribution = Attribution::kUnknown;
  std::string party;  ///< the kind of actor: "gatekeeper", "partner-user"; empty where unknown

  Blame() = default;
  Blame(Attribution attribution_) : attribution(attribution_) {}  // NOLINT: no party is at fault
  Blame(Attribution attribution_, std::string_view party_)
      : attribution(attribution_), party(party_) {}
};

/// Whom the law sees behind an actor, a kind of actor or a seat: "gatekeeper" for the gatekeeper's
/// servers, clients and users, "partner" for a partner's; empty for anything else.
std::string_view side_of(std::string_view party);

struct Finding {
  Verdict verdict = Verdict::kError;  ///< pass is never the default
  std::string code;      ///< a stable slug for what was found: "delivered-without-consent"
  std::string expected;  ///< one line, for people
  std::string observed;
  std::vector<std::uint64_t> evidence;  ///< sequence numbers of the records that show it
  Attribution attribution = Attribution::kUnknown;
  std::string blamed{};  ///< the kind of actor at fault, as in Blame; empty where unknown or none
  json::object measures{};  ///< indicators and the raw numbers behind them; whole numbers and texts
};

/// What a check may look at.
struct CheckInput {
  std::span<const evidence::Record> records;
  const json::object& arguments;  ///< as declared in the scenario, with placeholders resolved
  const wire::Profile& profile;
};

/// A judging function that scenarios declare by name.
struct CheckKind {
  std::string_view name;     ///< "content-intact"
  std::string_view summary;  ///< what it demands, one sentence
  bool invariant = false;    ///< judged in every test case, undeclared
  Finding (*judge)(const CheckInput&) = nullptr;
  /// Names of the arguments that it takes; anything else is a lint error.
  std::vector<std::string_view> required;
  std::vector<std::string_view> optional;
};

/// All kinds, sorted by name.
std::span<const CheckKind> check_kinds();
const CheckKind* find_check_kind(std::string_view name);

}  // namespace parley::judge
