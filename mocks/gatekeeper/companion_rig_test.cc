// The companion devices' rig; the tests that stand on it are beside the parts that they test.
#include "mocks/gatekeeper/companion_rig.h"

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"
#include "schemas/companion.pb.h"

namespace parley::mocks::gatekeeper {
namespace {

std::string as_string(BytesView bytes) { return std::string(as_text(bytes)); }

std::string big_endian(std::uint64_t value, std::size_t size) {
  Bytes out;
  append_be(out, value, size);
  return as_string(out);
}

Bytes joined(const Bytes& head, BytesView a, BytesView b, BytesView c = {}) {
  Bytes out = head;
  out.insert(out.end(), a.begin(), a.end());
  out.insert(out.end(), b.begin(), b.end());
  out.insert(out.end(), c.begin(), c.end());
  return out;
}

}  // namespace

Bytes& CompanionRig::secret(const std::string& name) {
  const auto found = secrets_.find(name);
  return found != secrets_.end() ? found->second : secrets_[name] = random->bytes(32);
}

wire::pb::ClientPayload CompanionRig::registration(const std::string& name) {
  const DeviceKeys& keys = device(name);
  const signal::PublicSignedPreKey prekey = keys.signed_prekey.public_view();
  wire::pb::ClientPayload payload;
  payload.set_passive(false);
  auto* data = payload.mutable_device_pairing_data();
  data->set_e_regid(big_endian(keys.identity.registration_id, 4));
  data->set_e_keytype(std::string(1, '\x05'));
  data->set_e_ident(as_string(keys.identity.public_key()));
  data->set_e_skey_id(big_endian(prekey.id, 3));
  data->set_e_skey_val(as_string(prekey.key));
  data->set_e_skey_sig(as_string(prekey.signature));
  return payload;
}

wire::pb::ClientPayload CompanionRig::login(const std::string& owner, std::uint32_t device) {
  wire::pb::ClientPayload payload;
  payload.set_username(std::stoull(cast.whatsapp_user(owner)->number));
  payload.set_device(device);
  payload.set_passive(true);
  return payload;
}

std::string CompanionRig::code(const std::string& name, const std::string& ref) {
  const DeviceKeys& keys = device(name);
  return "https://wa.me/settings/linked_devices#" + ref + "," + base64(keys.chat.public_key()) +
         "," + base64(keys.identity.public_key()) + "," + base64(secret(name)) + ",1";
}

net::awaitable<CompanionRig::Offer> CompanionRig::knock(std::string name) {
  Offer offer;
  offer.chat = co_await open(name, registration(name), Door::kWebSocket);
  const std::optional<Node> iq = co_await offer.chat->take_tag("iq");
  const Node* refs = iq ? iq->child("pair-device") : nullptr;
  EXPECT_NE(refs, nullptr);
  if (refs == nullptr) co_return offer;
  for (const Node& ref : refs->children()) offer.refs.push_back(as_string(ref.bytes()));
  Node result("iq", {{"to", "s.whatsapp.net"}, {"type", "result"}});
  result.set("id", std::string(iq->attribute("id")));
  co_await offer.chat->send(std::move(result));
  co_return offer;
}

net::awaitable<void> CompanionRig::perform_pair(std::string owner, std::string code,
                                                Outcome outcome) {
  json::object arguments = {{"of", owner}, {"code", code}};
  Result<json::object> result = co_await party->perform("pair", std::move(arguments));
  outcome->emplace(std::move(result));
}

CompanionRig::Outcome CompanionRig::scan(const std::string& owner, std::string code) {
  auto outcome = std::make_shared<std::optional<Result<json::object>>>();
  world->spawn(perform_pair(owner, std::move(code), outcome));
  return outcome;
}

net::awaitable<std::string> CompanionRig::end_of(Outcome outcome) {
  co_await world->settle();
  if (!*outcome) co_return "still waiting";
  co_return (*outcome)->ok() ? "ok" : std::string(to_string((*outcome)->error().code));
}

Node CompanionRig::signed_answer(const std::string& name, const Node& accepted,
                                 const std::function<void(Bytes& signature)>& spoil) {
  const DeviceKeys& keys = device(name);
  const Node* word = accepted.child("pair-success")->child("device-identity");
  wire::pb::SealedDeviceIdentity sealed;
  wire::pb::SignedDeviceIdentity identity;
  EXPECT_TRUE(sealed.ParseFromString(as_string(word->bytes())));
  EXPECT_EQ(as_string(crypto::hmac_sha256(secret(name), as_bytes(sealed.details()))),
            sealed.hmac());
  EXPECT_TRUE(identity.ParseFromString(sealed.details()));
  const BytesView details = as_bytes(identity.details());
  const BytesView phone = as_bytes(identity.account_signature_key());
  EXPECT_TRUE(crypto::xeddsa_verify(to_array<32>(phone),
                                    joined({6, 0}, details, keys.identity.public_key()),
                                    to_array<64>(as_bytes(identity.account_signature()))));
  const crypto::Signature signature =
      keys.identity.key.sign(joined({6, 1}, details, keys.identity.public_key(), phone));
  Bytes bytes = to_bytes(BytesView(signature));
  if (spoil) spoil(bytes);
  identity.set_device_signature(as_string(bytes));
  identity.clear_account_signature_key();
  Node own("device-identity", {{"key-index", "1"}},
           to_bytes(as_bytes(identity.SerializeAsString())));
  return Node(
      "iq",
      {{"to", "s.whatsapp.net"}, {"type", "result"}, {"id", std::string(accepted.attribute("id"))}},
      wire::Nodes{Node("pair-device-sign", {}, wire::Nodes{std::move(own)})});
}

net::awaitable<void> CompanionRig::pair(std::string name, std::string owner) {
  const Offer offer = co_await knock(name);
  if (offer.refs.empty()) co_return;
  const Outcome outcome = scan(owner, code(name, offer.refs.front()));
  const std::optional<Node> accepted = co_await offer.chat->take_tag("iq");
  EXPECT_TRUE(accepted.has_value());
  if (!accepted) co_return;
  co_await offer.chat->send(signed_answer(name, *accepted));
  const std::optional<Node> restart = co_await offer.chat->take_tag("stream:error");
  EXPECT_TRUE(restart && restart->attribute("code") == "515");
  EXPECT_TRUE(co_await offer.chat->ended());
  EXPECT_EQ(co_await end_of(outcome), "ok");
}

net::awaitable<Chat> CompanionRig::connect_companion(std::string name, std::string owner,
                                                     std::uint32_t device) {
  Chat chat = co_await open(name, login(owner, device), Door::kWebSocket);
  const std::optional<Node> success = co_await chat->take_tag("success");
  EXPECT_TRUE(success.has_value()) << name;
  if (success) lid = std::string(success->attribute("lid"));
  const std::optional<Node> routing = co_await chat->take_tag("ib");
  const Node* edge = routing ? routing->child("edge_routing") : nullptr;
  EXPECT_NE(edge, nullptr);
  if (edge != nullptr) routing_info = to_bytes(edge->child("routing_info")->bytes());
  EXPECT_TRUE((co_await chat->take_tag("ib")).has_value());
  EXPECT_TRUE((co_await chat->take_tag("ib")).has_value());
  co_return chat;
}

Node fanout(const std::string& id, const std::string& to, const std::vector<std::string>& devices,
            std::string_view text) {
  wire::Nodes parts;
  for (const std::string& device : devices) {
    parts.push_back(
        Node("to", {{"jid", device}},
             wire::Nodes{Node("enc", {{"v", "2"}, {"type", "pkmsg"}}, to_bytes(text))}));
  }
  return Node("message", {{"id", id}, {"to", to}, {"type", "text"}},
              wire::Nodes{Node("participants", {}, std::move(parts)),
                          Node("device-identity", {}, to_bytes("vouched"))});
}

Node user_sync(const std::string& id, const std::vector<std::string>& users) {
  wire::Nodes list;
  for (const std::string& user : users) list.push_back(Node("user", {{"jid", user}}));
  return iq(id, "get", "usync",
            Node("usync", {{"sid", "1"}, {"mode", "query"}, {"last", "true"}, {"index", "0"}},
                 wire::Nodes{Node("query", {},
                                  wire::Nodes{Node("devices", {{"version", "2"}}), Node("lid")}),
                             Node("list", {}, std::move(list))}));
}

}  // namespace parley::mocks::gatekeeper
