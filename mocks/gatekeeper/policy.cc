#include "mocks/gatekeeper/policy.h"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/crypto/hash.h"
#include "mocks/gatekeeper/accounts.h"

namespace parley::mocks::gatekeeper::policy {
namespace {

constexpr std::array<std::string_view, 11> kDropNames = {"third-party-chats-off",
                                                         "app-off",
                                                         "blocked",
                                                         "read-receipts-off",
                                                         "typing-off",
                                                         "opted-out",
                                                         "mailbox-full",
                                                         "unknown-recipient",
                                                         "not-eligible",
                                                         "too-many",
                                                         "no-part-for-device"};

/// The published versions of the framework.
constexpr std::array<std::string_view, 4> kVersions = {"1.0.0", "1.0.1", "1.0.2", "1.0.3"};

/// Country codes of the states of the EEA.
constexpr std::array<std::string_view, 30> kEeaCodes = {
    "30",  "31",  "32",  "33",  "34",  "351", "352", "353", "354", "356",
    "357", "358", "359", "36",  "370", "371", "372", "385", "386", "39",
    "40",  "420", "421", "423", "43",  "45",  "46",  "47",  "48",  "49"};

/// Names of the gatekeeper's own voices, as skeleton() spells them.
constexpr std::array<std::string_view, 6> kReservedNames = {
    "whatsapp", "whatsappsupport", "whatsappsecurity", "metasupport", "meta", "system"};

/// Letters of other scripts that look like Latin ones, as UTF-8.
constexpr std::array<std::pair<std::string_view, char>, 12> kLookalikes = {{{"\u0430", 'a'},
                                                                            {"\u0410", 'a'},
                                                                            {"\u0435", 'e'},
                                                                            {"\u0441", 'c'},
                                                                            {"\u043e", 'o'},
                                                                            {"\u0440", 'p'},
                                                                            {"\u0420", 'p'},
                                                                            {"\u0405", 's'},
                                                                            {"\u0455", 's'},
                                                                            {"\u0422", 't'},
                                                                            {"\u0442", 't'},
                                                                            {"\u041d", 'h'}}};

/// What the eye makes of a name: small Latin letters, without spaces, signs and marks.
std::string skeleton(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const auto lookalike = std::ranges::find_if(
        kLookalikes, [&](const auto& entry) { return name.starts_with(entry.first); });
    if (lookalike != kLookalikes.end()) {
      out += lookalike->second;
      name.remove_prefix(lookalike->first.size());
      continue;
    }
    const char c = name.front();
    if (c >= 'A' && c <= 'Z') out += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
    name.remove_prefix(1);
  }
  return out;
}

}  // namespace

std::string_view to_string(Drop drop) { return kDropNames[static_cast<std::size_t>(drop)]; }

bool signed_prekey_holds(const crypto::PublicKey& identity,
                         const signal::PublicSignedPreKey& prekey) {
  return signal::verify_signed_prekey(identity, prekey);
}

bool one_time_prekeys_are_used_once() { return true; }

std::optional<Drop> refused_by_consent(const Account& native, const Account& partner) {
  if (!native.third_party.enabled) return Drop::kThirdPartyChatsOff;
  if (!native.third_party.apps.contains(partner.jid.integrator)) return Drop::kAppOff;
  return std::nullopt;
}

bool blocked_either_way(const Account& a, const Account& b) {
  return a.blocked.contains(b.address()) || b.blocked.contains(a.address());
}

std::optional<Drop> refused_content(const Account& from, const Account& to) {
  if (blocked_either_way(from, to)) return Drop::kBlocked;
  if (from.native == to.native) return std::nullopt;
  return from.native ? refused_by_consent(from, to) : refused_by_consent(to, from);
}

std::optional<Drop> refused_read_receipt(const Account& from, const Account& to) {
  if (const auto refusal = refused_content(from, to)) return refusal;
  if (!from.shows_read_receipts || !to.shows_read_receipts) return Drop::kReadReceiptsOff;
  return std::nullopt;
}

std::optional<Drop> refused_typing(const Account& from, const Account& to) {
  if (const auto refusal = refused_content(from, to)) return refusal;
  if (!from.shows_typing) return Drop::kTypingOff;
  return std::nullopt;
}

bool is_eligible(std::string_view number) {
  return std::ranges::any_of(kEeaCodes,
                             [&](std::string_view code) { return number.starts_with(code); });
}

bool is_reserved_name(std::string_view identifier) {
  return std::ranges::find(kReservedNames, skeleton(identifier)) != kReservedNames.end();
}

bool can_reach(const Account& from, const Account& to) {
  if (!from.enlisted || !to.enlisted) return false;
  if (from.native && to.native) return true;
  if (!from.native && !to.native) return false;
  return is_eligible(from.native ? from.identifier : to.identifier);
}

std::optional<Drop> refused_ping(const Account& from, const Account* to) {
  if (to == nullptr || !to->native) return Drop::kUnknownRecipient;
  if (blocked_either_way(from, *to)) return Drop::kBlocked;
  if (to->third_party.opted_out) return Drop::kOptedOut;
  return std::nullopt;
}

bool chat_key_fits(const Account& account, const crypto::PublicKey& proved) {
  return account.chat_key && crypto::equal_constant_time(*account.chat_key, proved);
}

bool identifier_is_the_tokens(const std::optional<std::string>& claimed,
                              std::string_view in_token) {
  return !claimed || *claimed == in_token;
}

bool speaks_version(std::string_view version) {
  return std::ranges::find(kVersions, version) != kVersions.end();
}

}  // namespace parley::mocks::gatekeeper::policy
