// Which operations of a wire profile came from which overlay.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/wire/profile.h"

namespace parley::wire {

/// The id of the overlay that defined `operation`, one of the profile's; empty where none did.
std::string_view overlay_of(const Profile& profile, const Operation& operation);

/// The names of the operations that the overlay `id` defined and no later one replaced, sorted.
std::vector<std::string> operations_of(const Profile& profile, std::string_view id);

}  // namespace parley::wire
