// Identifiers that follow from names: the same result always has the same ones.
#pragma once

#include <string>
#include <string_view>

namespace parley::reports {

/// The UUID of version 5 (RFC 9562) of `name` in the namespace of Parley's reports.
std::string name_uuid(std::string_view name);

}  // namespace parley::reports
