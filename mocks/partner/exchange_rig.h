// For tests: a World, simulated unless the test says otherwise, with the mock gatekeeper, the
// partner birdy with its users bob and ben, and the WhatsApp users alice, who takes messages from
// birdy, and anna, who has not opted in.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/encoding.h"
#include "harness/evidence/recorder.h"
#include "harness/net/world.h"
#include "harness/wire/message_content.h"
#include "harness/wire/profile.h"
#include "mocks/cast/cast.h"
#include "mocks/gatekeeper/gatekeeper.h"
#include "mocks/gatekeeper/native_client.h"
#include "mocks/partner/partner_client.h"
#include "mocks/partner/partner_server.h"

namespace parley::mocks {

class ExchangeRig : public testing::Test {
 protected:
  /// Settings of an actor, put over the usual ones before start().
  void with(const std::string& actor, json::object settings) {
    for (const auto& member : settings) settings_[actor][member.key()] = member.value();
  }

  void start() {
    make_world();
    ASSERT_NE(world_, nullptr);
    recorder_ = std::make_unique<evidence::Recorder>(world_->clock());
    std::vector<Diagnostic> diagnostics;
    const std::vector<std::filesystem::path> files = {PARLEY_SOURCE_DIR
                                                      "/schemas/wire/wa-public-1.0.3.yaml"};
    auto profile = wire::Profile::load(files, diagnostics);
    ASSERT_TRUE(profile.has_value()) << render(diagnostics);
    profile_ = std::make_shared<const wire::Profile>(std::move(*profile));
    auto cast = read_cast(actors());
    ASSERT_TRUE(cast.ok()) << cast.error().text();
    cast->interceptor = interceptor_;
    net::World& world = *world_;
    evidence::Recorder& recorder = *recorder_;
    add("gatekeeper", make_gatekeeper(world, recorder, *cast, "gatekeeper", profile_));
    add("birdy", make_partner_server(world, recorder, *cast, "birdy"));
    for (const char* id : {"bob", "ben"}) {
      add(id, make_partner_client(world, recorder, *cast, id, profile_));
    }
    for (const char* id : {"alice", "anna"}) {
      add(id, make_native_client(world, recorder, *cast, id, profile_));
    }
  }

  ~ExchangeRig() override {
    if (world_ != nullptr) world_->shutdown();
  }

  /// Lets what all parties say and do pass through it, to the World's end; before start().
  void intercept(Interceptor& interceptor) { interceptor_ = &interceptor; }

  void play(std::function<net::awaitable<void>()> story) {
    if (world_ == nullptr) start();
    ASSERT_NE(world_, nullptr);
    const Status status = net::run(*world_, told(std::move(story)));
    EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().text());
  }

  /// bob enlists and connects, alice connects.
  net::awaitable<void> pair_up() {
    const json::object enlisted = co_await ok("bob", "enlist");
    EXPECT_EQ(text_of(enlisted, "status"), "ok");
    EXPECT_EQ(text_of(co_await ok("bob", "connect"), "status"), "ok");
    EXPECT_EQ(text_of(co_await ok("alice", "connect"), "status"), "ok");
  }

  net::awaitable<Result<json::object>> perform(std::string actor, std::string operation,
                                               json::object arguments = {}) {
    co_return co_await parties_.at(actor)->perform(std::move(operation), std::move(arguments));
  }

  /// The result; a failed test and an empty object where it is an Error.
  net::awaitable<json::object> ok(std::string actor, std::string operation,
                                  json::object arguments = {}) {
    const std::string what = actor + " " + operation;
    auto result = co_await perform(std::move(actor), std::move(operation), std::move(arguments));
    EXPECT_TRUE(result.ok()) << what << ": " << (result.ok() ? "" : result.error().text());
    co_return result.ok() ? *std::move(result) : json::object();
  }

  /// Sends a text and returns its id.
  net::awaitable<std::string> send(std::string from, std::string to, std::string text) {
    json::object arguments{{"to", to}, {"text", text}};
    co_return text_of(co_await ok(std::move(from), "send-text", std::move(arguments)), "id");
  }

  /// The same, without waiting for it.
  void send_meanwhile(std::string from, std::string to, std::string text) {
    world_->spawn(forget_id(send(std::move(from), std::move(to), std::move(text))));
  }

  /// The facts of the first event of that name that has these facts, waiting for it for a minute.
  net::awaitable<json::object> event(std::string actor, std::string name, json::object where = {}) {
    driver::EventLog& log = parties_.at(actor)->events();
    const auto match = [&](const driver::Event& event) {
      return event.name == name && has(event.facts, where);
    };
    auto found = co_await log.wait(0, match, world_->now() + std::chrono::minutes(1));
    EXPECT_TRUE(found.ok()) << actor << ": no " << name << " " << canonical(where) << " among "
                            << told_events(actor);
    co_return found.ok() ? log.events()[*found].facts : json::object();
  }

  /// How many events of that name with these facts there are by now.
  std::size_t count(const std::string& actor, std::string_view name,
                    const json::object& where = {}) {
    std::size_t found = 0;
    for (const driver::Event& event : parties_.at(actor)->events().events()) {
      if (event.name == name && has(event.facts, where)) ++found;
    }
    return found;
  }

  static bool has(const json::object& facts, const json::object& where) {
    for (const auto& member : where) {
      const json::value* value = facts.if_contains(member.key());
      if (value == nullptr || *value != member.value()) return false;
    }
    return true;
  }

  static std::string text_of(const json::object& object, std::string_view key) {
    return std::string(get_string(object, key).value_or("(none)"));
  }

  std::string told_events(const std::string& actor) {
    std::string out;
    for (const driver::Event& event : parties_.at(actor)->events().events()) {
      out += "\n  " + event.name + " " + canonical(event.facts);
    }
    return out;
  }

  /// Records of that kind made at that party.
  std::vector<const evidence::Record*> records(std::string_view party, std::string_view kind) {
    std::vector<const evidence::Record*> out;
    for (const evidence::Record& record : recorder_->records()) {
      if (record.party == party && record.kind == kind) out.push_back(&record);
    }
    return out;
  }

  NullLog log_;
  bool over_sockets_ = false;
  std::unique_ptr<net::World> world_;
  std::unique_ptr<evidence::Recorder> recorder_;
  std::shared_ptr<const wire::Profile> profile_;
  std::map<std::string, std::unique_ptr<driver::Party>> parties_;

 private:
  void make_world() {
    const TimePoint begin = from_unix_seconds(1'790'000'000);
    if (over_sockets_) {
      net::SocketOptions options;
      options.start = begin;
      auto world = net::make_socket_world(options, log_);
      ASSERT_TRUE(world.ok()) << world.error().text();
      world_ = *std::move(world);
    } else {
      net::SimOptions options;
      options.start = begin;
      world_ = net::make_sim_world(options, log_);
    }
  }

  static net::awaitable<Status> told(std::function<net::awaitable<void>()> story) {
    co_await story();
    co_return Status();
  }

  static net::awaitable<void> forget_id(net::awaitable<std::string> sending) {
    co_await std::move(sending);
  }

  std::vector<driver::ActorSpec> actors() {
    std::vector<driver::ActorSpec> actors = {
        {"gatekeeper", "gatekeeper", "", {}},
        {"birdy", "partner", "", {}},
        {"bob", "partner-user", "birdy", {{"identifier", "bob@birdy.test"}}},
        {"ben", "partner-user", "birdy", {{"identifier", "ben@birdy.test"}}},
        {"alice",
         "whatsapp-user",
         "",
         {{"number", "33612345678"}, {"third_party_chats", true}, {"apps", {"birdy"}}}},
        {"anna", "whatsapp-user", "", {{"number", "33687654321"}}},
    };
    for (driver::ActorSpec& actor : actors) {
      for (const auto& member : settings_[actor.id]) {
        actor.settings[member.key()] = member.value();
      }
    }
    return actors;
  }

  void add(const std::string& id, Result<std::unique_ptr<driver::Party>> party) {
    ASSERT_TRUE(party.ok()) << id << ": " << party.error().text();
    parties_[id] = *std::move(party);
  }

  std::map<std::string, json::object> settings_;
  Interceptor* interceptor_ = nullptr;
};

}  // namespace parley::mocks
