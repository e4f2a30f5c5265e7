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

Result<std::vector<Combination>> all_of(std::span<const Axis> axes,
                                        std::span<const Exclusion> exclude, std::size_t most) {
  std::vector<Combination> all = {{}};
  for (const Axis& axis : axes) {
    if (all.size() * axis.values.size() > most) {
      return make_error(ErrorCode::kLimit,
                        "the matrix gives more than " + std::to_string(most) + " cases");
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

/// Numbers the pairs of values of two axes.
class PairNumbers {
 public:
  explicit PairNumbers(std::span<const Axis> axes) : axes_(axes) {
    for (std::size_t i = 0; i < axes.size(); ++i) {
      for (std::size_t j = i + 1; j < axes.size(); ++j) {
        first_.push_back(total_);
        total_ += axes[i].values.size() * axes[j].values.size();
      }
    }
  }

  std::size_t total() const { return total_; }

  std::vector<std::size_t> of(const Combination& combination) const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      for (std::size_t j = i + 1; j < axes_.size(); ++j) {
        out.push_back(first_[out.size()] + position(i, combination) * axes_[j].values.size() +
                      position(j, combination));
      }
    }
    return out;
  }

 private:
  std::size_t position(std::size_t axis, const Combination& combination) const {
    const std::vector<AxisValue>& values = axes_[axis].values;
    const auto at = std::find_if(values.begin(), values.end(), [&](const AxisValue& value) {
      return value.name == combination[axis].second;
    });
    return static_cast<std::size_t>(at - values.begin());
  }

  std::span<const Axis> axes_;
  std::vector<std::size_t> first_;
  std::size_t total_ = 0;
};

}  // namespace

Result<std::vector<Combination>> combinations(std::span<const Axis> axes,
                                              std::span<const Exclusion> exclude) {
  return all_of(axes, exclude, kMaxCasesPerScenario);
}

Result<Pairwise> pairwise(std::span<const Axis> axes, std::span<const Exclusion> exclude) {
  PARLEY_ASSIGN(const std::vector<Combination> all,
                all_of(axes, exclude, kMaxPairwiseCombinations));
  const PairNumbers numbers(axes);
  std::vector<std::vector<std::size_t>> pairs;
  for (const Combination& one : all) pairs.push_back(numbers.of(one));
  std::vector<bool> covered(numbers.total(), false);
  std::vector<bool> taken(all.size(), false);
  Pairwise out;
  out.total = numbers.total();
  for (std::size_t count = 0;; ++count) {
    std::size_t best = all.size();
    std::ptrdiff_t most = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto fresh = std::count_if(pairs[i].begin(), pairs[i].end(),
                                       [&](std::size_t pair) { return !covered[pair]; });
      if (fresh <= most) continue;
      best = i;
      most = fresh;
    }
    if (best == all.size()) break;
    if (count == kMaxCasesPerScenario) {
      return make_error(ErrorCode::kLimit, "all pairs take more than " +
                                               std::to_string(kMaxCasesPerScenario) + " cases");
    }
    taken[best] = true;
    for (const std::size_t pair : pairs[best]) covered[pair] = true;
    out.covered += static_cast<std::size_t>(most);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (taken[i]) out.combinations.push_back(all[i]);
  }
  return out;
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
