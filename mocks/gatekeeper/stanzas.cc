#include "mocks/gatekeeper/stanzas.h"

#include <utility>

#include "harness/base/encoding.h"
#include "harness/base/json.h"
#include "harness/wire/operations.h"

namespace parley::mocks::gatekeeper::stanzas {
namespace {

namespace op = wire::op;

Result<Node> stream_error(const Profile& profile, unsigned code, std::string_view conflict) {
  json::object values = {{"code", code}};
  if (!conflict.empty()) values["conflict"] = json::object{{"type", conflict}};
  return profile.render(op::kStreamError, values);
}

}  // namespace

std::string fresh_id(Random& random) { return hex(random.bytes(8)); }

Result<Node> login_accepted(const Profile& profile, TimePoint now,
                            const std::optional<wire::Jid>& lid) {
  json::object values = {{"t", unix_seconds(now)}};
  if (lid) values["lid"] = lid->text();
  return profile.render(op::kSuccess, values);
}

Result<Node> edge_routing(const Profile& profile, BytesView routing_info) {
  return profile.render(op::kEdgeRouting, {{"routing_info", base64(routing_info)}});
}

Result<Node> login_refused(const Profile& profile, const LoginRefusal& refusal) {
  json::object values = {{"reason", refusal.code}, {"code", refusal.reason}};
  if (refusal.suspension) {
    values["cause"] = refusal.suspension->reason;
    values["scope"] = refusal.suspension->scope;
    values["appeal"] = refusal.suspension->appeal;
    if (refusal.suspension->until != 0) values["until"] = refusal.suspension->until;
  }
  return profile.render(op::kFailureDetail, values);
}

std::size_t& MailCounts::of(MailClass kind) {
  if (kind == MailClass::kMessage) return messages;
  return kind == MailClass::kReceipt ? receipts : notifications;
}

Result<Node> offline_preview(const Profile& profile, const MailCounts& counts) {
  return profile.render(op::kOfflinePreview,
                        {{"count", counts.messages + counts.receipts + counts.notifications},
                         {"message", counts.messages},
                         {"receipt", counts.receipts},
                         {"notification", counts.notifications}});
}

Result<Node> offline_count(const Profile& profile, std::size_t messages) {
  return profile.render(op::kOfflineCount, {{"count", messages}});
}

Node marked_offline(Node stanza) {
  stanza.set("offline", "0");
  return stanza;
}

Result<Node> companion_offer(const Profile& profile, const std::string& id,
                             const std::vector<std::string>& refs) {
  json::array list;
  for (const std::string& ref : refs) list.push_back(json::object{{"ref", ref}});
  return profile.render(op::kCompanionOffer, {{"id", id}, {"refs", std::move(list)}});
}

Result<Node> companion_accepted(const Profile& profile, const std::string& id, const wire::Jid& jid,
                                const wire::Jid& lid, BytesView voucher, TimePoint now) {
  return profile.render(op::kCompanionAccepted, {{"id", id},
                                                 {"t", unix_seconds(now)},
                                                 {"device_identity", base64(voucher)},
                                                 {"jid", jid.text()},
                                                 {"lid", lid.text()},
                                                 {"platform", "android"}});
}

std::optional<Result<Node>> farewell(const Profile& profile, Ending ending) {
  switch (ending) {
    case Ending::kReplaced:
      return profile.render(op::kStreamReplaced, {});
    case Ending::kDeleted:
      return stream_error(profile, 401, "account_removed");
    case Ending::kRemoved:
      return stream_error(profile, 401, "device_removed");
    case Ending::kNotPaired:
      return stream_error(profile, 401, "");
    case Ending::kUnavailable:
      return stream_error(profile, 503, "");
    case Ending::kRestart:
      return stream_error(profile, 515, "");
    case Ending::kHostile:
      return stream_error(profile, 400, "");
    case Ending::kSlow:
    case Ending::kClientClosed:
      break;
  }
  return std::nullopt;
}

Result<Node> client_ping(const Profile& profile, const std::string& id) {
  return profile.render(op::kClientPing, {{"id", id}, {"ping", json::object()}});
}

Result<Node> prekeys_low(const Profile& profile, const std::string& id, std::size_t left,
                         TimePoint now) {
  return profile.render(op::kNotificationPrekeysLow,
                        {{"id", id}, {"count", left}, {"t", unix_seconds(now)}});
}

Result<Node> identity_changed(const Profile& profile, const std::string& id, const Account& of,
                              TimePoint now) {
  return profile.render(op::kNotificationIdentity,
                        {{"id", id}, {"from", of.address()}, {"t", unix_seconds(now)}});
}

Result<Node> empty_result(const Profile& profile, const std::string& id) {
  return profile.render(op::kServerResult, {{"id", id}, {"from", kServer}});
}

Result<Node> error_result(const Profile& profile, const std::string& id, unsigned code,
                          std::string_view text) {
  return profile.render(op::kServerError,
                        {{"id", id}, {"from", kServer}, {"code", code}, {"text", text}});
}

Result<Node> message_ack(const Profile& profile, const std::string& id, const std::string& to,
                         TimePoint now, unsigned error) {
  json::object values = {{"id", id}, {"from", to}, {"t", unix_seconds(now)}};
  if (error != 0) values["error"] = error;
  return profile.render(op::kMessageAck, values);
}

}  // namespace parley::mocks::gatekeeper::stanzas
