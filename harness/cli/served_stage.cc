#include "harness/cli/served_stage.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <optional>
#include <utility>

#include "harness/base/diagnostic.h"
#include "harness/base/encoding.h"
#include "harness/cli/served_session.h"
#include "harness/crypto/hash.h"
#include "harness/driver/company.h"

namespace parley::cli {
namespace {

// A file is too long for the record, which has its digest; and a pairing code holds a secret.
json::object recordable(const json::object& arguments) {
  json::object out;
  for (const auto& [name, value] : arguments) {
    const bool secret = name == "code" && value.is_string();
    if (name != "content" && !secret) out.emplace(name, value);
  }
  const auto content = get_string(arguments, "content");
  if (!content) return out;
  const Result<Bytes> bytes = decode_base64(*content);
  if (!bytes.ok()) return out;
  out["size"] = bytes->size();
  out["sha256"] = hex(crypto::sha256(*bytes));
  return out;
}

std::string behind(const std::string& hint) { return hint.empty() ? "" : "; " + hint; }

}  // namespace

void ServedStage::record_step(std::string kind, json::object facts) {
  evidence::Observation observation;
  observation.tap = evidence::Tap::kStep;
  observation.role = evidence::Role::kHarness;
  observation.party = "harness";
  observation.kind = std::move(kind);
  observation.facts = std::move(facts);
  recorder_.record(std::move(observation));
}

Status ServedStage::enter(const std::vector<driver::ActorSpec>& cast, ServedSide side,
                          const driver::PartyFactory& make) {
  json::object actors;
  for (std::size_t i = 0; i < cast.size(); ++i) {
    const driver::ActorSpec& actor = cast[i];
    json::object facts = actor.settings;
    facts["kind"] = actor.kind;
    if (!actor.of.empty()) facts["of"] = actor.of;
    if (plays(side, actor.kind)) {
      auto party = make(world_, recorder_, cast, i);
      if (!party.ok()) return at(actor.id, std::move(party).error());
      facts["role"] = json::string(evidence::to_string((*party)->role()));
      parties_.push_back({actor, std::move(party).value()});
    }
    actors[actor.id] = std::move(facts);
  }
  record_step("case.begin", {{"case", kSessionCase},
                             {"actors", std::move(actors)},
                             {"matrix", json::object()},
                             {"side", to_string(side)}});
  return {};
}

net::awaitable<Status> ServedStage::begin() {
  std::vector<driver::Party*> everybody;
  for (const ServedParty& one : parties_) everybody.push_back(one.party.get());
  co_return co_await driver::begin_all(std::move(everybody));
}

net::awaitable<void> ServedStage::finish() {
  record_step("case.end", {{"completed", true}, {"steps", steps_}});
  for (const ServedParty& one : parties_) {
    const Status left = co_await one.party->finish();
    if (!left.ok()) world_.log().warning(at(one.actor.id, left.error()).text());
  }
}

driver::Party* ServedStage::find(std::string_view id) const {
  const auto found =
      std::ranges::find_if(parties_, [&](const ServedParty& one) { return one.actor.id == id; });
  return found == parties_.end() ? nullptr : found->party.get();
}

Result<driver::Party*> ServedStage::named(const std::string& id) const {
  driver::Party* party = find(id);
  if (party != nullptr) return party;
  std::vector<std::string> ids;
  for (const ServedParty& one : parties_) ids.push_back(one.actor.id);
  return make_error(ErrorCode::kNotFound, "nobody is played here by the name \"" + id + "\"" +
                                              behind(did_you_mean(id, ids)));
}

Result<driver::Party*> ServedStage::able(const std::string& actor,
                                         const std::string& operation) const {
  PARLEY_ASSIGN(driver::Party * party, named(actor));
  const std::vector<std::string> operations = party->hello().capabilities;
  const std::string hint = did_you_mean(operation, operations);
  const bool known = std::ranges::find(operations, operation) != operations.end();
  // Some operations are for whoever starts external clients, and introduced by nobody.
  if (known || hint.empty()) return party;
  return make_error(ErrorCode::kUnsupported,
                    actor + " has no operation \"" + operation + "\"" + behind(hint));
}

net::awaitable<Result<json::object>> ServedStage::perform(std::string actor, std::string operation,
                                                          json::object arguments) {
  PARLEY_CO_ASSIGN(driver::Party * party, able(actor, operation));
  if (operation == "send-media") {
    PARLEY_CO_ASSIGN(arguments, scenario::with_media_content(std::move(arguments), media_));
  }
  json::object facts = {
      {"index", steps_++}, {"actor", actor}, {"operation", operation}, {"label", ""}};
  json::object begin = facts;
  begin["arguments"] = recordable(arguments);
  record_step("step.begin", std::move(begin));

  auto outcome = co_await driver::perform_within(world_, *party, std::move(operation),
                                                 std::move(arguments), driver::kOperationDeadline);
  Result<json::object> result = make_error(
      ErrorCode::kTimeout, "no answer within " + duration_text(driver::kOperationDeadline));
  if (outcome) result = *std::move(outcome);
  facts["ok"] = result.ok();
  if (result.ok()) {
    facts["result"] = *result;
  } else {
    facts["error"] = json::object{{"code", json::string(to_string(result.error().code))},
                                  {"message", result.error().text()}};
  }
  record_step("step.end", std::move(facts));
  co_return result;
}

net::awaitable<void> ServedStage::advance(Duration by) {
  record_step("advance", {{"index", steps_++}, {"by", duration_text(by)}});
  co_await world_.advance(by);
}

}  // namespace parley::cli
