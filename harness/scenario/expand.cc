#include "harness/scenario/expand.h"

#include <algorithm>

namespace parley::scenario {
namespace {

bool is_excluded(const Combination& combination, std::span<const Exclusion> exclude) {
  return std::any_of(exclude.begin(), exclude.end(), [&](const Exclusion& exclusion) {
    return std::all_of(exclusion.begin(), exclusion.end(), [&](const auto& pair) {
      return std::find(combination.begin(), combination.end(), pair) != combination.end();
    });
  });
}

}  // namespace

Result<std::vector<Combination>> combinations(std::span<const Axis> axes,
                                              std::span<const Exclusion> exclude) {
  std::vector<Combination> all = {{}};
  for (const Axis& axis : axes) {
    if (all.size() * axis.values.size() > kMaxCasesPerScenario) {
      return make_error(ErrorCode::kLimit, "the matrix gives more than " +
                                               std::to_string(kMaxCasesPerScenario) + " cases");
    }
    std::vector<Combination> longer;
    longer.reserve(all.size() * axis.values.size());
    for (const Combination& prefix : all) {
      for (const AxisValue& value : axis.values) {
        longer.push_back(prefix);
        longer.back().emplace_back(axis.name, value.name);
      }
    }
    all = std::move(longer);
  }
  std::erase_if(all, [&](const Combination& one) { return is_excluded(one, exclude); });
  return all;
}

std::string case_id(std::string_view scenario, const Combination& combination) {
  std::string id(scenario);
  for (std::size_t i = 0; i < combination.size(); ++i) {
    id += i == 0 ? "[" : ",";
    id += combination[i].first + "=" + combination[i].second;
  }
  if (!combination.empty()) id += "]";
  return id;
}

}  // namespace parley::scenario
