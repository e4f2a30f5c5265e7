// Placeholders in the texts of a scenario: `${name}` or `${name.field}`. `$${` stands for a literal
// `${`.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/json.h"
#include "harness/base/result.h"

namespace parley::scenario {

/// The value that stands behind "canary", "hello.id", ...; nullopt where there is none.
using Lookup = std::function<std::optional<json::value>(std::string_view name)>;

/// The value with every placeholder in its strings filled in. A string that is one placeholder and
/// nothing else takes the value with its type; inside a longer string, strings and integers are
/// written out. kNotFound names the placeholder that has no value; kInvalid a malformed one, or a
/// list, object, boolean or null inside a longer string. Member names are left alone.
Result<json::value> resolve(const json::value& value, const Lookup& lookup);
Result<json::object> resolve(const json::object& object, const Lookup& lookup);

/// The names of the placeholders in `text`, in order. kInvalid for `${` without `}` and for names
/// other than [a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*.
Result<std::vector<std::string>> placeholders(std::string_view text);

}  // namespace parley::scenario
