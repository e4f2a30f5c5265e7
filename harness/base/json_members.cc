#include "harness/base/json_members.h"

#include <algorithm>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/base/utf8.h"

namespace parley {
namespace {

Error too_long(std::size_t limit) {
  return make_error(ErrorCode::kLimit, "is longer than " + std::to_string(limit) + " bytes");
}

/// The text without its place, which costs something to put together and is seldom needed.
Result<std::string> printable_text(const json::value& value, std::size_t limit) {
  const json::string* text = value.if_string();
  if (text == nullptr) return make_error(ErrorCode::kInvalid, "must be a string");
  const std::string_view view(text->data(), text->size());
  if (view.size() > limit) return too_long(limit);
  if (!is_printable_utf8(view) || view.find_first_of("\t\r\n") != std::string_view::npos) {
    return make_error(ErrorCode::kInvalid, "must be printable text in one line");
  }
  return std::string(view);
}

}  // namespace

Result<std::string> text_of(const json::value& value, const std::string& where, std::size_t limit) {
  Result<std::string> text = printable_text(value, limit);
  if (!text) return at(where, std::move(text).error());
  return text;
}

JsonMembers::JsonMembers(const json::object& object, std::string where)
    : object_(&object), where_(std::move(where)) {}

Result<JsonMembers> JsonMembers::of(const json::value& value, std::string where) {
  const json::object* object = value.if_object();
  if (object != nullptr) return JsonMembers(*object, std::move(where));
  return make_error(ErrorCode::kInvalid, "must be an object", std::move(where));
}

std::string JsonMembers::where(std::string_view name) const {
  return where_ + "." + std::string(name);
}

Error JsonMembers::wrong(std::string_view name, std::string what) const {
  return make_error(ErrorCode::kInvalid, std::move(what), where(name));
}

const json::value* JsonMembers::find(std::string_view name) {
  const json::value* value = object_->if_contains(name);
  if (value != nullptr) read_.push_back(value);
  return value;
}

Result<std::string> JsonMembers::text(std::string_view name, std::size_t limit) {
  const json::value* value = find(name);
  if (value == nullptr) return wrong(name, "is missing");
  Result<std::string> text = printable_text(*value, limit);
  if (!text) return at(where(name), std::move(text).error());
  return text;
}

Result<std::string> JsonMembers::raw_text(std::string_view name, std::size_t limit) {
  const json::value* value = find(name);
  if (value == nullptr) return wrong(name, "is missing");
  const json::string* text = value->if_string();
  if (text == nullptr) return wrong(name, "must be a string");
  if (text->size() > limit) return at(where(name), too_long(limit));
  return std::string(text->data(), text->size());
}

Result<std::uint64_t> JsonMembers::count(std::string_view name) {
  const json::value* value = find(name);
  if (value == nullptr) return wrong(name, "is missing");
  if (!value->is_int64() || value->get_int64() < 0) {
    return wrong(name, "must be a whole number from 0 to 9223372036854775807");
  }
  return static_cast<std::uint64_t>(value->get_int64());
}

Result<JsonMembers> JsonMembers::object(std::string_view name) {
  const json::value* value = find(name);
  if (value == nullptr) return wrong(name, "is missing");
  return of(*value, where(name));
}

Result<const json::array*> JsonMembers::array(std::string_view name, std::size_t limit) {
  const json::value* value = find(name);
  if (value == nullptr) return wrong(name, "is missing");
  const json::array* items = value->if_array();
  if (items == nullptr) return wrong(name, "must be an array");
  if (items->size() > limit) {
    return make_error(ErrorCode::kLimit, "has more than " + std::to_string(limit) + " items",
                      where(name));
  }
  return items;
}

Result<Bytes> JsonMembers::hex_bytes(std::string_view name, std::size_t size) {
  PARLEY_ASSIGN(const std::string digits, text(name));
  Result<Bytes> bytes = decode_hex(digits);
  if (!bytes || bytes->size() != size || hex(*bytes) != digits) {
    return wrong(name, "must be " + std::to_string(2 * size) + " hex digits in lower case");
  }
  return bytes;
}

Status JsonMembers::end() const {
  for (const auto& member : *object_) {
    if (std::ranges::find(read_, &member.value()) == read_.end()) {
      return wrong(member.key(), "is no member of this format");
    }
  }
  return {};
}

}  // namespace parley
