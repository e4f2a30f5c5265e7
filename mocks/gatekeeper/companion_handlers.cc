// What companion devices ask for besides: who has which devices and LIDs, switches, privacy, and
// their own removal.
#include <utility>

#include "harness/wire/operations.h"
#include "mocks/gatekeeper/stanza_handlers.h"
#include "mocks/gatekeeper/stanzas.h"

namespace parley::mocks::gatekeeper {
namespace {

namespace op = wire::op;

/// One request names at most this many users.
constexpr std::size_t kMaxUsers = 256;

/// The devices of an account. A native account's phone is always among them; companions come with
/// the index of their key, which is their number here.
json::object device_list(const Account& account) {
  json::array devices = {json::object{{"id", 0}}};
  if (account.has_companion()) {
    devices.push_back(json::object{{"id", account.device}, {"key_index", account.device}});
  }
  return {{"list", std::move(devices)}};
}

/// The address that a user of the request is asked for under: as it stands there, or made of the
/// phone number.
std::optional<wire::Jid> asked_address(const Request& request, const json::object& user) {
  if (const auto address = get_string(user, "jid")) return wire::Jid::parse(*address);
  const json::object* contact = get_object(user, "contact");
  std::string_view number =
      contact == nullptr ? std::string_view() : get_string(*contact, "phone").value_or("");
  if (number.starts_with('+')) number.remove_prefix(1);
  if (number.empty()) return std::nullopt;
  return request.backend.addresses.inside(
      wire::Jid{std::string(number), std::string(stanzas::kServer)});
}

/// One user's part of the answer: of what the request asks for, what we know.
json::object synced_user(const Request& request, const wire::Jid& jid) {
  json::object user = {{"jid", jid.text()}};
  const Account* account = request.backend.accounts.find(jid);
  const bool reached = account != nullptr && policy::can_reach(request.account, *account);
  if (request.values.contains("contact")) {
    user["contact"] = json::object{{"type", reached ? "in" : "out"}};
  }
  if (!reached) return user;
  if (request.values.contains("devices")) user["devices"] = device_list(*account);
  if (request.values.contains("lid")) {
    if (const auto lid = request.backend.addresses.lid(*account)) {
      user["lid"] = json::object{{"val", lid->without_device().text()}};
    }
  }
  return user;
}

void answer_privacy(const Request& request) {
  const std::string_view read_receipts = request.account.shows_read_receipts ? "all" : "none";
  json::array categories = {json::object{{"name", "readreceipts"}, {"value", read_receipts}}};
  for (const std::string_view name : {"last", "online", "profile", "status", "groupadd"}) {
    categories.push_back(json::object{{"name", name}, {"value", "all"}});
  }
  request.answer(request.profile().render(
      op::kPrivacyAnswer, {{"id", request.text("id")}, {"categories", std::move(categories)}}));
}

}  // namespace

void on_user_sync(const Request& request) {
  const json::array* asked = get_array(request.values, "users");
  if (asked != nullptr && asked->size() > kMaxUsers) return request.fail(400, "bad-request");
  json::array users;
  for (const json::value& user : asked == nullptr ? json::array() : *asked) {
    if (const auto jid = asked_address(request, user.as_object())) {
      users.push_back(synced_user(request, *jid));
    }
  }
  request.answer(request.profile().render(op::kUserSyncAnswer, {{"id", request.text("id")},
                                                                {"sid", request.text("sid")},
                                                                {"mode", request.text("mode")},
                                                                {"users", std::move(users)}}));
}

void on_server_properties(const Request& request) {
  request.answer(request.profile().render(
      op::kServerPropertiesAnswer,
      {{"id", request.text("id")}, {"protocol", 1}, {"props", json::array()}}));
}

void on_privacy_get(const Request& request) { answer_privacy(request); }

// Of the categories, this server acts on read receipts alone.
void on_privacy_set(const Request& request) {
  const json::array* categories = get_array(request.values, "categories");
  for (const json::value& category : categories == nullptr ? json::array() : *categories) {
    const json::object& object = category.as_object();
    if (get_string(object, "name") != "readreceipts") continue;
    request.account.shows_read_receipts = get_string(object, "value") == "all";
  }
  answer_privacy(request);
}

void on_companion_remove(const Request& request) {
  const std::optional<wire::Jid> jid = wire::Jid::parse(request.text("jid"));
  if (!request.account.has_companion() || !jid || *jid != request.account.device_jid()) {
    return request.fail(404, "item-not-found");
  }
  request.succeed();
  Account& account = request.account;
  request.session.end(Ending::kRemoved);
  remove_companion(account);
}

}  // namespace parley::mocks::gatekeeper
