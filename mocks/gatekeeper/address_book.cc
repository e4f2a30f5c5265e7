#include "mocks/gatekeeper/address_book.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "harness/crypto/hash.h"

namespace parley::mocks::gatekeeper {
namespace {

constexpr std::string_view kNativeServer = "s.whatsapp.net";
constexpr std::string_view kInteropServer = "interop";
constexpr std::string_view kLidServer = "lid";

/// The attributes that hold addresses, in whatever stanza.
constexpr std::array<std::string_view, 7> kAddressAttributes = {
    "from", "to", "participant", "recipient", "jid", "pn_jid", "sender_lid"};

/// A native user's LID has fifteen digits, one more than a partner's user's number, so that the two
/// never meet. It says nothing about the phone number.
std::string lid_number(std::string_view phone_number) {
  constexpr std::uint64_t kFirst = 100'000'000'000'000;
  constexpr std::uint64_t kNumbers = 900'000'000'000'000;
  const crypto::Digest32 digest =
      crypto::sha256({as_bytes("parley lid\n"), as_bytes(phone_number)});
  return std::to_string(kFirst + read_be(BytesView(digest).first(8)) % kNumbers);
}

/// Rewrites the addresses in a node and all below it.
void for_each_address(wire::Node& node, const std::function<void(std::string&)>& rewrite) {
  for (auto& [name, value] : node.attributes) {
    if (std::ranges::find(kAddressAttributes, name) != kAddressAttributes.end()) rewrite(value);
  }
  if (auto* children = std::get_if<wire::Nodes>(&node.content)) {
    for (wire::Node& child : *children) for_each_address(child, rewrite);
  }
}

}  // namespace

AddressBook::AddressBook(const Cast& cast, Accounts& accounts)
    : addressing_(cast.gatekeeper.addressing), cast_(cast), accounts_(accounts) {
  for (const WhatsappUserSettings& user : cast.whatsapp_users) {
    numbers_.emplace(lid_number(user.number), user.number);
  }
}

std::optional<wire::Jid> AddressBook::lid(const Account& account) const {
  wire::Jid lid;
  lid.server = kLidServer;
  lid.device = account.device;
  if (account.native) {
    lid.user = lid_number(account.jid.user);
  } else if (shows_partners_as_native()) {
    lid.user = account.jid.user;
  } else {
    return std::nullopt;
  }
  return lid;
}

const Account* AddressBook::partner_with(std::string_view number) const {
  for (const PartnerSettings& partner : cast_.partners) {
    wire::Jid jid{std::string(number), std::string(kInteropServer)};
    jid.integrator = partner.integrator;
    if (const Account* account = accounts_.find(jid)) return account;
  }
  return nullptr;
}

wire::Jid AddressBook::inside(const wire::Jid& shown) const {
  wire::Jid jid = shown;
  if (shown.server == kLidServer) {
    if (const auto native = numbers_.find(shown.user); native != numbers_.end()) {
      jid.user = native->second;
      jid.server = kNativeServer;
      return jid;
    }
  } else if (shown.server != kNativeServer) {
    return jid;
  }
  if (!shows_partners_as_native()) return jid;
  if (shown.server == kNativeServer && accounts_.find(shown) != nullptr) return jid;
  const Account* partner = partner_with(shown.user);
  if (partner == nullptr) return jid;
  jid = partner->jid;
  jid.device = shown.device;
  return jid;
}

wire::Jid AddressBook::shown(const wire::Jid& inside) const {
  wire::Jid jid = inside;
  if (inside.server == kInteropServer && shows_partners_as_native()) {
    jid.server = kNativeServer;
    jid.integrator = 0;
  }
  return jid;
}

wire::Node Spelling::read(wire::Node stanza) {
  for_each_address(stanza, [this](std::string& text) {
    const std::optional<wire::Jid> jid = wire::Jid::parse(text);
    if (!jid || jid->user.empty()) return;
    std::string inside = book_.inside(*jid).text();
    asked_[inside].push_back(text);
    text = std::move(inside);
  });
  return stanza;
}

wire::Node Spelling::write(wire::Node stanza) {
  for_each_address(stanza, [this](std::string& text) { text = write_address(text); });
  return stanza;
}

std::string Spelling::write_address(const std::string& text) {
  if (const auto asked = asked_.find(text); asked != asked_.end()) {
    std::deque<std::string>& spellings = asked->second;
    std::string spelling = spellings.front();
    if (spellings.size() > 1) spellings.pop_front();
    return spelling;
  }
  const std::optional<wire::Jid> jid = wire::Jid::parse(text);
  if (!jid || jid->server != kInteropServer) return text;
  return book_.shown(*jid).text();
}

}  // namespace parley::mocks::gatekeeper
