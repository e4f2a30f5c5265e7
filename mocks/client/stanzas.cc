#include "mocks/client/stanzas.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/wire/operations.h"
#include "harness/wire/signal/identity.h"

namespace parley::mocks::client {
namespace {

namespace op = wire::op;

std::string number_bytes(std::uint64_t value, std::size_t size) {
  Bytes bytes;
  append_be(bytes, value, size);
  return base64(bytes);
}

/// {id, value} as a one-time prekey stands in every stanza that carries one.
json::object key_values(const signal::PublicPreKey& key) {
  json::object values;
  values["id"] = number_bytes(key.id, 3);
  values["value"] = base64(key.key);
  return values;
}

void put_signed_prekey(json::object& values, const signal::PublicSignedPreKey& key) {
  values["skey_id"] = number_bytes(key.id, 3);
  values["skey_value"] = base64(key.key);
  values["skey_signature"] = base64(key.signature);
}

/// A request of which only the id varies.
Result<Node> bare(const Profile& profile, std::string_view operation, const std::string& id) {
  json::object values;
  values["id"] = id;
  return profile.render(operation, values);
}

json::value flag(bool value) { return value ? "true" : "false"; }

Error bad_keys(std::string what) {
  return make_error(ErrorCode::kInvalid, std::move(what), "keys");
}

/// The bytes of that child, which must have exactly `size`.
Result<Bytes> child_bytes(const Node& node, std::string_view tag, std::size_t size) {
  const Node* child = node.child(tag);
  if (child == nullptr) return bad_keys("no <" + std::string(tag) + ">");
  if (child->bytes().size() != size) {
    return bad_keys("<" + std::string(tag) + "> has " + std::to_string(child->bytes().size()) +
                    " bytes, not " + std::to_string(size));
  }
  return to_bytes(child->bytes());
}

Result<crypto::PublicKey> child_key(const Node& node, std::string_view tag) {
  PARLEY_ASSIGN(const Bytes bytes, child_bytes(node, tag, 32));
  return signal::parse_raw_key(bytes);
}

/// Reads identity, signed prekey and perhaps a one-time prekey; `registration` stands elsewhere in
/// a retry receipt.
Result<signal::PreKeyBundle> read_bundle(const Node& keys, const Node& registration) {
  signal::PreKeyBundle bundle;
  PARLEY_ASSIGN(const Bytes registration_id, child_bytes(registration, "registration", 4));
  bundle.registration_id = static_cast<std::uint32_t>(read_be(registration_id));
  PARLEY_ASSIGN(const Bytes type, child_bytes(keys, "type", 1));
  if (type[0] != signal::kCurveType) return bad_keys("a key type that no client knows");
  PARLEY_ASSIGN(bundle.identity, child_key(keys, "identity"));
  const Node* skey = keys.child("skey");
  if (skey == nullptr) return bad_keys("no signed prekey");
  PARLEY_ASSIGN(const Bytes skey_id, child_bytes(*skey, "id", 3));
  bundle.signed_prekey.id = static_cast<signal::PreKeyId>(read_be(skey_id));
  PARLEY_ASSIGN(bundle.signed_prekey.key, child_key(*skey, "value"));
  PARLEY_ASSIGN(const Bytes signature, child_bytes(*skey, "signature", 64));
  bundle.signed_prekey.signature = to_array<64>(signature);
  if (const Node* key = keys.child("key")) {
    signal::PublicPreKey one_time;
    PARLEY_ASSIGN(const Bytes key_id, child_bytes(*key, "id", 3));
    one_time.id = static_cast<signal::PreKeyId>(read_be(key_id));
    PARLEY_ASSIGN(one_time.key, child_key(*key, "value"));
    bundle.one_time_prekey = one_time;
  }
  return bundle;
}

/// 0 where there is none.
std::uint16_t integrator_of(const json::object& values) {
  const std::int64_t number = get_int(values, "integrator").value_or(0);
  return number > 0 && number <= 0xffff ? static_cast<std::uint16_t>(number) : 0;
}

}  // namespace

Result<Node> prekey_upload(const Profile& profile, const std::string& id,
                           const PrekeyUpload& keys) {
  json::object values;
  values["id"] = id;
  values["registration"] = number_bytes(keys.registration_id, 4);
  values["identity"] = base64(keys.identity);
  put_signed_prekey(values, keys.signed_prekey);
  json::array one_time;
  for (const signal::PublicPreKey& key : keys.one_time) one_time.push_back(key_values(key));
  values["keys"] = std::move(one_time);
  return profile.render(op::kPrekeyUpload, values);
}

Result<Node> prekey_count(const Profile& profile, const std::string& id) {
  return bare(profile, op::kPrekeyCount, id);
}

Result<std::int64_t> prekey_count_in(const Node& answer) {
  const Node* count = answer.child("count");
  if (count == nullptr || !count->has("value")) return bad_keys("an answer without a count");
  return number_or_zero(count->attribute("value"));
}

Result<Node> prekey_fetch(const Profile& profile, const std::string& id, const wire::Jid& peer,
                          bool identity_changed) {
  json::object user;
  user["jid"] = peer.text();
  if (identity_changed) user["reason"] = "identity";
  json::array users;
  users.push_back(std::move(user));
  json::object values;
  values["id"] = id;
  values["users"] = std::move(users);
  return profile.render(op::kPrekeyFetch, values);
}

Result<signal::PreKeyBundle> bundle_in(const Node& answer, const wire::Jid& peer) {
  const Node* list = answer.child("list");
  if (list == nullptr) return bad_keys("an answer without a list");
  for (const Node& user : list->children()) {
    const auto jid = wire::Jid::parse(user.attribute("jid"));
    if (user.tag != "user" || !jid || jid->without_device() != peer.without_device()) continue;
    if (const Node* error = user.child("error")) {
      return make_error(ErrorCode::kRefused, std::string(error->attribute("code")) + " " +
                                                 std::string(error->attribute("text")));
    }
    const Node* wrapped = user.child("keys");
    return read_bundle(wrapped == nullptr ? user : *wrapped, user);
  }
  return bad_keys("no keys for " + peer.text());
}

Result<Node> message_send(const Profile& profile, const MessageStanza& message) {
  json::object values;
  values["id"] = message.id;
  values["to"] = message.to.text();
  values["type"] = message.type;
  values["enc_type"] = signal::to_string(message.enc_type);
  if (!message.media_type.empty()) values["mediatype"] = message.media_type;
  if (message.count > 0) values["count"] = message.count;
  if (message.time) values["t"] = *message.time;
  values["ciphertext"] = base64(message.bytes);
  if (!message.commitment) return profile.render(op::kMessageSend, values);
  values["commitment"] = base64(*message.commitment);
  return profile.render(op::kMessageSendFranked, values);
}

std::optional<Franking> franking_in(const Profile& profile, const Node& node) {
  const auto values = profile.match(op::kMessageDeliverFranked, node);
  if (!values) return std::nullopt;
  auto commitment = decode_base64(get_string(*values, "commitment").value_or(""));
  auto tag = decode_base64(get_string(*values, "reporting_tag").value_or(""));
  if (!commitment.ok() || !tag.ok()) return std::nullopt;
  return Franking{*std::move(commitment), *std::move(tag)};
}

Result<Node> message_report(const Profile& profile, const std::string& id,
                            const ReportStanza& report) {
  json::array messages;
  for (const ReportStanza::Message& message : report.messages) {
    json::object item = {{"id", message.id}, {"content", base64(as_bytes(message.content))}};
    if (message.key) item["key"] = base64(*message.key);
    if (message.commitment) item["commitment"] = base64(*message.commitment);
    if (message.tag) item["reporting_tag"] = base64(*message.tag);
    messages.push_back(std::move(item));
  }
  json::object values = {{"id", id}, {"from", report.from.text()}, {"reason", report.reason}};
  values["messages"] = std::move(messages);
  return profile.render(op::kMessageReport, values);
}

Result<json::object> report_outcome_in(const Profile& profile, const Node& answer) {
  const auto values = profile.match(op::kMessageReportAnswer, answer);
  if (!values) return make_error(ErrorCode::kInvalid, "an answer without a word on the report");
  if (get_string(*values, "status") == "accepted") return json::object{{"status", "ok"}};
  return json::object{{"status", "fail"}, {"reason", get_string(*values, "reason").value_or("")}};
}

Result<Node> receipt_delivery_send(const Profile& profile, const std::string& id,
                                   const wire::Jid& to) {
  json::object values;
  values["id"] = id;
  values["to"] = to.text();
  return profile.render(op::kReceiptDeliverySend, values);
}

Result<Node> receipt_read_send(const Profile& profile, const std::vector<std::string>& ids,
                               const wire::Jid& to, std::int64_t time) {
  if (ids.empty()) return make_error(ErrorCode::kInvalid, "a read receipt for no message");
  json::object values;
  values["id"] = ids.front();
  values["to"] = to.text();
  values["t"] = time;
  if (ids.size() > 1) {
    json::array items;
    for (std::size_t i = 1; i < ids.size(); ++i) {
      json::object item;
      item["id"] = ids[i];
      items.push_back(std::move(item));
    }
    json::object more;
    more["items"] = std::move(items);
    values["more"] = std::move(more);
  }
  return profile.render(op::kReceiptReadSend, values);
}

Result<Node> receipt_retry_send(const Profile& profile, const RetryReceipt& receipt) {
  json::object values;
  values["id"] = receipt.id;
  values["to"] = receipt.to.text();
  values["count"] = receipt.count;
  values["message"] = receipt.id;
  values["t"] = receipt.time;
  values["error"] = 0;
  values["registration"] = number_bytes(receipt.registration_id, 4);
  if (receipt.keys) {
    json::object keys;
    keys["identity"] = base64(receipt.keys->identity);
    put_signed_prekey(keys, receipt.keys->signed_prekey);
    if (receipt.keys->one_time_prekey) keys["key"] = key_values(*receipt.keys->one_time_prekey);
    values["keys"] = std::move(keys);
  }
  return profile.render(op::kReceiptRetrySend, values);
}

Result<Receipt> receipt_in(const Node& node) {
  Receipt receipt;
  const auto from = wire::Jid::parse(node.attribute("from"));
  if (!from || node.attribute("id").empty()) {
    return make_error(ErrorCode::kInvalid, "a receipt without id or sender");
  }
  receipt.from = *from;
  receipt.type = node.has("type") ? std::string(node.attribute("type")) : "delivery";
  receipt.ids.emplace_back(node.attribute("id"));
  if (const Node* list = node.child("list")) {
    for (const Node& item : list->children()) receipt.ids.emplace_back(item.attribute("id"));
  }
  return receipt;
}

Result<RetryRequest> retry_request_in(const Node& node) {
  RetryRequest request;
  PARLEY_ASSIGN(const Receipt receipt, receipt_in(node));
  request.id = receipt.ids.front();
  request.from = receipt.from;
  if (const Node* keys = node.child("keys")) {
    PARLEY_ASSIGN(request.keys, read_bundle(*keys, node));
  }
  return request;
}

Result<Node> client_ack(const Profile& profile, const AckStanza& ack) {
  json::object values;
  values["id"] = ack.id;
  values["class"] = ack.of;
  values["to"] = ack.to;
  if (!ack.type.empty()) values["type"] = ack.type;
  if (ack.error != 0) values["error"] = ack.error;
  return profile.render(op::kClientAck, values);
}

Result<Node> chatstate_send(const Profile& profile, const wire::Jid& to, const std::string& state) {
  json::object values;
  values["to"] = to.text();
  values["state"] = state;
  return profile.render(op::kChatstateSend, values);
}

Result<Node> server_ping(const Profile& profile, const std::string& id) {
  json::object values;
  values["id"] = id;
  values["ping"] = json::object();
  return profile.render(op::kServerPing, values);
}

Result<Node> client_result(const Profile& profile, const std::string& id) {
  return bare(profile, op::kClientResult, id);
}

bool is_client_ping(const Profile& profile, const Node& node) {
  return profile.match(op::kClientPing, node).has_value();
}

Result<Node> client_stream_end(const Profile& profile) {
  return profile.render(op::kClientStreamEnd, {});
}

Result<Node> reachability_ping(const Profile& profile, const std::string& id, const wire::Jid& to) {
  json::object values;
  values["id"] = id;
  values["to"] = to.text();
  return profile.render(op::kReachabilityPing, values);
}

std::optional<wire::Jid> reachability_ping_in(const Profile& profile, const Node& node) {
  const auto values = profile.match(op::kReachabilityPingDeliver, node);
  if (!values) return std::nullopt;
  return wire::Jid::parse(get_string(*values, "from").value_or(""));
}

Result<Node> account_delete(const Profile& profile, const std::string& id) {
  return bare(profile, op::kAccountDelete, id);
}

Result<Node> blocklist_get(const Profile& profile, const std::string& id) {
  return bare(profile, op::kBlocklistGet, id);
}

Result<Node> blocklist_set(const Profile& profile, const std::string& id, const std::string& action,
                           const wire::Jid& jid) {
  json::object values;
  values["id"] = id;
  values["action"] = action;
  values["jid"] = jid.text();
  return profile.render(op::kBlocklistSet, values);
}

std::vector<wire::Jid> blocklist_in(const Node& answer) {
  std::vector<wire::Jid> blocked;
  if (const Node* list = answer.child("list")) {
    for (const Node& item : list->children()) {
      if (auto jid = wire::Jid::parse(item.attribute("jid"))) blocked.push_back(std::move(*jid));
    }
  }
  return blocked;
}

Result<Node> media_connection(const Profile& profile, const std::string& id) {
  return bare(profile, op::kMediaConnection, id);
}

Result<MediaConnection> media_connection_in(const Node& answer) {
  const Node* connection = answer.child("media_conn");
  const Node* host = connection == nullptr ? nullptr : connection->child("host");
  if (host == nullptr || host->attribute("hostname").empty()) {
    return make_error(ErrorCode::kInvalid, "an answer without a media host");
  }
  return MediaConnection{std::string(host->attribute("hostname")),
                         std::string(connection->attribute("auth"))};
}

Result<Node> settings_set(const Profile& profile, const std::string& id,
                          const ConsentSettings& settings) {
  json::object values;
  values["id"] = id;
  values["enabled"] = flag(settings.enabled);
  values["inbox"] = settings.inbox;
  values["read_receipts"] = flag(settings.read_receipts);
  values["typing"] = flag(settings.typing);
  json::array apps;
  for (const std::uint16_t integrator : settings.integrators) {
    json::object app;
    app["integrator"] = integrator;
    apps.push_back(std::move(app));
  }
  values["apps"] = std::move(apps);
  return profile.render(op::kSettingsSet, values);
}

Result<Node> settings_get(const Profile& profile, const std::string& id) {
  return bare(profile, op::kSettingsGet, id);
}

Result<ConsentSettings> settings_in(const Profile& profile, const Node& answer) {
  const auto values = profile.match(op::kSettingsAnswer, answer);
  if (!values) return make_error(ErrorCode::kInvalid, "an answer without settings");
  ConsentSettings settings;
  settings.enabled = get_string(*values, "enabled") == "true";
  settings.inbox = get_string(*values, "inbox").value_or("");
  settings.read_receipts = get_string(*values, "read_receipts") == "true";
  settings.typing = get_string(*values, "typing") == "true";
  const json::array* apps = get_array(*values, "apps");
  for (const json::value& app : apps == nullptr ? json::array() : *apps) {
    settings.integrators.push_back(integrator_of(app.as_object()));
  }
  return settings;
}

std::optional<std::uint16_t> announced_partner_in(const Profile& profile, const Node& node) {
  const auto values = profile.match(op::kPartnerAnnounced, node);
  if (!values) return std::nullopt;
  return integrator_of(*values);
}

Result<Node> contact_lookup(const Profile& profile, const std::string& id, std::uint16_t integrator,
                            const std::string& identifier) {
  json::object values;
  values["id"] = id;
  values["integrator"] = integrator;
  values["identifier"] = identifier;
  return profile.render(op::kContactLookup, values);
}

Result<wire::Jid> contact_in(const Profile& profile, const Node& answer) {
  const auto values = profile.match(op::kContactLookupAnswer, answer);
  const auto jid =
      wire::Jid::parse(values ? get_string(*values, "jid").value_or("") : std::string_view());
  if (!jid) return make_error(ErrorCode::kInvalid, "an answer without an address");
  return *jid;
}

std::optional<std::int64_t> offline_count_in(const Node& node) {
  const Node* offline = node.tag == "ib" ? node.child("offline") : nullptr;
  if (offline == nullptr) return std::nullopt;
  return number_or_zero(offline->attribute("count"));
}

json::object failure_terms(const Node& failure) {
  json::object terms;
  const Node* detail = failure.child("detail");
  if (detail == nullptr) return terms;
  for (const std::string_view name : {"cause", "scope", "appeal"}) {
    if (detail->has(name)) terms[name] = json::string(detail->attribute(name));
  }
  if (detail->has("until")) terms["until"] = number_or_zero(detail->attribute("until"));
  return terms;
}

std::string failure_detail(const Node& failure) {
  const Node* detail = failure.child("detail");
  return detail == nullptr ? "" : std::string(detail->attribute("code"));
}

std::int64_t number_or_zero(std::string_view text) {
  std::int64_t value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  return end.ec == std::errc() && end.ptr == text.data() + text.size() && value >= 0 ? value : 0;
}

}  // namespace parley::mocks::client
