// The edge between the addresses that the gatekeeper's servers deal in and those that its own users
// see. Inside, a native user is "{number}@s.whatsapp.net" and a partner's user
// "{integrator}-{number}@interop"; everything that handles stanzas knows these alone. Outside, a
// companion device also deals in LIDs, and in addressing mode `native` partners' users look like
// native ones.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "harness/wire/node.h"
#include "mocks/cast/cast.h"
#include "mocks/gatekeeper/accounts.h"

namespace parley::mocks::gatekeeper {

class AddressBook {
 public:
  AddressBook(const Cast& cast, Accounts& accounts);

  bool shows_partners_as_native() const { return addressing_ == Addressing::kNative; }

  /// "{…}@lid" of the account, with its client's device where it has one; nullopt where native
  /// users know none: a partner's user in mode `interop`.
  std::optional<wire::Jid> lid(const Account& account) const;

  /// The inside address; the same again where there is nothing to translate, or nobody has it.
  wire::Jid inside(const wire::Jid& shown) const;
  /// The address that native clients are shown.
  wire::Jid shown(const wire::Jid& inside) const;

 private:
  const Account* partner_with(std::string_view number) const;

  const Addressing addressing_;
  const Cast& cast_;
  Accounts& accounts_;
  std::map<std::string, std::string, std::less<>> numbers_;  ///< of native users, by LID
};

/// The addresses in the stanzas of one native client, translated in both directions. Within the
/// handling of one stanza, answers spell each address as the client did.
class Spelling {
 public:
  explicit Spelling(const AddressBook& book) : book_(book) {}

  wire::Node read(wire::Node stanza);
  wire::Node write(wire::Node stanza);
  /// After a stanza has been handled.
  void forget() { asked_.clear(); }

 private:
  std::string write_address(const std::string& text);

  const AddressBook& book_;
  /// Inside address -> the client's spellings, in their order.
  std::map<std::string, std::deque<std::string>> asked_;
};

}  // namespace parley::mocks::gatekeeper
