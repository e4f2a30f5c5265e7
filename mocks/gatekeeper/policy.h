// The gatekeeper's decisions, each in one place and under its own name, apart from the machinery
// that carries them out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/wire/signal/prekeys.h"

namespace parley::mocks::gatekeeper {
struct Account;
}

namespace parley::mocks::gatekeeper::policy {

/// Why something that a user sent goes no further. The sender is not told.
enum class Drop {
  kThirdPartyChatsOff,
  kAppOff,
  kBlocked,
  kReadReceiptsOff,
  kTypingOff,
  kOptedOut,
  kMailboxFull,
  kUnknownRecipient,
  kNotEligible,
  kTooMany,
  kNoPart,  ///< of a message, for the device that the recipient uses
};
std::string_view to_string(Drop drop);  ///< "third-party-chats-off", "app-off", "blocked", ...

/// Whether the identity signed the prekey.
bool signed_prekey_holds(const crypto::PublicKey& identity,
                         const signal::PublicSignedPreKey& prekey);

/// Whether a one-time prekey is gone once it was handed out.
bool one_time_prekeys_are_used_once();

/// What a native user's settings say to content from or to a partner's user. nullopt: it may flow.
std::optional<Drop> refused_by_consent(const Account& native, const Account& partner);

/// Whether either has blocked the other.
bool blocked_either_way(const Account& a, const Account& b);

/// Whether content may flow between two accounts, in either direction: no block, and the consent of
/// the native side where the other is a partner's user.
std::optional<Drop> refused_content(const Account& from, const Account& to);

/// The same for a read receipt: also both must show read receipts.
std::optional<Drop> refused_read_receipt(const Account& from, const Account& to);

/// The same for a typing indicator: also the sender must show it.
std::optional<Drop> refused_typing(const Account& from, const Account& to);

/// Whether the function is offered to a native user: to numbers of the EEA.
bool is_eligible(std::string_view number);

/// Whether the two can exchange anything at all. Two users of partners cannot: we connect our users
/// with theirs, and bridge nobody. Nor can a partner's user reach a native one who is not eligible:
/// to partners, that number is one that nobody has.
bool can_reach(const Account& from, const Account& to);

/// Whether a reachability ping arrives: it may without consent, but not after the user said no.
std::optional<Drop> refused_ping(const Account& from, const Account* to);

/// Whether the key that a client proved in the handshake is that of its account.
bool chat_key_fits(const Account& account, const crypto::PublicKey& proved);

/// Whether the user-visible identifier that a client claims is the one in its token. A client that
/// claims none is taken to be whom the token names: the framework has no argument for the claim.
bool identifier_is_the_tokens(const std::optional<std::string>& claimed, std::string_view in_token);

/// Whether we speak that version of the framework's protocol; a client that states none is served.
bool speaks_version(std::string_view version);

/// Whether a user-visible identifier looks like a name under which the gatekeeper itself speaks to
/// people, also in other letters that look the same.
bool is_reserved_name(std::string_view identifier);

/// Why somebody is not served for the time being, and what can be done about it.
struct Suspension {
  std::string reason;
  std::string scope;       ///< "user" or "partner"
  std::int64_t until = 0;  ///< Unix seconds; 0 for no end of itself
  std::string appeal;      ///< where to turn to
};

}  // namespace parley::mocks::gatekeeper::policy
