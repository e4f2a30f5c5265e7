#include "harness/scenario/match.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace parley::scenario {

bool matches(const json::object& pattern, const json::object& value) {
  return std::all_of(pattern.begin(), pattern.end(), [&](const auto& member) {
    const json::value* found = value.if_contains(member.key());
    return found != nullptr && matches(member.value(), *found);
  });
}

bool matches(const json::value& pattern, const json::value& value) {
  if (pattern.is_object()) {
    return value.is_object() && matches(pattern.get_object(), value.get_object());
  }
  if (!pattern.is_array()) return pattern == value;  // compares int64 and uint64 by value
  if (!value.is_array()) return false;
  const json::array& there = value.get_array();
  return std::all_of(
      pattern.get_array().begin(), pattern.get_array().end(), [&](const json::value& wanted) {
        return std::any_of(there.begin(), there.end(),
                           [&](const json::value& element) { return matches(wanted, element); });
      });
}

}  // namespace parley::scenario
