#include "mocks/gatekeeper/chat_server.h"

#include <algorithm>
#include <utility>

#include "harness/net/outside.h"
#include "harness/net/websocket.h"
#include "harness/wire/certificate_chain.h"
#include "mocks/cast/hosts.h"
#include "mocks/cast/test_root.h"
#include "mocks/gatekeeper/chat_session.h"
#include "mocks/gatekeeper/proxied_stream.h"

namespace parley::mocks::gatekeeper {
namespace {

constexpr Duration kShortValidity = std::chrono::hours(24);
constexpr Duration kExpiredFor = std::chrono::hours(24);

/// Whose device that is; empty where it is nobody's of the cast.
std::string actor_at(const Cast& cast, std::string_view host) {
  for (const WhatsappUserSettings& user : cast.whatsapp_users) {
    if (device_host(user.id) == host) return user.id;
  }
  for (const PartnerUserSettings& user : cast.partner_users) {
    if (device_host(user.id) == host) return user.id;
  }
  return "";
}

}  // namespace

ChatServer::ChatServer(Backend& backend)
    : backend_(backend), static_key_(crypto::X25519KeyPair::generate(*backend.random)) {
  certificate_chain_ = wire::build_valid_certificate_chain(
      chat_test_root(), crypto::XeddsaKeyPair::generate(*backend.random), static_key_.public_key(),
      backend.world.now());
}

net::awaitable<void> ChatServer::serve_tcp(std::shared_ptr<net::Listener> listener) {
  for (;;) {
    Result<std::unique_ptr<net::Stream>> stream = co_await listener->accept();
    if (!stream.ok()) co_return;
    backend_.world.spawn(greet(std::move(*stream)));
  }
}

net::awaitable<void> ChatServer::serve_websocket(std::shared_ptr<net::Listener> listener) {
  for (;;) {
    Result<std::unique_ptr<net::Stream>> stream = co_await listener->accept();
    if (!stream.ok()) co_return;
    backend_.world.spawn(upgrade(std::move(*stream)));
  }
}

net::awaitable<void> ChatServer::greet(std::unique_ptr<net::Stream> stream) {
  const auto partner =
      std::ranges::find_if(backend_.cast.partners, [&](const PartnerSettings& candidate) {
        return partner_host(candidate.id).host == stream->remote_host();
      });
  if (partner == backend_.cast.partners.end()) return serve_stream(std::move(stream));
  return serve_proxied(partner->id, std::move(stream));
}

net::awaitable<void> ChatServer::serve_proxied(std::string partner,
                                               std::unique_ptr<net::Stream> stream) {
  Result<ProxiedStream> proxied =
      co_await take_preface(backend_.world, std::move(stream), kLoginPeriod);
  if (!proxied.ok()) {
    backend_.events.push("proxy-refused",
                         {{"partner", partner}, {"reason", proxied.error().text()}});
    co_return;
  }
  // A proxy in a process of its own knows its clients by numbers.
  net::Outside* outside = net::outside_of(backend_.world);
  const std::string host = outside == nullptr ? "" : outside->host_at(proxied->client_address);
  const json::object facts = {
      {"partner", partner},
      {"address", host.empty() ? proxied->client_address : host},
      {"connection", backend_.observer.party + "-" + std::to_string(connections_ + 1)}};
  backend_.events.push("proxied", facts);
  co_await serve_stream(std::move(proxied->stream));
  backend_.events.push("proxied-end", facts);
}

net::awaitable<void> ChatServer::upgrade(std::unique_ptr<net::Stream> stream) {
  Result<std::unique_ptr<net::Stream>> upgraded =
      co_await net::websocket_accept(backend_.world, std::move(stream));
  if (upgraded.ok()) co_await serve_stream(std::move(*upgraded));
}

/// The chain that the server shows to the user, wrong where the scenario has ordered it so.
Bytes ChatServer::chain_for(const std::string& actor) {
  const auto order = backend_.disturbances.take(actor, Stage::kCertificate);
  if (!order) return certificate_chain_;
  note_disturbance(backend_, *order->kind, actor, "");
  crypto::XeddsaKeyPair root = chat_test_root();
  crypto::PublicKey key = static_key_.public_key();
  TimePoint from = backend_.world.now();
  if (order->kind->name == "certificate-wrong-issuer") {
    root = crypto::XeddsaKeyPair::generate(*backend_.random);
  } else if (order->kind->name == "certificate-other-key") {
    key = crypto::X25519KeyPair::generate(*backend_.random).public_key();
  } else {
    from -= kExpiredFor + kShortValidity;
  }
  return wire::build_valid_certificate_chain(
      root, crypto::XeddsaKeyPair::generate(*backend_.random), key, from, kShortValidity);
}

net::awaitable<void> ChatServer::serve_stream(std::unique_ptr<net::Stream> stream) {
  const std::string actor = actor_at(backend_.cast, stream->remote_host());
  if (backend_.chat == ChatService::kDown) {
    json::object facts = {{"from", stream->remote_host()}};
    if (!actor.empty()) facts["from_actor"] = actor;
    backend_.events.push("turned-away", std::move(facts));
    stream->close();
    co_return;
  }
  wire::ChatServerConfig config(static_key_);
  config.certificate_chain = chain_for(actor);
  config.limits.frame_bytes = kMaxFrameFromClient;
  ChatTap tap(backend_.observer, ChatEnd::kServer, backend_.profile,
              backend_.observer.party + "-" + std::to_string(++connections_),
              stream->remote_host());
  const auto session =
      std::make_shared<ChatSession>(backend_, std::move(config), std::move(tap), std::move(stream));
  co_await session->serve();
}

}  // namespace parley::mocks::gatekeeper
