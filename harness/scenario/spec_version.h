// Versions of the interoperability framework that the gatekeeper publishes, and the part of them
// for which a scenario is meant.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parley::scenario {

/// In the order of their publication.
std::span<const std::string_view> spec_versions();

bool is_spec_version(std::string_view version);

/// `spec: {since: "1.0.1", until: "1.0.3"}`, both ends included. An empty end is open.
struct SpecWindow {
  std::string since;
  std::string until;

  /// Why a run against that version leaves the scenario out; nullopt where it does not. All
  /// versions are of spec_versions(); an empty `version` leaves nothing out.
  std::optional<std::string> excludes(std::string_view version) const;
};

}  // namespace parley::scenario
