#include "mocks/gatekeeper/stanzas.h"

#include <utility>

#include "harness/base/encoding.h"
#include "harness/base/json.h"
#include "harness/wire/operations.h"

namespace parley::mocks::gatekeeper::stanzas {
namespace {

namespace op = wire::op;

/// To a client whose account is gone, as the native server says to a removed device.
constexpr unsigned kAccountGone = 401;
/// To a client that sends what is no chat protocol.
constexpr unsigned kBadStanza = 400;

}  // namespace

std::string fresh_id(Random& random) { return hex(random.bytes(8)); }

Result<Node> login_accepted(const Profile& profile, TimePoint now) {
  return profile.render(op::kSuccess, {{"t", unix_seconds(now)}});
}

Result<Node> login_refused(const Profile& profile, const LoginRefusal& refusal) {
  return profile.render(op::kFailureDetail, {{"reason", refusal.code}, {"code", refusal.reason}});
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

std::optional<Result<Node>> farewell(const Profile& profile, Ending ending) {
  switch (ending) {
    case Ending::kReplaced:
      return profile.render(op::kStreamReplaced, {});
    case Ending::kDeleted:
      return profile.render(op::kStreamError,
                            {{"code", kAccountGone}, {"conflict", {{"type", "account_removed"}}}});
    case Ending::kHostile:
      return profile.render(op::kStreamError, {{"code", kBadStanza}});
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
