#include "harness/scenario/spec_version.h"

#include <algorithm>
#include <array>

namespace parley::scenario {
namespace {

auto position(std::string_view version) {
  const auto all = spec_versions();
  return std::find(all.begin(), all.end(), version);
}

}  // namespace

std::span<const std::string_view> spec_versions() {
  static constexpr std::array<std::string_view, 4> kVersions = {"1.0.0", "1.0.1", "1.0.2", "1.0.3"};
  return kVersions;
}

bool is_spec_version(std::string_view version) {
  return position(version) != spec_versions().end();
}

std::optional<std::string> SpecWindow::excludes(std::string_view version) const {
  if (version.empty()) return std::nullopt;
  if (!since.empty() && position(version) < position(since)) {
    return "holds since version " + since + " of the framework; this run is against " +
           std::string(version);
  }
  if (!until.empty() && position(version) > position(until)) {
    return "held until version " + until + " of the framework; this run is against " +
           std::string(version);
  }
  return std::nullopt;
}

}  // namespace parley::scenario
