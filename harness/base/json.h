// JSON values (Boost.JSON), their canonical bytes, and a strict reader for JSON that people write.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace parley {

namespace json = boost::json;

/// The one spelling of a value: members sorted by their UTF-8 bytes, no white space, integers only,
/// the shortest escapes. Equal values give equal bytes on every machine.
/// A floating-point number is a bug of the caller: throws std::logic_error.
std::string canonical(const json::value& value);
std::string canonical(const json::object& object);
/// What canonical() makes of a string.
std::string canonical_text(std::string_view text);

struct JsonLimits {
  std::size_t bytes = 16 * 1024 * 1024;
  std::size_t depth = 32;
};

/// Parses one JSON document. Refuses duplicate member names, trailing text, invalid UTF-8 and
/// anything over the limits; an error's `where` is "name:line:column".
Result<json::value> parse_json(std::string_view text, std::string_view name = "json",
                               JsonLimits limits = {});

/// Typed member access without exceptions: nullopt (or an empty view) where absent or of another
/// type.
std::optional<std::string_view> get_string(const json::object& object, std::string_view key);
std::optional<std::int64_t> get_int(const json::object& object, std::string_view key);
std::optional<bool> get_bool(const json::object& object, std::string_view key);
const json::object* get_object(const json::object& object, std::string_view key);
const json::array* get_array(const json::object& object, std::string_view key);

}  // namespace parley
