// The rig itself; the tests that stand on it are beside the parts that they test.
#include "mocks/gatekeeper/gatekeeper_rig.h"

#include <filesystem>

#include "harness/base/encoding.h"
#include "harness/net/websocket.h"
#include "mocks/cast/test_root.h"

namespace parley::mocks::gatekeeper {
namespace {

constexpr Duration kPatience = std::chrono::seconds(10);

std::unique_ptr<net::World> make_world(WorldKind kind, Log& log) {
  if (kind == WorldKind::kSim) {
    net::SimOptions options;
    options.start = kRigStart;
    return net::make_sim_world(options, log);
  }
  net::SocketOptions options;
  options.start = kRigStart;
  auto world = net::make_socket_world(options, log);
  if (!world.ok()) ADD_FAILURE() << world.error().text();
  return std::move(world).value();
}

Cast rig_cast(Addressing addressing) {
  json::object settings;
  if (addressing == Addressing::kNative) settings["addressing"] = "native";
  auto cast = read_cast(
      {{"gatekeeper", "gatekeeper", "", std::move(settings)},
       {"alice",
        "whatsapp-user",
        "",
        {{"number", "33611111111"}, {"third_party_chats", true}, {"apps", json::array{"bird"}}}},
       {"anna", "whatsapp-user", "", {{"number", "33622222222"}}},
       {"bird", "partner", "", {}},
       {"hike", "partner", "", {}},
       {"bob", "partner-user", "bird", {}},
       {"ben", "partner-user", "bird", {}},
       {"hal", "partner-user", "hike", {}}});
  if (!cast.ok()) ADD_FAILURE() << cast.error().text();
  return *cast;
}

std::shared_ptr<const wire::Profile> rig_profile() {
  std::vector<Diagnostic> diagnostics;
  const std::filesystem::path file =
      std::string(PARLEY_SOURCE_DIR) + "/schemas/wire/wa-public-1.0.3.yaml";
  auto profile = wire::Profile::load(std::vector{file}, diagnostics);
  EXPECT_TRUE(profile.has_value()) << render(diagnostics);
  return std::make_shared<wire::Profile>(std::move(*profile));
}

Bytes big_endian(std::uint64_t value, std::size_t size) {
  Bytes out;
  append_be(out, value, size);
  return out;
}

}  // namespace

DeviceKeys::DeviceKeys(Random& random)
    : chat(crypto::X25519KeyPair::generate(random)),
      identity(signal::Identity::generate(random)),
      signed_prekey(signal::SignedPreKey::generate(1, identity.key, random)) {}

FakePartner::FakePartner(net::World& world, std::string id, std::uint16_t integrator,
                         std::size_t key)
    : world_(world),
      id_(std::move(id)),
      integrator_(integrator),
      signing_{id_ + "-1", crypto::RsaPrivateKey::test_key(key)},
      published_(signing_) {
  auto listener = world.network().listen(partner_host(id_), net::Security::kTls);
  EXPECT_TRUE(listener.ok());
  world.spawn(net::http_serve(world, std::move(*listener), [this](net::HttpRequest request) {
    return answer(std::move(request));
  }));
}

std::string FakePartner::token(std::string_view identifier,
                               const std::function<void(json::object&)>& change) {
  json::object claims = {{"iss", partner_base_url(id_)},
                         {"sub", identifier},
                         {"aud", "https://v.whatsapp.net"},
                         {"integrator", integrator_},
                         {"iat", unix_seconds(world_.now())},
                         {"nbf", unix_seconds(world_.now())},
                         {"exp", unix_seconds(world_.now()) + 3600}};
  if (change) change(claims);
  return crypto::sign_jwt(signing_.key, signing_.kid, claims);
}

void FakePartner::rotate_key(std::size_t key) {
  signing_ = Key{id_ + "-" + std::to_string(key), crypto::RsaPrivateKey::test_key(key)};
}

net::awaitable<net::HttpResponse> FakePartner::answer(net::HttpRequest request) {
  net::HttpResponse response;
  response.status = 404;
  if (broken_) {
    response.status = 503;
  } else if (request.target == kPartnerKeysPath) {
    ++key_fetches;
    crypto::JwkSet set;
    set.keys.push_back({published_.kid, published_.key.public_key()});
    response.status = 200;
    response.body = to_bytes(canonical(set.to_json()));
  } else if (request.target == "/push") {
    response.status = push_failures > 0 ? 500 : 200;
    if (push_failures > 0) --push_failures;
    pushes.push_back(std::move(request));
  } else {
    const auto found = files.find(request.target);
    if (found != files.end()) response = found->second;
    fetches.push_back(std::move(request));
  }
  co_return response;
}

RawChat::RawChat(net::World& world, std::unique_ptr<wire::ChatClient> channel,
                 std::unique_ptr<net::Stream> stream)
    : world_(world), channel_(std::move(channel)), stream_(std::move(stream)), news_(world) {}

net::awaitable<void> RawChat::read_loop() {
  const auto self = shared_from_this();
  for (;;) {
    const Bytes output = channel_->take_output();
    if (!output.empty()) (void)(co_await stream_->write(output)).ok();
    const Result<Bytes> bytes = co_await stream_->read_some(64 * 1024);
    if (!bytes.ok()) break;
    auto events = channel_->feed(*bytes);
    EXPECT_TRUE(events.ok() && !channel_->failure());
    if (!events.ok()) break;
    for (wire::ChannelEvent& event : *events) {
      if (auto* stanza = std::get_if<wire::StanzaReceived>(&event)) {
        received_.push_back(std::move(stanza->node));
      }
    }
    news_.notify();
  }
  closed_ = true;
  news_.notify();
}

net::awaitable<void> RawChat::send(Node node) {
  const auto self = shared_from_this();
  EXPECT_TRUE(channel_->send(node).ok());
  co_await send_bytes(channel_->take_output());
}

net::awaitable<void> RawChat::send_bytes(Bytes bytes) {
  const auto self = shared_from_this();
  (void)(co_await stream_->write(bytes)).ok();
}

net::awaitable<std::optional<Node>> RawChat::take(std::function<bool(const Node&)> match) {
  const auto self = shared_from_this();
  const TimePoint deadline = world_.now() + kPatience;
  for (;;) {
    for (auto node = received_.begin(); node != received_.end(); ++node) {
      if (!match(*node)) continue;
      Node found = std::move(*node);
      received_.erase(node);
      co_return found;
    }
    if (closed_ || world_.now() >= deadline) co_return std::nullopt;
    co_await news_.wait_until(deadline);
  }
}

net::awaitable<std::optional<Node>> RawChat::take_tag(std::string tag) {
  co_return co_await take([&tag](const Node& node) { return node.tag == tag; });
}

net::awaitable<Node> RawChat::ask(Node iq) {
  const std::string id(iq.attribute("id"));
  co_await send(std::move(iq));
  auto answer = co_await take(
      [&id](const Node& node) { return node.tag == "iq" && node.attribute("id") == id; });
  EXPECT_TRUE(answer.has_value()) << "no answer to " << id;
  co_return answer.value_or(Node());
}

net::awaitable<Node> RawChat::acknowledged(Node node) {
  const std::string id(node.attribute("id"));
  const std::string kind = node.tag;
  co_await send(std::move(node));
  const auto ack = co_await take([&](const Node& n) {
    return n.tag == "ack" && n.attribute("id") == id && n.attribute("class") == kind;
  });
  EXPECT_TRUE(ack.has_value()) << kind << " " << id << " was not acknowledged";
  co_return ack.value_or(Node());
}

net::awaitable<bool> RawChat::nothing_comes() {
  co_await world_.settle();
  co_return drain().empty();
}

net::awaitable<bool> RawChat::ended() {
  const auto self = shared_from_this();
  const TimePoint deadline = world_.now() + kPatience;
  while (!closed_ && world_.now() < deadline) co_await news_.wait_until(deadline);
  co_return closed_;
}

GatekeeperRig::GatekeeperRig(WorldKind kind, Addressing addressing)
    : world(make_world(kind, log)),
      recorder(world->clock()),
      random(world->random("rig")),
      cast(rig_cast(addressing)),
      profile(rig_profile()),
      bird(std::make_unique<FakePartner>(*world, "bird", std::uint16_t{1}, std::size_t{1})),
      hike(std::make_unique<FakePartner>(*world, "hike", std::uint16_t{2}, std::size_t{2})) {
  auto made = make_gatekeeper(*world, recorder, cast, "gatekeeper", profile);
  if (made.ok()) {
    party = std::move(*made);
  } else {
    ADD_FAILURE() << made.error().text();
  }
}

GatekeeperRig::~GatekeeperRig() { world->shutdown(); }

void GatekeeperRig::run(const std::function<net::awaitable<void>()>& body) {
  auto main = [&body]() -> net::awaitable<Status> {
    co_await body();
    co_return Status();
  };
  const Status status = net::run(*world, main());
  EXPECT_TRUE(status.ok()) << status.error().text();
}

DeviceKeys& GatekeeperRig::device(const std::string& actor) {
  return devices_.try_emplace(actor, *random).first->second;
}

FormFields GatekeeperRig::form(const std::string& actor) {
  const PartnerUserSettings& user = *cast.partner_user(actor);
  FakePartner& partner = user.partner == "bird" ? *bird : *hike;
  const DeviceKeys& keys = device(actor);
  const signal::PublicSignedPreKey prekey = keys.signed_prekey.public_view();
  return {{"authkey", base64url(keys.chat.public_key())},
          {"e_keytype", base64url(Bytes{0x05})},
          {"e_regid", base64url(big_endian(keys.identity.registration_id, 4))},
          {"e_ident", base64url(keys.identity.public_key())},
          {"e_skey_id", base64url(big_endian(prekey.id, 3))},
          {"e_skey_val", base64url(prekey.key)},
          {"e_skey_sig", base64url(prekey.signature)},
          {"token", partner.token(user.identifier)},
          {"identifier", user.identifier}};
}

net::awaitable<json::object> GatekeeperRig::enlist(FormFields fields) {
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/3p/interop_reg";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = to_bytes(net::encode_form(fields));
  const net::HttpResponse response =
      co_await fetch(whatsapp_hosts().enlistment, std::move(request));
  EXPECT_EQ(response.status, 200u);
  const auto body = parse_json(as_text(response.body));
  EXPECT_TRUE(body.ok() && body->is_object()) << as_text(response.body);
  co_return body.ok() && body->is_object() ? body->as_object() : json::object();
}

net::awaitable<std::string> GatekeeperRig::enlist(std::string actor) {
  const json::object answer = co_await enlist(form(actor));
  EXPECT_EQ(get_string(answer, "status"), "ok") << canonical(answer);
  co_return std::string(get_string(answer, "login").value_or(""));
}

wire::pb::ClientPayload GatekeeperRig::native_payload(const std::string& actor) {
  wire::pb::ClientPayload payload;
  payload.set_username(std::stoull(cast.whatsapp_user(actor)->number));
  payload.set_product(wire::pb::ClientPayload::WHATSAPP);
  return payload;
}

wire::pb::ClientPayload GatekeeperRig::interop_payload(const std::string& actor,
                                                       const std::string& address) {
  const PartnerUserSettings& user = *cast.partner_user(actor);
  FakePartner& partner = user.partner == "bird" ? *bird : *hike;
  wire::pb::ClientPayload payload;
  payload.set_product(wire::pb::ClientPayload::INTEROP);
  auto* interop = payload.mutable_interop_data();
  const auto jid = wire::Jid::parse(address);
  interop->set_account_id(jid ? std::stoull(jid->user) : 0);
  interop->set_token(partner.token(user.identifier));
  interop->set_enable_read_receipts(true);
  return payload;
}

net::awaitable<Chat> GatekeeperRig::open(std::string actor, wire::pb::ClientPayload payload,
                                         Door door) {
  wire::ChatClientConfig config(device(actor).chat);
  config.payload = [payload] { return wire::serialize_login_payload(payload); };
  config.trust_root = chat_test_root_public();
  config.now = world->now();
  config.routing_info = next_routing_info;
  auto stream =
      door == Door::kTcp
          ? co_await world->network().connect(device_host(actor), whatsapp_hosts().chat,
                                              net::Security::kPlain)
          : co_await net::websocket_connect(*world, device_host(actor), whatsapp_hosts().web_chat,
                                            net::Security::kTls, std::string(kWebChatPath));
  if (!stream.ok()) {
    ADD_FAILURE() << stream.error().text();
    co_return nullptr;
  }
  auto channel = wire::ChatClient::create(std::move(config), *random);
  EXPECT_TRUE(channel.ok());
  auto chat = std::make_shared<RawChat>(*world, std::move(*channel), std::move(*stream));
  world->spawn(chat->read_loop());
  co_return chat;
}

net::awaitable<Chat> GatekeeperRig::connect_native(std::string actor) {
  auto chat = co_await open(actor, native_payload(actor));
  EXPECT_TRUE((co_await chat->take_tag("success")).has_value()) << actor;
  EXPECT_TRUE((co_await chat->take_tag("ib")).has_value());
  EXPECT_TRUE((co_await chat->take_tag("ib")).has_value());
  co_return chat;
}

net::awaitable<Chat> GatekeeperRig::connect_partner(std::string actor, std::string address) {
  auto chat = co_await open(actor, interop_payload(actor, address));
  EXPECT_TRUE((co_await chat->take_tag("success")).has_value()) << actor;
  EXPECT_TRUE((co_await chat->take_tag("ib")).has_value());
  EXPECT_TRUE((co_await chat->take_tag("ib")).has_value());
  co_return chat;
}

net::awaitable<std::string> GatekeeperRig::refusal(Chat chat) {
  const std::optional<Node> failure = co_await chat->take_tag("failure");
  EXPECT_TRUE(co_await chat->ended());
  if (!failure) co_return "no failure";
  const Node* detail = failure->child("detail");
  co_return std::string(failure->attribute("reason")) + " " +
      std::string(detail == nullptr ? "" : detail->attribute("code"));
}

Node GatekeeperRig::prekey_upload(const std::string& actor, signal::PreKeyId first,
                                  std::size_t count) {
  const DeviceKeys& keys = device(actor);
  const signal::PublicSignedPreKey prekey = keys.signed_prekey.public_view();
  wire::Nodes list;
  for (const signal::OneTimePreKey& key :
       signal::generate_one_time_prekeys(first, count, *random)) {
    list.push_back(
        Node("key", {},
             wire::Nodes{Node("id", {}, big_endian(key.id, 3)),
                         Node("value", {}, to_bytes(BytesView(key.public_view().key)))}));
  }
  return Node(
      "iq", {{"id", "up-" + std::to_string(first)}, {"type", "set"}, {"xmlns", "encrypt"}},
      wire::Nodes{Node("list", {}, std::move(list)),
                  Node("registration", {}, big_endian(keys.identity.registration_id, 4)),
                  Node("type", {}, Bytes{0x05}),
                  Node("identity", {}, to_bytes(BytesView(keys.identity.public_key()))),
                  Node("skey", {},
                       wire::Nodes{Node("id", {}, big_endian(prekey.id, 3)),
                                   Node("value", {}, to_bytes(BytesView(prekey.key))),
                                   Node("signature", {}, to_bytes(BytesView(prekey.signature)))})});
}

net::awaitable<net::HttpResponse> GatekeeperRig::fetch(net::Address to, net::HttpRequest request) {
  const auto response = co_await net::http_fetch(*world, "tester.device.test", to,
                                                 net::Security::kTls, std::move(request));
  EXPECT_TRUE(response.ok()) << response.error().text();
  co_return response.ok() ? *response : net::HttpResponse();
}

net::awaitable<std::int64_t> GatekeeperRig::mail_of(std::string actor) {
  const auto result = co_await party->perform("mailbox", {{"of", actor}});
  EXPECT_TRUE(result.ok()) << result.error().text();
  co_return result.ok() ? get_int(*result, "count").value_or(-1) : -1;
}

std::vector<json::object> GatekeeperRig::events(std::string_view name) {
  std::vector<json::object> facts;
  for (const driver::Event& event : party->events().events()) {
    if (event.name == name) facts.push_back(event.facts);
  }
  return facts;
}

std::string GatekeeperRig::last_reason(std::string_view event) {
  const std::vector<json::object> facts = events(event);
  return facts.empty() ? "" : std::string(get_string(facts.back(), "reason").value_or(""));
}

Node message(const std::string& id, const std::string& to, std::string_view text) {
  return Node("message", {{"id", id}, {"to", to}, {"type", "text"}},
              wire::Nodes{Node("enc", {{"v", "2"}, {"type", "msg"}}, to_bytes(text))});
}

Node delivery_receipt(const std::string& id, const std::string& to) {
  return Node("receipt", {{"id", id}, {"to", to}});
}

Node read_receipt(const std::string& id, const std::string& to,
                  const std::vector<std::string>& more) {
  Node receipt("receipt", {{"id", id}, {"to", to}, {"type", "read"}});
  wire::Nodes items;
  for (const std::string& other : more) items.push_back(Node("item", {{"id", other}}));
  if (!items.empty()) receipt.content = wire::Nodes{Node("list", {}, std::move(items))};
  return receipt;
}

Node chatstate(const std::string& to, const std::string& state) {
  return Node("chatstate", {{"to", to}}, wire::Nodes{Node(state)});
}

Node client_ack(const std::string& kind, const std::string& id, const std::string& to,
                const std::string& type) {
  Node ack("ack", {{"class", kind}, {"id", id}, {"to", to}});
  if (!type.empty()) ack.set("type", type);
  return ack;
}

Node iq(const std::string& id, const std::string& type, const std::string& xmlns, Node child) {
  return Node("iq", {{"id", id}, {"type", type}, {"xmlns", xmlns}}, wire::Nodes{std::move(child)});
}

Node iq(const std::string& id, const std::string& type, const std::string& xmlns) {
  return Node("iq", {{"id", id}, {"type", type}, {"xmlns", xmlns}});
}

Node prekey_fetch(const std::string& id, const std::string& jid) {
  return iq(id, "get", "encrypt", Node("key", {}, wire::Nodes{Node("user", {{"jid", jid}})}));
}

std::int64_t fetched_prekey(const Node& answer) {
  const Node* list = answer.child("list");
  const Node* user = list == nullptr ? nullptr : list->child("user");
  if (user == nullptr) return -2;
  if (const Node* error = user->child("error"))
    return std::stoll(std::string(error->attribute("code")));
  const Node* key = user->child("key");
  return key == nullptr ? -1 : static_cast<std::int64_t>(read_be(key->child("id")->bytes()));
}

Node settings_set(const std::string& id, bool enabled, const std::vector<int>& apps) {
  Node settings("settings", {{"enabled", enabled ? "true" : "false"},
                             {"inbox", "separate"},
                             {"read_receipts", "true"},
                             {"typing", "true"}});
  wire::Nodes list;
  for (const int app : apps) list.push_back(Node("app", {{"integrator", std::to_string(app)}}));
  if (!list.empty()) settings.content = std::move(list);
  return iq(id, "set", std::string(wire::op::kSettingsNamespace), std::move(settings));
}

TEST(GatekeeperRig, EverybodyGetsConnected) {
  GatekeeperRig rig;
  rig.run([&]() -> net::awaitable<void> {
    const std::string address = co_await rig.enlist("bob");
    const Chat bob = co_await rig.connect_partner("bob", address);
    const Chat alice = co_await rig.connect_native("alice");
    EXPECT_FALSE(bob->closed());
    EXPECT_FALSE(alice->closed());
  });
}

}  // namespace parley::mocks::gatekeeper
