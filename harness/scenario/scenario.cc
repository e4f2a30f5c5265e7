#include "harness/scenario/scenario.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "harness/scenario/value.h"

namespace parley::scenario {
namespace {

json::object act_json(const Operation& operation) {
  json::object out = {
      {"do", operation.operation}, {"actor", operation.actor}, {"with", operation.arguments}};
  if (operation.expect) out["expect"] = *operation.expect;
  if (operation.expect_error) out["expect-error"] = to_string(*operation.expect_error);
  return out;
}

json::object act_json(const Await& await) {
  return {{"await", await.event},
          {"actor", await.actor},
          {"where", await.where},
          {"within", duration_text(await.within)}};
}

json::object act_json(const Advance& advance) { return {{"advance", duration_text(advance.by)}}; }

json::object act_json(const Settle&) { return {{"settle", true}}; }

json::object actor_json(const Actor& actor) {
  json::object out = {
      {"id", actor.id}, {"kind", to_string(actor.kind)}, {"settings", actor.settings}};
  if (!actor.of.empty()) out["of"] = actor.of;
  if (!actor.preset.empty()) out["preset"] = actor.preset;
  return out;
}

json::object check_json(const Check& check) {
  json::object out = {
      {"id", check.id},
      {"kind", check.kind},
      {"requirements", json::array(check.requirements.begin(), check.requirements.end())},
      {"arguments", check.arguments}};
  if (check.when_observable) out[kWhenObservable] = true;
  return out;
}

}  // namespace

const Actor* TestCase::find_actor(std::string_view actor_id) const {
  return scenario::find_actor(actors, actor_id);
}

json::object to_json(const TestCase& test_case) {
  json::array actors;
  for (const Actor& actor : test_case.actors) actors.push_back(actor_json(actor));
  json::array steps;
  for (const Step& step : test_case.steps) {
    json::object one = std::visit([](const auto& act) { return act_json(act); }, step.act);
    if (!step.label.empty()) one["as"] = step.label;
    steps.push_back(std::move(one));
  }
  json::array checks;
  for (const Check& check : test_case.checks) checks.push_back(check_json(check));
  json::object out = {{"id", test_case.id},         {"scenario", test_case.scenario},
                      {"matrix", test_case.matrix}, {"actors", std::move(actors)},
                      {"steps", std::move(steps)},  {"checks", std::move(checks)}};
  if (!test_case.seats.empty()) {
    out["seats"] = json::array(test_case.seats.begin(), test_case.seats.end());
  }
  return out;
}

}  // namespace parley::scenario
