#include "harness/cli/gatekeeper_acts.h"

#include <algorithm>
#include <array>

namespace parley::cli {
namespace {

struct HarnessAct {
  std::string_view operation;
  std::string_view argument;  ///< only where the step has it; empty: always
  std::string_view why;
};

constexpr std::string_view kSealed =
    "it changes what passes between server and client, which is sealed for everybody else";
constexpr std::string_view kForged =
    "a partner is put to the test by a call that no sound gatekeeper makes";

constexpr std::array kActs = std::to_array<HarnessAct>({
    {"fault", "", kSealed},
    {"inject", "", kSealed},
    {"set", "", "it is done inside the server, to its own media host or chat service"},
    {"probe-tls", "", kForged},
    {"send-push", "token", kForged},
    {"send-push", "identifier", kForged},
    {"send-push", "tls", kForged},
});

// A connection is cut on the harness's own line to the server, over TCP.
constexpr std::string_view kCut = "cut-connection";

std::string cannot_cut(const scenario::TestCase& test_case, const scenario::Step& step) {
  const auto* operation = std::get_if<scenario::Operation>(&step.act);
  if (operation == nullptr || operation->operation != kCut) return {};
  const auto to = get_string(operation->arguments, "to");
  const scenario::Actor* user = to ? test_case.find_actor(*to) : nullptr;
  if (user == nullptr) return {};
  if (get_string(user->settings, "transport") == "websocket") {
    return "the connection of " + user->id +
           " cannot be cut at a byte of the chat's: TLS is around";
  }
  const scenario::Actor* partner = test_case.find_actor(user->of);
  if (partner == nullptr || !get_bool(partner->settings, "proxy").value_or(false)) return {};
  return "the connection of " + user->id + " cannot be told from others of its partner's proxy";
}

const HarnessAct* act_of(const scenario::Operation& operation) {
  const auto act = std::ranges::find_if(kActs, [&](const HarnessAct& one) {
    return one.operation == operation.operation &&
           (one.argument.empty() || operation.arguments.contains(one.argument));
  });
  return act == kActs.end() ? nullptr : &*act;
}

}  // namespace

bool is_harness_act(std::string_view operation) {
  return operation == kCut || std::ranges::any_of(kActs, [operation](const HarnessAct& act) {
           return act.operation == operation && act.argument.empty();
         });
}

std::string needs_harness_act(const scenario::TestCase& test_case) {
  for (const scenario::Actor& actor : test_case.actors) {
    const bool is_gatekeeper = actor.kind == scenario::ActorKind::kGatekeeper;
    if (!is_gatekeeper || !actor.settings.contains("fault")) continue;
    return "the scenario has " + actor.id + " misbehave, which is under test";
  }
  for (const scenario::Step& step : test_case.steps) {
    if (std::string why = cannot_cut(test_case, step); !why.empty()) return why;
    const auto* operation = std::get_if<scenario::Operation>(&step.act);
    const scenario::Actor* actor =
        operation == nullptr ? nullptr : test_case.find_actor(operation->actor);
    if (actor == nullptr || actor->kind != scenario::ActorKind::kGatekeeper) continue;
    if (const HarnessAct* act = act_of(*operation)) {
      return "the harness does \"" + operation->operation + "\" in the place of " + actor->id +
             ", which is under test: " + std::string(act->why);
    }
  }
  return {};
}

}  // namespace parley::cli
