// The order in which the members of a JSON object are told.
#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "harness/base/json.h"

namespace parley {

/// The members of `object`, which must outlive the result, in the order that canonical() writes
/// them in: what is told of an object then does not depend on how it was put together.
std::vector<const json::key_value_pair*> in_canonical_order(const json::object& object);

}  // namespace parley
