#include "mocks/partner/partner_proxy.h"

#include <utility>

#include "mocks/client/proxy_preface.h"

namespace parley::mocks {
namespace {

using net::awaitable;
using net::Stream;

constexpr std::size_t kReadBytes = 64 * 1024;

std::string connection_name(const std::string& party, const ServiceHosts& service) {
  const bool usual = service.service == kWhatsapp;
  return party + (usual ? "" : "-" + std::string(service.service)) + "-proxy-";
}

}  // namespace

bool is_proxy_fault(std::string_view fault) {
  return fault == kMultiplexingProxy || fault == kKeepsUpstream || fault == kWrongClientIp;
}

// One client and its connection to the gatekeeper.
struct PartnerProxy::Link {
  std::string name;
  std::shared_ptr<Stream> client;
  std::shared_ptr<Stream> upstream;
};

PartnerProxy::PartnerProxy(net::World& world, Observer observer, std::string host,
                           const ServiceHosts& service, std::string fault)
    : world_(world),
      observer_(std::move(observer)),
      host_(std::move(host)),
      service_(service),
      fault_(std::move(fault)),
      name_(connection_name(observer_.party, service)) {}

Status PartnerProxy::start() {
  PARLEY_ASSIGN(listener_,
                world_.network().listen({host_, service_.chat.port}, net::Security::kPlain));
  world_.spawn(accept_all(world_, listener_, *this));
  return {};
}

awaitable<void> PartnerProxy::accept_all(net::World& world, std::shared_ptr<net::Listener> listener,
                                         PartnerProxy& proxy) {
  for (;;) {
    Result<std::unique_ptr<Stream>> client = co_await listener->accept();
    if (!client.ok()) co_return;
    world.spawn(proxy.serve(std::shared_ptr<Stream>(std::move(*client))));
  }
}

awaitable<Result<std::shared_ptr<Stream>>> PartnerProxy::open_upstream(const Link& link) {
  if (departs(kMultiplexingProxy) && shared_upstream_ != nullptr) co_return shared_upstream_;
  PARLEY_CO_ASSIGN(std::shared_ptr<Stream> upstream,
                   co_await world_.network().connect(host_, service_.chat, net::Security::kPlain));
  const std::string& address = departs(kWrongClientIp) ? host_ : link.client->remote_host();
  PARLEY_CO_TRY(co_await upstream->write(write_proxy_preface(address)));
  if (departs(kMultiplexingProxy)) shared_upstream_ = upstream;
  co_return upstream;
}

awaitable<void> PartnerProxy::serve(std::shared_ptr<Stream> client) {
  auto link = std::make_shared<Link>();
  link->name = name_ + std::to_string(++connections_);
  link->client = std::move(client);
  Result<std::shared_ptr<Stream>> upstream = co_await open_upstream(*link);
  if (!upstream.ok()) {
    link->client->close();
    co_return;
  }
  link->upstream = std::move(*upstream);
  links_.push_back(link);
  world_.spawn(pass(link, false));
  co_await pass(link, true);
}

// Each end's going away takes the other with it.
awaitable<void> PartnerProxy::pass(std::shared_ptr<Link> link, bool upwards) {
  Stream& from = upwards ? *link->client : *link->upstream;
  Stream& to = upwards ? *link->upstream : *link->client;
  for (;;) {
    const Result<Bytes> bytes = co_await from.read_some(kReadBytes);
    if (!bytes.ok()) break;
    record(*link, upwards, *bytes);
    Bytes passing = *bytes;
    if (observer_.interceptor != nullptr) {
      observer_.interceptor->bytes(
          observer_, upwards ? evidence::Direction::kOut : evidence::Direction::kIn, passing);
    }
    if (departs("alters-bytes") && !passing.empty()) passing.back() ^= 1;
    if (departs(kHangsUp)) break;
    if (departs(kLags)) co_await world_.wait_for(kLag);
    const Status written = co_await to.write(passing);
    if (!written.ok() && (upwards || !departs(kKeepsUpstream))) break;
  }
  if (upwards && departs(kKeepsUpstream)) co_return;
  from.close();
  to.close();
  if (upwards && departs("ends-all")) {
    for (const std::weak_ptr<Link>& other : links_) {
      if (const auto there = other.lock()) there->client->close();
    }
  }
}

void PartnerProxy::record(const Link& link, bool upwards, const Bytes& bytes) const {
  evidence::Observation observation;
  observation.tap = evidence::Tap::kNoise;
  observation.role = evidence::Role::kPartnerProxy;
  observation.party = observer_.party;
  observation.peer = upwards ? link.client->remote_host() : link.upstream->remote_host();
  observation.direction = evidence::Direction::kIn;
  observation.kind = "proxy.bytes";
  observation.facts = {{"conn", link.name},
                       {"client", link.client->remote_host()},
                       {"leg", upwards ? "from-client" : "from-gatekeeper"}};
  observation.body = bytes;
  observer_.recorder->record(std::move(observation));
}

}  // namespace parley::mocks
