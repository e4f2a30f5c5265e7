// Whether identifiers and keys are one service's own: those that a user enlists with, and those
// that the services publish.
#include <array>
#include <map>
#include <string>
#include <variant>

#include "harness/base/json.h"
#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"
#include "harness/judge/service_view.h"

namespace parley::judge {
namespace {

using evidence::Direction;

/// Keys in an enlistment, and what they are.
struct KeyField {
  std::string_view name;
  std::string_view meaning;
};
constexpr std::array<KeyField, 3> kKeyFields{{{"e_ident", "identity key"},
                                              {"authkey", "key of the chat connection"},
                                              {"e_skey_val", "signed prekey"}}};
constexpr std::string_view kKeySetTarget = "/.well-known/jwks";

/// One enlistment that succeeded: what the user asked for, and what the service gave.
struct Enlisted {
  const StepView* step = nullptr;
  const Record* request = nullptr;
  std::string service;

  std::string field(std::string_view name) const {
    const json::object* form = get_object(request->facts, "form");
    return std::string(get_string(*form, name).value_or(""));
  }
};

/// The form as it left the device or reached the server, while the step was under way.
const Record* form_of(const CaseView& view, const StepView& step) {
  for (const Record& record : view.records()) {
    if (record.seq < step.begin->seq || record.seq > step.end->seq) continue;
    const json::object* form = get_object(record.facts, "form");
    if (record.kind != "http.request" || form == nullptr || !form->contains("e_ident")) continue;
    if (record.party == step.actor || view.actor_at(record.peer) == step.actor) return &record;
  }
  return nullptr;
}

std::variant<Enlisted, Finding> enlistment(const CaseView& view, const std::string& label) {
  const StepView* step = view.step(label);
  if (step == nullptr) return view.not_reached(label);
  if (!step->ok()) return view.not_performed(*step);
  const std::string expected = "\"" + label + "\" enlists a user";
  if (get_string(*step->outcome(), "status") != "ok") {
    return undecided("not-enlisted", expected, step->text() + ", and is refused", {step->end->seq},
                     Attribution::kUnknown);
  }
  const Record* request = form_of(view, *step);
  if (request == nullptr) {
    return harness_error("no-enlistment", expected, "no enlistment form is on record",
                         {step->end->seq});
  }
  return Enlisted{step, request, std::string(service_of(view, step->actor))};
}

/// What a partner has fetched: service -> its keys, by their modulus.
struct KeySets {
  std::map<std::string, std::map<std::string, std::uint64_t>> of_service;
  Evidence evidence;
};

void add_key_set(const Record& record, std::string_view service, KeySets& sets) {
  const auto body = parse_json(as_text(record.body), "key set");
  const json::array* keys =
      body.ok() && body->is_object() ? get_array(body->get_object(), "keys") : nullptr;
  if (keys == nullptr) return;
  for (const json::value& key : *keys) {
    const json::object* object = key.if_object();
    const auto modulus = object == nullptr ? std::nullopt : get_string(*object, "n");
    if (modulus) sets.of_service[std::string(service)].emplace(*modulus, record.seq);
  }
  sets.evidence.push_back(record.seq);
}

KeySets key_sets_at(const CaseView& view, const std::string& partner) {
  KeySets sets;
  for (const Record& record : view.records()) {
    const std::string_view service = service_of_peer(view, record);
    if (record.party != partner || record.kind != "http.response" || service.empty() ||
        record.direction != Direction::kIn || get_string(record.facts, "target") != kKeySetTarget) {
      continue;
    }
    add_key_set(record, service, sets);
  }
  return sets;
}

}  // namespace

Finding judge_enlistments_apart(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string expected = "one user's enlistments at two services share no key";
  auto one = enlistment(view, text_argument(input.arguments, "first"));
  if (auto* finding = std::get_if<Finding>(&one)) return std::move(*finding);
  auto two = enlistment(view, text_argument(input.arguments, "then"));
  if (auto* finding = std::get_if<Finding>(&two)) return std::move(*finding);
  const Enlisted& first = std::get<Enlisted>(one);
  const Enlisted& then = std::get<Enlisted>(two);
  const Evidence evidence = {first.request->seq, then.request->seq};
  if (first.service == then.service || first.field("identifier") != then.field("identifier")) {
    return harness_error("senseless-comparison", expected,
                         "not one identifier at two services: \"" + first.field("identifier") +
                             "\" at " + first.service + ", \"" + then.field("identifier") +
                             "\" at " + then.service,
                         evidence);
  }
  std::size_t compared = 0;
  for (const KeyField& key : kKeyFields) {
    const std::string value = first.field(key.name);
    if (!value.empty()) ++compared;
    if (value.empty() || value != then.field(key.name)) continue;
    return failed("key-shared", expected,
                  "the " + std::string(key.meaning) + " is the same at " + first.service +
                      " and at " + then.service + " (" + cite(evidence) + ")",
                  evidence, view.blame(text_argument(input.arguments, "blames")));
  }
  return passed(expected,
                plural(compared, "key") + " differ between " + first.service + " and " +
                    then.service + ", " + cite(evidence),
                evidence);
}

Finding judge_key_sets_apart(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string at = text_argument(input.arguments, "at");
  const std::string expected = "the services publish keys of their own, as " + at + " sees them";
  if (view.actor(at) == nullptr) {
    return harness_error("no-such-actor", expected, "the case has no actor \"" + at + "\"");
  }
  const KeySets sets = key_sets_at(view, at);
  if (sets.of_service.size() < 2) {
    return undecided("one-key-set", expected,
                     at + " fetched the keys of " + plural(sets.of_service.size(), "service"),
                     sets.evidence, Attribution::kUnknown);
  }
  std::map<std::string, std::string> owner;
  for (const auto& [service, keys] : sets.of_service) {
    for (const auto& [modulus, seq] : keys) {
      const auto [other, fresh] = owner.emplace(modulus, service);
      if (fresh) continue;
      return failed("key-shared", expected,
                    other->second + " and " + service + " publish the same key (record " +
                        std::to_string(seq) + ")",
                    sets.evidence, view.blame(text_argument(input.arguments, "blames")));
    }
  }
  return passed(expected,
                plural(owner.size(), "key") + " of " + plural(sets.of_service.size(), "service") +
                    ": none shared, " + cite(sets.evidence),
                sets.evidence);
}

}  // namespace parley::judge
