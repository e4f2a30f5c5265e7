// A native user's phone, as far as companion devices need one: it reads the code that a companion
// shows, vouches for the companion, and has keys of its own. It has no client here: what is sent to
// the phone itself goes nowhere.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/clock.h"
#include "harness/wire/signal/identity.h"
#include "harness/wire/signal/prekeys.h"
#include "mocks/gatekeeper/published_keys.h"

namespace parley::mocks::gatekeeper {

/// What a new companion shows its owner, as a QR code.
struct PairingCode {
  std::string ref;  ///< of the server's, names the connection
  crypto::PublicKey chat_key{};
  crypto::PublicKey identity{};
  Bytes secret;  ///< known to companion and phone alone; never recorded
};

/// "{ref},{chat key},{identity key},{secret}", the keys in base64; further fields, and a web
/// address up to a '#' before it, are passed over. kInvalid, without any of the text, for anything
/// else.
Result<PairingCode> parse_pairing_code(std::string_view text);

class Phone {
 public:
  explicit Phone(Random& random);

  /// Identity and signed prekey; a phone here has no one-time prekeys.
  PublishedKeys& keys() { return keys_; }

  /// The phone's word for a companion.
  struct Voucher {
    Bytes details;  ///< the device identity that is signed
    Bytes sealed;   ///< signed and authenticated, for the companion
  };
  Voucher vouch(const PairingCode& code, std::uint32_t key_index, TimePoint now) const;

  /// Whether the companion's signed identity is the one vouched for, and signed by `companion`.
  /// kInvalid for bytes that are no signed identity, kAuth where it does not hold.
  Status check(const Voucher& voucher, const crypto::PublicKey& companion,
               BytesView signed_identity) const;

 private:
  signal::Identity identity_;
  PublishedKeys keys_;
};

}  // namespace parley::mocks::gatekeeper
