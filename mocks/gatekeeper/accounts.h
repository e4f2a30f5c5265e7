// The accounts that the gatekeeper serves: its own users, known from the cast, and the partners'
// users, who come and go by enlistment.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/random.h"
#include "harness/net/world.h"
#include "harness/wire/node.h"
#include "mocks/cast/cast.h"
#include "mocks/gatekeeper/mailbox.h"
#include "mocks/gatekeeper/phone.h"
#include "mocks/gatekeeper/published_keys.h"

namespace parley::mocks::gatekeeper {

/// What a native user chose about third-party chats.
struct ThirdPartySettings {
  bool enabled = false;
  bool opted_out = false;        ///< was on, and was turned off by the user
  std::set<std::uint16_t> apps;  ///< integrators
  std::string inbox = "separate";
};

struct Account {
  wire::Jid jid;
  bool native = false;
  std::string actor;  ///< the cast's id, where it has one for this account

  std::string identifier;  ///< user-visible: partner's identifier or phone number
  std::string partner;     ///< partner's id; empty for native accounts
  bool enlisted = true;    ///< false after thirty days without a connection
  /// InteropData.enable_read_receipts of the latest login; of native accounts, a setting.
  bool shows_read_receipts = true;
  bool shows_typing = true;        ///< native accounts
  bool asked_for_prekeys = false;  ///< since the last upload
  std::string first_asker;  ///< native accounts: who among partners' users got the keys first

  /// The device that the account's one client is: 0, or a companion of the native user's phone.
  std::uint16_t device = 0;
  std::uint16_t last_device = 0;  ///< the highest number ever given out
  std::unique_ptr<Phone> phone;   ///< native accounts, from the first pairing on
  Bytes routing_info;             ///< what a companion was told to begin its next connection with

  std::optional<crypto::PublicKey> chat_key;  ///< static Noise key; native: bound at first login
  PublishedKeys keys;
  Mailbox mailbox;
  std::set<std::string> blocked;   ///< addresses
  std::set<std::string> contacts;  ///< addresses with which something was exchanged
  ThirdPartySettings third_party;  ///< native accounts

  std::unique_ptr<net::World::Timer> absence;  ///< ends the enlistment of a partner account

  std::string address() const { return jid.text(); }
  bool has_companion() const { return device != 0; }
  /// With the device; what a native user's peers see.
  wire::Jid device_jid() const {
    wire::Jid with_device = jid;
    with_device.device = device;
    return with_device;
  }
};

class Accounts {
 public:
  /// Takes the native users from the cast, with their settings. `random` draws internal numbers.
  Accounts(const Cast& cast, std::unique_ptr<Random> random);

  /// By address, the device left aside; null where nobody has it.
  Account* find(const wire::Jid& jid);
  Account* find_native(std::string_view number);
  Account* find_partner(std::uint16_t integrator, std::uint64_t number);
  Account* find_partner(std::string_view partner, std::string_view identifier);
  Account* find_actor(std::string_view actor);

  /// A new account with an internal number that nobody has or had.
  Account& create_partner(const PartnerSettings& partner, std::string identifier);
  /// Removes the account and everything of it, also from the others' blocklists and contacts.
  void remove(const Account& account);

 private:
  const Cast& cast_;
  std::unique_ptr<Random> random_;
  std::map<std::string, std::unique_ptr<Account>> accounts_;  ///< by address
  std::set<std::uint64_t> numbers_;                           ///< ever given out
};

}  // namespace parley::mocks::gatekeeper
