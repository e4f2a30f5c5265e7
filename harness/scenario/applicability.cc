#include "harness/scenario/applicability.h"

namespace parley::scenario {
namespace {

/// The partner's users cannot send files, and the step does not test just that.
bool needs_media_of(const TestCase& test_case, const Operation& operation) {
  if (operation.operation != "send-media" || operation.expect_error) return false;
  const Actor* user = test_case.find_actor(operation.actor);
  const Actor* partner = user == nullptr ? nullptr : test_case.find_actor(user->of);
  return partner != nullptr && get_bool(partner->settings, "sends_media") == false;
}

}  // namespace

std::optional<std::string> not_applicable(const Scenario& scenario, const TestCase& test_case,
                                          const Profile& profile) {
  if (auto reason = scenario.spec.excludes(profile.spec)) return reason;
  for (const Step& step : test_case.steps) {
    const auto* operation = std::get_if<Operation>(&step.act);
    if (operation == nullptr || !needs_media_of(test_case, *operation)) continue;
    return test_case.find_actor(operation->actor)->of + " is a partner whose users send no media";
  }
  return std::nullopt;
}

}  // namespace parley::scenario
