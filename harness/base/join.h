// Texts one behind the other.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace parley {

/// "a, b, c"; empty without parts.
std::string joined(std::span<const std::string> parts, std::string_view separator = ", ");

}  // namespace parley
