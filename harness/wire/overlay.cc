#include "harness/wire/overlay.h"

#include <algorithm>

namespace parley::wire {

std::string_view overlay_of(const Profile& profile, const Operation& operation) {
  // "wa-public-1.0.3+acme"; no id of a profile has a plus.
  const std::string_view id = profile.id();
  return operation.profile == id.substr(0, id.find('+')) ? std::string_view() : operation.profile;
}

std::vector<std::string> operations_of(const Profile& profile, std::string_view id) {
  std::vector<std::string> out;
  for (const Operation& operation : profile.operations()) {
    if (overlay_of(profile, operation) == id) out.push_back(operation.name);
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace parley::wire
