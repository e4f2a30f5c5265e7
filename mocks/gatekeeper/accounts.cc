#include "mocks/gatekeeper/accounts.h"

#include <algorithm>
#include <utility>

namespace parley::mocks::gatekeeper {
namespace {

constexpr std::string_view kNativeServer = "s.whatsapp.net";
constexpr std::string_view kInteropServer = "interop";

/// Internal numbers have fourteen digits, as in the framework's sample.
constexpr std::uint64_t kFirstNumber = 10'000'000'000'000;
constexpr std::uint64_t kNumbers = 90'000'000'000'000;

wire::Jid native_jid(std::string_view number) {
  wire::Jid jid;
  jid.user = number;
  jid.server = kNativeServer;
  return jid;
}

wire::Jid interop_jid(std::uint16_t integrator, std::uint64_t number) {
  wire::Jid jid;
  jid.user = std::to_string(number);
  jid.server = kInteropServer;
  jid.integrator = integrator;
  return jid;
}

}  // namespace

Accounts::Accounts(const Cast& cast, std::unique_ptr<Random> random)
    : cast_(cast), random_(std::move(random)) {
  for (const WhatsappUserSettings& user : cast.whatsapp_users) {
    if (!user.registered) continue;
    auto account = std::make_unique<Account>();
    account->jid = native_jid(user.number);
    account->native = true;
    account->actor = user.id;
    account->identifier = user.number;
    account->shows_read_receipts = user.read_receipts;
    account->shows_typing = user.typing;
    account->third_party.enabled = user.third_party_chats;
    account->third_party.inbox = user.inbox;
    for (const std::string& app : user.apps) {
      account->third_party.apps.insert(cast.partner(app)->integrator);
    }
    // In addressing mode `native` a partner's user's number must not be somebody's phone number.
    numbers_.insert(std::stoull(user.number));
    std::string address = account->address();
    accounts_.emplace(std::move(address), std::move(account));
  }
}

Account* Accounts::find(const wire::Jid& jid) {
  const auto found = accounts_.find(jid.without_device().text());
  return found == accounts_.end() ? nullptr : found->second.get();
}

Account* Accounts::find_native(std::string_view number) { return find(native_jid(number)); }

Account* Accounts::find_partner(std::uint16_t integrator, std::uint64_t number) {
  return find(interop_jid(integrator, number));
}

Account* Accounts::find_partner(std::string_view partner, std::string_view identifier) {
  for (const auto& [address, account] : accounts_) {
    if (account->partner == partner && account->identifier == identifier && !account->native) {
      return account.get();
    }
  }
  return nullptr;
}

Account* Accounts::find_actor(std::string_view actor) {
  for (const auto& [address, account] : accounts_) {
    if (account->actor == actor) return account.get();
  }
  return nullptr;
}

Account& Accounts::create_partner(const PartnerSettings& partner, std::string identifier) {
  std::uint64_t number = 0;
  do {
    number = kFirstNumber + random_->below(kNumbers);
  } while (!numbers_.insert(number).second);
  auto account = std::make_unique<Account>();
  account->jid = interop_jid(partner.integrator, number);
  account->partner = partner.id;
  account->identifier = std::move(identifier);
  for (const PartnerUserSettings& user : cast_.partner_users) {
    if (user.partner == partner.id && user.identifier == account->identifier) {
      account->actor = user.id;
    }
  }
  std::string address = account->address();
  return *accounts_.emplace(std::move(address), std::move(account)).first->second;
}

void Accounts::remove(const Account& account) {
  const std::string address = account.address();
  for (const auto& [other, entry] : accounts_) {
    entry->blocked.erase(address);
    entry->contacts.erase(address);
    entry->mailbox.purge([&](const Mail& mail) { return mail.from == address; });
  }
  accounts_.erase(address);
}

}  // namespace parley::mocks::gatekeeper
