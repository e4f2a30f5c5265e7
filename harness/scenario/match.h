// The one meaning of "contains this" for `expect:`, `where:` and `equals:`.
#pragma once

#include "harness/base/json.h"

namespace parley::scenario {

/// Scalars must be equal (numbers by value). An object matches where each of its members matches
/// the member of that name; more members are welcome. An array matches where each of its elements
/// matches some element; order and further elements do not matter.
bool matches(const json::value& pattern, const json::value& value);
bool matches(const json::object& pattern, const json::object& value);

}  // namespace parley::scenario
