// Checks a bundle as somebody who trusts nobody but a root certificate and the catalogue in their
// own hands: twenty checks, each of which holds, fails or says why it could not be made.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/judge/result.h"
#include "harness/scenario/library.h"
#include "harness/scenario/register.h"

namespace parley::wire {
class Profile;
}

namespace parley::reports {
struct Proof;
}

namespace parley::attest {

enum class Outcome { kOk, kFail, kSkipped };
std::string_view to_string(Outcome outcome);  ///< "OK", "FAIL", "SKIPPED"

struct CheckLine {
  std::string_view id;    ///< "V01"
  std::string_view text;  ///< what it demands
  Outcome outcome = Outcome::kSkipped;
  std::string why;  ///< one printable line; empty only where it holds and nothing is to be added
};

/// A wire profile of the verifier's, with the overlays that they hold; without a profile: there is
/// none, or they do not fit it.
struct OwnProfile {
  std::shared_ptr<const wire::Profile> profile;
  std::vector<judge::WireOverlay> overlays{};
};

/// What the verifier has of their own. All of it must outlive the verification.
struct OwnCatalogue {
  const scenario::Library& library;
  std::string digest;  ///< as runs state it
  std::function<OwnProfile(const std::string& id)> wire_profile;
  std::span<const scenario::RegisterEntry> documents{};
  std::string register_digest{};  ///< empty without a register
  /// What shows that the checks can fail, for report.html; or null.
  const reports::Proof* proof = nullptr;
};

/// A program that the verifier knows to be sound.
struct HarnessListing {
  std::string sha256;  ///< hex
  std::string name;
};

/// Lines as `sha256sum` writes them: 64 hex digits in lower case, two spaces, a name. Empty lines
/// and those that begin with "#" are passed over. kInvalid, with the line, for others.
Result<std::vector<HarnessListing>> parse_harness_list(std::string_view text);

struct VerifyOptions {
  std::optional<std::string> roots_pem{};  ///< nothing: the chain's own root, which proves nothing
  std::optional<std::string> nonce{};      ///< that the bundle must answer
  /// At which certificates must be valid, unless a time stamp that is believed says when it was.
  TimePoint when{};
  /// What the verifier has of the lab's ledger: a checkpoint that they hold on to, the proof that
  /// it and the bundle's are of one ledger, and all entries (ledger.jsonl).
  std::optional<std::string> ledger_checkpoint{};
  std::optional<std::string> ledger_growth{};
  std::optional<std::string> ledger_entries{};
  std::optional<std::string> tsa_roots_pem{};  ///< of authorities whose time stamps are believed
  std::optional<std::vector<HarnessListing>> harnesses{};
  std::size_t workers = 1;
  bool rederive = false;  ///< also render report.html anew
};

/// All checks, V01 first. Never throws on bytes, whatever they are; nothing is read out of a part
/// that was not vouched for by what went before, and a check whose ground has failed is skipped.
std::vector<CheckLine> verify_bundle(BytesView archive, const OwnCatalogue& own,
                                     const VerifyOptions& options);

/// Whether no check failed, and the signature was checked.
bool sound(std::span<const CheckLine> lines);

}  // namespace parley::attest
