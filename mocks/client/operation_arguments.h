// Reads the arguments of a driver operation: typed, and nothing unknown passed over, because a
// misspelt argument would otherwise silently test something else.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/json.h"
#include "harness/base/result.h"

namespace parley::mocks::client {

/// kInvalid, naming the first member of `arguments` that is not in `names`.
Status only_arguments(const json::object& arguments, std::initializer_list<std::string_view> names);

/// kInvalid where absent or of another type. The view lasts as long as `arguments`.
Result<std::string_view> text_argument(const json::object& arguments, std::string_view name);
/// The same, copied.
Result<std::string> string_argument(const json::object& arguments, std::string_view name);
Result<std::int64_t> count_argument(const json::object& arguments, std::string_view name,
                                    std::int64_t most);
/// A non-empty list of strings, of at most 1,000.
Result<std::vector<std::string>> strings_argument(const json::object& arguments,
                                                  std::string_view name);

/// A list of strings, perhaps empty, of at most 1,000.
Result<std::vector<std::string>> ids_argument(const json::object& arguments, std::string_view name);

/// `otherwise` where absent; kInvalid where of another type.
Result<std::string> string_argument_or(const json::object& arguments, std::string_view name,
                                       std::string otherwise);

Result<bool> flag_argument_or(const json::object& arguments, std::string_view name, bool otherwise);

/// kInvalid unless the value is one of `words`.
Result<std::string> word_argument(const json::object& arguments, std::string_view name,
                                  std::initializer_list<std::string_view> words);

}  // namespace parley::mocks::client
