#include "mocks/client/operation_arguments.h"

#include <algorithm>

namespace parley::mocks::client {
namespace {

Error bad_argument(std::string_view name, std::string_view what) {
  return make_error(ErrorCode::kInvalid,
                    "argument \"" + std::string(name) + "\" " + std::string(what));
}

constexpr std::size_t kMostStrings = 1000;

}  // namespace

Status only_arguments(const json::object& arguments,
                      std::initializer_list<std::string_view> names) {
  for (const auto& member : arguments) {
    const std::string_view key(member.key().data(), member.key().size());
    if (std::find(names.begin(), names.end(), key) == names.end()) {
      return bad_argument(key, "is unknown to this operation");
    }
  }
  return {};
}

Result<std::string_view> text_argument(const json::object& arguments, std::string_view name) {
  const auto value = get_string(arguments, name);
  if (!value) return bad_argument(name, "must be given, as text");
  return *value;
}

Result<std::string> string_argument(const json::object& arguments, std::string_view name) {
  PARLEY_ASSIGN(const std::string_view text, text_argument(arguments, name));
  return std::string(text);
}

Result<std::int64_t> count_argument(const json::object& arguments, std::string_view name,
                                    std::int64_t most) {
  const auto value = get_int(arguments, name);
  if (!value || *value < 0 || *value > most) {
    return bad_argument(name, "must be a whole number from 0 to " + std::to_string(most));
  }
  return *value;
}

Result<std::vector<std::string>> ids_argument(const json::object& arguments,
                                              std::string_view name) {
  const json::array* list = get_array(arguments, name);
  if (list == nullptr || list->size() > kMostStrings) {
    return bad_argument(name, "must be a list of at most 1000 texts");
  }
  std::vector<std::string> out;
  for (const json::value& item : *list) {
    if (!item.is_string()) return bad_argument(name, "must hold texts only");
    out.emplace_back(item.get_string().data(), item.get_string().size());
  }
  return out;
}

Result<std::vector<std::string>> strings_argument(const json::object& arguments,
                                                  std::string_view name) {
  PARLEY_ASSIGN(std::vector<std::string> list, ids_argument(arguments, name));
  if (list.empty()) return bad_argument(name, "must not be empty");
  return list;
}

Result<bool> flag_argument_or(const json::object& arguments, std::string_view name,
                              bool otherwise) {
  if (!arguments.contains(name)) return otherwise;
  const auto value = get_bool(arguments, name);
  if (!value) return bad_argument(name, "must be true or false");
  return *value;
}

Result<std::string> string_argument_or(const json::object& arguments, std::string_view name,
                                       std::string otherwise) {
  if (!arguments.contains(name)) return otherwise;
  return string_argument(arguments, name);
}

Result<std::string> word_argument(const json::object& arguments, std::string_view name,
                                  std::initializer_list<std::string_view> words) {
  PARLEY_ASSIGN(std::string value, string_argument(arguments, name));
  if (std::find(words.begin(), words.end(), value) != words.end()) return value;
  std::string known;
  for (std::string_view word : words) known += (known.empty() ? "" : ", ") + std::string(word);
  return bad_argument(name, "must be one of: " + known);
}

}  // namespace parley::mocks::client
