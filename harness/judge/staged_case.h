// For tests: the records of a made-up test case, written by hand the way the engine and the taps
// write them. A gatekeeper, a WhatsApp user alice, a partner acme and its user bob.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/encoding.h"
#include "harness/base/json.h"
#include "harness/crypto/hash.h"
#include "harness/evidence/record.h"
#include "harness/judge/check.h"
#include "harness/judge/judge.h"
#include "harness/wire/node.h"
#include "harness/wire/node_codec.h"
#include "harness/wire/profile.h"

namespace parley::judge {

inline constexpr std::string_view kAliceJid = "33612345678@s.whatsapp.net";
inline constexpr std::string_view kBobJid = "1-100@interop";

/// A small profile: enough to tell a right stanza from a wrong one.
inline const wire::Profile& staged_profile() {
  static const wire::Profile profile = [] {
    std::vector<Diagnostic> diagnostics;
    auto parsed = wire::Profile::parse("staged", R"(
profile: staged
title: for tests
operations:
  push:
    transport: http
    direction: server-to-client
    basis: public
    source: test
    http: {method: POST, path: /push}
  server-ping:
    direction: client-to-server
    basis: native-derived
    source: test
    stanza: {tag: iq, attributes: {id: $id:id, type: get, xmlns: "w:p"}}
  chatstate:
    direction: server-to-client
    basis: surrogate
    source: test
    stanza: {tag: chatstate, attributes: {from: $from:jid}, children: [{tag: composing}]}
)",
                                       diagnostics);
    if (!parsed) throw std::logic_error(render(diagnostics));
    return *std::move(parsed);
  }();
  return profile;
}

inline json::array texts(const std::vector<std::string>& list) {
  json::array array;
  for (const std::string& text : list) array.push_back(json::string(text));
  return array;
}

class StagedCase {
 public:
  using Role = evidence::Role;
  using Tap = evidence::Tap;
  using Direction = evidence::Direction;

  /// `iut` names the actors that are products under test.
  explicit StagedCase(std::vector<std::string> iut = {}, bool begin = true) {
    if (!begin) return;
    json::object facts;
    facts["case"] = "staged";
    facts["matrix"] = json::object{};
    facts["actors"] = {
        {"gatekeeper", {{"kind", "gatekeeper"}, {"role", "gatekeeper-server"}}},
        {"alice", {{"kind", "whatsapp-user"}, {"role", "gatekeeper-client"}}},
        {"acme", {{"kind", "partner"}, {"role", "partner-server"}}},
        {"bob", {{"kind", "partner-user"}, {"role", "partner-client"}, {"of", "acme"}}},
        {"mallory",
         {{"kind", "partner-user"}, {"role", "partner-client"}, {"of", "acme"}, {"fault", "x"}}},
    };
    if (!iut.empty()) facts["iut"] = texts(iut);
    step_record("case.begin", std::move(facts));
  }

  static Role role_of(std::string_view party) {
    if (party == "gatekeeper") return Role::kGatekeeperServer;
    if (party == "alice") return Role::kGatekeeperClient;
    if (party == "acme") return Role::kPartnerServer;
    return party == "harness" ? Role::kHarness : Role::kPartnerClient;
  }

  evidence::Record& add(Tap tap, std::string_view party, std::string kind, json::object facts,
                        Direction direction = Direction::kNone, std::string peer = {},
                        Bytes body = {}) {
    evidence::Record record;
    record.tap = tap;
    record.role = role_of(party);
    record.party = party;
    record.peer = std::move(peer);
    record.direction = direction;
    record.kind = std::move(kind);
    record.facts = std::move(facts);
    record.body_size = body.size();
    if (!body.empty()) record.body_sha256 = hex(crypto::sha256(body));
    record.body = std::move(body);
    record.seq = records_.size();
    record.time = now;
    records_.push_back(std::move(record));
    return records_.back();
  }

  void step_record(std::string kind, json::object facts) {
    add(Tap::kStep, "harness", std::move(kind), std::move(facts));
  }

  void begin_step(std::string_view label, std::string_view actor, std::string_view operation,
                  json::object arguments = {}) {
    step_record("step.begin", {{"index", index_},
                               {"actor", actor},
                               {"operation", operation},
                               {"label", label},
                               {"arguments", std::move(arguments)}});
  }
  void end_step(std::string_view label, std::string_view actor, std::string_view operation,
                json::object result) {
    step_record("step.end", {{"index", index_++},
                             {"actor", actor},
                             {"operation", operation},
                             {"label", label},
                             {"ok", true},
                             {"result", std::move(result)}});
  }
  void fail_step(std::string_view label, std::string_view actor, std::string_view operation,
                 std::string_view code) {
    step_record("step.end", {{"index", index_++},
                             {"actor", actor},
                             {"operation", operation},
                             {"label", label},
                             {"ok", false},
                             {"error", {{"code", code}, {"message", "staged"}}}});
  }
  /// Beginning and end at once.
  void step(std::string_view label, std::string_view actor, std::string_view operation,
            json::object result = {}, json::object arguments = {}) {
    begin_step(label, actor, operation, std::move(arguments));
    end_step(label, actor, operation, std::move(result));
  }

  std::uint64_t event(std::string_view actor, std::string_view name, json::object facts) {
    return add(Tap::kEvent, actor, "event." + std::string(name), std::move(facts)).seq;
  }
  /// An await that ends well with the event `sequence` of that actor, counted from 0.
  void await(std::string_view label, std::string_view actor, std::string_view name,
             json::object facts, std::int64_t sequence) {
    begin_await(label, actor, name);
    step_record("await.end", {{"index", index_++},
                              {"actor", actor},
                              {"event", name},
                              {"label", label},
                              {"ok", true},
                              {"facts", std::move(facts)},
                              {"event_seq", sequence}});
  }
  void fail_await(std::string_view label, std::string_view actor, std::string_view name) {
    begin_await(label, actor, name);
    step_record("await.end", {{"index", index_++},
                              {"actor", actor},
                              {"event", name},
                              {"label", label},
                              {"ok", false},
                              {"error", {{"code", "timeout"}, {"message", "staged"}}}});
  }

  std::uint64_t stanza(std::string_view party, Direction direction, std::string_view peer,
                       const wire::Node& node, std::string_view operation = {},
                       std::string_view basis = {}, std::string_view overlay = {}) {
    json::object facts = {{"conn", "c"}, {"node", wire::to_json(node)}};
    if (!operation.empty()) facts["operation"] = operation;
    if (!basis.empty()) facts["basis"] = basis;
    if (!overlay.empty()) facts["overlay"] = overlay;
    return add(Tap::kStanza, party, "stanza", std::move(facts), direction, std::string(peer),
               wire::pack_stanza(node))
        .seq;
  }

  /// A message at its sender (kOut) or receiver (kIn), with `facts` on top of the usual ones.
  std::uint64_t message(std::string_view party, Direction direction, json::object facts) {
    return add(Tap::kMessage, party, "message", std::move(facts), direction).seq;
  }

  void end(bool completed = true) { step_record("case.end", {{"completed", completed}}); }

  std::vector<evidence::Record>& records() { return records_; }

  Finding judge(std::string_view kind, json::object arguments = {}) const {
    return judge_check({"check", std::string(kind), std::move(arguments), {}, CheckRole::kPurpose},
                       records_, staged_profile());
  }

  TimePoint now = from_unix_seconds(1'700'000'000);

 private:
  void begin_await(std::string_view label, std::string_view actor, std::string_view name) {
    step_record("await.begin",
                {{"index", index_}, {"actor", actor}, {"event", name}, {"label", label}});
  }

  std::vector<evidence::Record> records_;
  std::int64_t index_ = 0;
};

/// What tests say about a finding: "fail/iut/not-delivered".
inline std::string told(const Finding& finding) {
  return std::string(to_string(finding.verdict)) + "/" +
         std::string(to_string(finding.attribution)) + "/" + finding.code;
}

}  // namespace parley::judge
