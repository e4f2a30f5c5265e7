// The server's part in pairing a companion device: the references that it hands out, the companion
// that waits behind them, and its entry into the account.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/wire/login_payload.h"
#include "harness/wire/node.h"
#include "mocks/gatekeeper/accounts.h"
#include "mocks/gatekeeper/phone.h"

namespace parley::mocks::gatekeeper {

struct Backend;
class ChatSession;

/// For how long a new companion may wait for its owner: as long as the open clients show codes.
inline constexpr Duration kPairingPeriod = std::chrono::seconds(180);
/// One code after the other is made of these.
inline constexpr std::size_t kPairingRefs = 6;

/// What a new companion says of itself before it belongs to anybody.
struct Registration {
  crypto::PublicKey chat_key{};  ///< as proved in the handshake
  std::uint32_t registration_id = 0;
  crypto::PublicKey identity{};
  signal::PublicSignedPreKey signed_prekey;
};

/// kInvalid for a missing field or one of another size, kAuth for a signed prekey that the identity
/// did not sign.
Result<Registration> read_registration(const wire::pb::ClientPayload& payload,
                                       const crypto::PublicKey& proved);

/// What the phone has granted, once it has read the code.
struct PairingApproval {
  Account* account = nullptr;  ///< a native one, and these stay
  std::uint16_t device = 0;
  Phone::Voucher voucher;
  std::string stanza;  ///< the id of the stanza that the companion has to answer
};

/// The pairing on one connection.
struct Pairing {
  Registration registration;
  std::vector<std::string> refs;
  std::optional<PairingApproval> approval;
  std::optional<Status> outcome;  ///< set once the companion has answered, or is gone
};

/// Who waits behind which reference. A reference is good for one use.
class PairingDesk {
 public:
  void enter(const std::string& ref, std::weak_ptr<ChatSession> session);
  void leave(const std::vector<std::string>& refs);
  /// Uses the reference up. kNotFound for one that was never given out or has run out, kReplay for
  /// a second use.
  Result<std::shared_ptr<ChatSession>> claim(const std::string& ref);

 private:
  std::map<std::string, std::weak_ptr<ChatSession>> waiting_;
  std::set<std::string> used_;
};

/// The phone of a native account; made when it is first needed.
Phone& phone_of(Backend& backend, Account& account);

/// Makes the companion the account's client. A former client is told that it has been removed; what
/// was kept for it is gone, for nobody else could read it.
void enter_companion(Backend& backend, Account& account, const Registration& registration,
                     std::uint16_t device);
/// Takes the companion out of the account, which is left without a client. Nothing happens where
/// its client is no companion.
void remove_companion(Account& account);

}  // namespace parley::mocks::gatekeeper
