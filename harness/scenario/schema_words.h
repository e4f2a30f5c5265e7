// The parts of a JSON Schema that stand for one value, and how a schema is written out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/json.h"
#include "harness/scenario/vocabulary.h"

namespace parley::scenario {

/// Two spaces per level; members in the order in which they were added.
std::string pretty(const json::value& value);

json::object typed(std::string_view type);
json::object pattern(std::string_view pattern);
json::object one_of_words(const std::vector<std::string>& words);
/// The schema, or a text with a placeholder in it.
json::object or_placeholder(json::object schema);
json::object list_of(json::object items);
json::object reference(std::string_view definition);  ///< within the scenario's schema
/// A mapping with these keys, and no other.
json::object closed(json::object properties, const std::vector<std::string>& required);

/// What a setting or an argument may be.
json::object value_schema(const Field& field);
/// A mapping whose values have the types of these fields.
json::object fields_schema(const std::vector<Field>& fields, bool with_required);

inline constexpr std::string_view kSlug = "^[a-z0-9]+(-[a-z0-9]+)*$";
inline constexpr std::string_view kDottedSlug = "^[a-z0-9]+([.-][a-z0-9]+)*$";
inline constexpr std::string_view kSlugOrPlaceholder = "^[a-z0-9]+(-[a-z0-9]+)*$|\\$\\{.+\\}";

}  // namespace parley::scenario
