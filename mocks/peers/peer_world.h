// For tests: a World over loopback sockets in which programs of other people take part, through the
// doors that any program has: a port of 127.0.0.1 and the World's CA.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/evidence/recorder.h"
#include "harness/net/http.h"
#include "harness/wire/profile.h"
#include "mocks/cast/cast.h"
#include "mocks/cast/hosts.h"
#include "mocks/gatekeeper/gatekeeper.h"
#include "mocks/gatekeeper/native_client.h"
#include "mocks/partner/partner_server.h"

namespace parley::peers {

inline constexpr TimePoint kPeerWorldStart{std::chrono::seconds(1'790'000'000)};

/// The gatekeeper, alice, who takes messages from birdy and wren, and two partners: birdy
/// (integrator 1, user bob) and wren (integrator 2, user wendy). Who is there is up to the test: it
/// calls add_*, and may serve wren's host itself.
class PeerWorld : public testing::Test {
 protected:
  PeerWorld() {
    net::SocketOptions options;
    options.start = kPeerWorldStart;
    auto world = net::make_socket_world(options, log_);
    if (!world.ok()) ADD_FAILURE() << world.error().text();
    world_ = std::move(*world);
    recorder_ = std::make_unique<evidence::Recorder>(world_->clock());
    auto cast = mocks::read_cast(actors());
    if (!cast.ok()) ADD_FAILURE() << cast.error().text();
    cast_ = std::move(*cast);
    std::vector<Diagnostic> diagnostics;
    const std::vector<std::filesystem::path> files = {PARLEY_SOURCE_DIR
                                                      "/schemas/wire/wa-public-1.0.3.yaml"};
    auto profile = wire::Profile::load(files, diagnostics);
    if (!profile.has_value()) ADD_FAILURE() << render(diagnostics);
    profile_ = std::make_shared<const wire::Profile>(std::move(*profile));
    // Outside programs take the CA as a file.
    ca_file_ = testing::TempDir() + "parley-peers-ca-" + std::to_string(getpid()) + ".pem";
    std::ofstream(ca_file_) << world_->network().ca_pem();
  }
  ~PeerWorld() override {
    world_->shutdown();
    std::filesystem::remove(ca_file_);
  }

  void add_gatekeeper() {
    add("gatekeeper", mocks::make_gatekeeper(*world_, *recorder_, cast_, "gatekeeper", profile_));
  }
  void add_partner(const std::string& id) {
    add(id, mocks::make_partner_server(*world_, *recorder_, cast_, id));
  }
  void add_alice() {
    add("alice", mocks::make_native_client(*world_, *recorder_, cast_, "alice", profile_));
  }

  /// Serves a host of the World by the test's own hand.
  void serve(const net::Address& address, net::HttpHandler handler) {
    auto listener = world_->network().listen(address, net::Security::kTls);
    if (!listener.ok()) {
      ADD_FAILURE() << listener.error().text();
      return;
    }
    world_->spawn(net::http_serve(*world_, std::move(*listener), std::move(handler)));
  }

  /// Runs the test's story to its end.
  void play(const std::function<net::awaitable<void>()>& story) {
    auto main = [&story]() -> net::awaitable<Status> {
      co_await story();
      co_return Status();
    };
    const Status status = net::run(*world_, main());
    EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().text());
  }

  /// What `call` returns. It blocks, for it waits for another program, which waits for this World:
  /// so it runs on a thread of its own. It must not touch the World.
  template <class T>
  net::awaitable<T> meanwhile(std::function<T()> call) {
    std::future<T> result = std::async(std::launch::async, std::move(call));
    while (result.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
      co_await world_->wait_for(std::chrono::milliseconds(2));
    }
    co_return result.get();
  }

  std::uint16_t port_of(const net::Address& address) const {
    const std::string outside = world_->network().external_address(address);
    return static_cast<std::uint16_t>(std::stoi(outside.substr(outside.rfind(':') + 1)));
  }
  /// "https://127.0.0.1:PORT/path": certificates hold for that address too.
  std::string url(const net::Address& address, std::string_view path) const {
    return "https://127.0.0.1:" + std::to_string(port_of(address)) + std::string(path);
  }

  /// The facts of the newest event of that name, or empty.
  json::object last_event(const std::string& party, std::string_view name) {
    json::object facts;
    for (const driver::Event& event : parties_.at(party)->events().events()) {
      if (event.name == name) facts = event.facts;
    }
    return facts;
  }

  NullLog log_;
  std::unique_ptr<net::World> world_;
  std::unique_ptr<evidence::Recorder> recorder_;
  mocks::Cast cast_;
  std::shared_ptr<const wire::Profile> profile_;
  std::string ca_file_;
  std::map<std::string, std::unique_ptr<driver::Party>> parties_;

 private:
  static std::vector<driver::ActorSpec> actors() {
    json::object alice{{"number", "33612345678"},
                       {"third_party_chats", true},
                       {"apps", json::array{"birdy", "wren"}}};
    return {{"gatekeeper", "gatekeeper", "", {}},
            {"birdy", "partner", "", {}},
            {"wren", "partner", "", {}},
            {"bob", "partner-user", "birdy", {{"identifier", "bob@birdy.test"}}},
            {"wendy", "partner-user", "wren", {{"identifier", "wendy@wren.test"}}},
            {"alice", "whatsapp-user", "", std::move(alice)}};
  }

  void add(const std::string& id, Result<std::unique_ptr<driver::Party>> party) {
    ASSERT_TRUE(party.ok()) << id << ": " << party.error().text();
    parties_[id] = std::move(*party);
  }
};

}  // namespace parley::peers
