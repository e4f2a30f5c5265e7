// What the parts of one mock client share: who it is, the World around it, and the connection that
// it has at the moment.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "harness/driver/party.h"
#include "harness/net/world.h"
#include "harness/wire/node.h"
#include "harness/wire/profile.h"
#include "mocks/client/chat_connection.h"
#include "mocks/client/client_fault.h"
#include "mocks/tap/observer.h"

namespace parley::mocks::client {

/// What a client knows of its owner and must keep to itself.
struct PersonalData {
  std::string name;
  std::vector<std::string> contacts;
};

struct ClientContext {
  ClientContext(net::World& world_, evidence::Recorder& recorder, std::string id_,
                evidence::Role role_, std::shared_ptr<const wire::Profile> profile_,
                ClientFault fault_, Interceptor* interceptor = nullptr)
      : world(world_),
        observer{&recorder, role_, id_, interceptor},
        id(std::move(id_)),
        role(role_),
        profile(std::move(profile_)),
        fault(fault_),
        random(
            world.random(departs(ClientFault::kOneKeyForAll) ? "client of all" : "client " + id)),
        events(world, recorder, id, role) {}

  /// kClosed while there is no connection.
  Status send(Result<wire::Node> node) {
    PARLEY_TRY(connected());
    PARLEY_ASSIGN(const wire::Node sent, std::move(node));
    return connection->send(sent);
  }

  /// Renders a request with a fresh id and waits for its answer.
  net::awaitable<Result<wire::Node>> request(
      std::function<Result<wire::Node>(const std::string& id)> render) {
    PARLEY_CO_TRY(connected());
    const auto held = connection;
    PARLEY_CO_ASSIGN(wire::Node node, render(held->next_id()));
    co_return co_await held->request(std::move(node));
  }

  /// Whether the client has that defect: by its setting, or because somebody interferes.
  /// The same for rules that have a name only.
  bool departs(std::string_view rule) const { return observer.departs(rule); }
  bool departs(ClientFault what) const {
    return fault == what || observer.departs(to_string(what));
  }

  Status connected() const {
    if (connection == nullptr) return make_error(ErrorCode::kClosed, id + " is not connected");
    return {};
  }

  net::World& world;
  const Observer observer;
  const std::string id;  ///< actor id
  const evidence::Role role;
  const std::shared_ptr<const wire::Profile> profile;
  const ClientFault fault;
  const std::unique_ptr<Random> random;
  driver::EventLog events;

  PersonalData personal;
  net::Address media_host;                     ///< of the service that the client uses
  bool franking = false;                       ///< commits to every message that it sends
  wire::Jid own;                               ///< empty until known
  std::shared_ptr<ChatConnection> connection;  ///< null while there is none
  std::function<std::string(const wire::Jid&)> actor_of = [](const wire::Jid&) {
    return std::string();
  };  ///< actor id where known, else empty
};

/// Adds `name`: the address, and `name`_actor: the actor id where it is known.
inline void add_address(json::object& facts, std::string_view name, const wire::Jid& jid,
                        const ClientContext& context) {
  facts[name] = jid.text();
  const std::string actor = context.actor_of(jid);
  if (!actor.empty()) facts[std::string(name) + "_actor"] = actor;
}

}  // namespace parley::mocks::client
