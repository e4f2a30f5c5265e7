#include "harness/base/json.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_stack.hpp>
#include <stdexcept>
#include <unordered_set>
#include <utility>
#include <vector>

#include "harness/base/json_order.h"

namespace parley {
namespace {

constexpr bool needs_escape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

void write_escape(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::string_view kShort = "\"\"\\\\\bb\ff\nn\rr\tt";  // character, then its letter
  for (std::size_t i = 0; i < kShort.size(); i += 2) {
    if (kShort[i] != c) continue;
    out.push_back('\\');
    out.push_back(kShort[i + 1]);
    return;
  }
  const auto byte = static_cast<unsigned char>(c);
  out.append("\\u00");
  out.push_back(kDigits[byte >> 4]);
  out.push_back(kDigits[byte & 15]);
}

// Nearly every text needs no escape: what lies between two goes over in one piece.
void write_string(std::string& out, std::string_view text) {
  out.push_back('"');
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!needs_escape(text[i])) continue;
    out.append(text, begin, i - begin);
    write_escape(out, text[i]);
    begin = i + 1;
  }
  out.append(text, begin, text.size() - begin);
  out.push_back('"');
}

void write_value(std::string& out, const json::value& value);

void write_object(std::string& out, const json::object& object) {
  out.push_back('{');
  bool first = true;
  for (const auto* member : in_canonical_order(object)) {
    if (!first) out.push_back(',');
    first = false;
    write_string(out, member->key());
    out.push_back(':');
    write_value(out, member->value());
  }
  out.push_back('}');
}

void write_value(std::string& out, const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      out.append("null");
      return;
    case json::kind::bool_:
      out.append(value.get_bool() ? "true" : "false");
      return;
    case json::kind::int64:
      out.append(std::to_string(value.get_int64()));
      return;
    case json::kind::uint64:
      out.append(std::to_string(value.get_uint64()));
      return;
    case json::kind::double_:
      throw std::logic_error("canonical JSON holds no floating-point numbers");
    case json::kind::string:
      write_string(out, value.get_string());
      return;
    case json::kind::array: {
      out.push_back('[');
      bool first = true;
      for (const auto& item : value.get_array()) {
        if (!first) out.push_back(',');
        first = false;
        write_value(out, item);
      }
      out.push_back(']');
      return;
    }
    case json::kind::object:
      write_object(out, value.get_object());
      return;
  }
}

// The member names of the objects that are open, to find repetitions. In canonical JSON a name is
// behind the one before it, and so behind all. Elsewhere nearly all objects are small and their
// names are compared one by one; a large one, which may be an attack, gets a table.
class OpenNames {
 public:
  void open() { objects_.push_back({.first = places_.size(), .many = {}}); }
  void close() {
    const std::size_t first = objects_.back().first;
    if (first < places_.size()) text_.resize(places_[first].first);
    places_.resize(first);
    objects_.pop_back();
  }
  /// False where the object that was opened last has the name already.
  bool add(std::string_view name) {
    Object& object = objects_.back();
    if (!object.many.empty()) return object.many.emplace(name).second;
    const bool is_first = object.first == places_.size();
    object.ascending = object.ascending && (is_first || at(places_.size() - 1) < name);
    for (std::size_t i = object.first; !object.ascending && i < places_.size(); ++i) {
      if (at(i) == name) return false;
    }
    places_.emplace_back(text_.size(), name.size());
    text_.append(name);
    if (object.ascending || places_.size() - object.first < kFew) return true;
    for (std::size_t i = object.first; i < places_.size(); ++i) object.many.emplace(at(i));
    return true;
  }

 private:
  static constexpr std::size_t kFew = 24;
  struct Object {
    std::size_t first;      ///< of its names in places_
    bool ascending = true;  ///< each of them is behind the one before
    std::unordered_set<std::string> many;
  };
  std::string_view at(std::size_t i) const {
    return std::string_view(text_).substr(places_[i].first, places_[i].second);
  }

  std::vector<Object> objects_;
  std::vector<std::pair<std::size_t, std::size_t>> places_;  ///< begin and size in text_
  std::string text_;
};

// Builds the value while watching for repeated member names, which Boost.JSON would let pass (the
// last one wins, silently).
struct StrictHandler {
  static constexpr std::size_t max_object_size = 1'000'000;
  static constexpr std::size_t max_array_size = 1'000'000;
  static constexpr std::size_t max_key_size = 64 * 1024;
  static constexpr std::size_t max_string_size = 64 * 1024 * 1024;

  using error_code = boost::system::error_code;

  std::array<unsigned char, 4096> beginning;  // of the stack: enough for most texts
  json::value_stack stack{{}, beginning.data(), beginning.size()};
  OpenNames names;
  std::string key;
  std::string repeated;

  bool on_document_begin(error_code&) {
    stack.reset();
    return true;
  }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    names.open();
    return true;
  }
  bool on_object_end(std::size_t n, error_code&) {
    names.close();
    stack.push_object(n);
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t n, error_code&) {
    stack.push_array(n);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, error_code&) {
    key.append(part);
    stack.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, error_code& ec) {
    key.append(part);
    stack.push_key(part);
    if (!names.add(key)) {
      repeated = key;
      ec = json::error::syntax;
      return false;
    }
    key.clear();
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, error_code&) {
    stack.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, error_code&) {
    stack.push_string(part);
    return true;
  }
  bool on_number_part(json::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t i, json::string_view, error_code&) {
    stack.push_int64(i);
    return true;
  }
  bool on_uint64(std::uint64_t u, json::string_view, error_code&) {
    stack.push_uint64(u);
    return true;
  }
  bool on_double(double d, json::string_view, error_code&) {
    stack.push_double(d);
    return true;
  }
  bool on_bool(bool b, error_code&) {
    stack.push_bool(b);
    return true;
  }
  bool on_null(error_code&) {
    stack.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, error_code&) { return true; }
  bool on_comment(json::string_view, error_code&) { return true; }
};

std::string place(std::string_view name, std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t last = before.rfind('\n');
  const std::size_t column =
      last == std::string_view::npos ? before.size() + 1 : before.size() - last;
  return std::string(name) + ":" + std::to_string(line) + ":" + std::to_string(column);
}

}  // namespace

std::string canonical(const json::value& value) {
  std::string out;
  write_value(out, value);
  return out;
}

std::string canonical_text(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  write_string(out, text);
  return out;
}

std::string canonical(const json::object& object) {
  std::string out;
  write_object(out, object);
  return out;
}

Result<json::value> parse_json(std::string_view text, std::string_view name, JsonLimits limits) {
  if (text.size() > limits.bytes) {
    return make_error(ErrorCode::kLimit, "larger than " + std::to_string(limits.bytes) + " bytes",
                      std::string(name));
  }
  json::parse_options options;
  options.max_depth = limits.depth;
  json::basic_parser<StrictHandler> parser(options);
  boost::system::error_code ec;
  std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  if (!ec && used < text.size()) ec = json::error::extra_data;
  if (!ec && !parser.done()) ec = json::error::incomplete;
  if (ec) {
    const std::string& repeated = parser.handler().repeated;
    if (!repeated.empty()) {
      return make_error(ErrorCode::kInvalid, "the member name \"" + repeated + "\" is repeated",
                        place(name, text, used));
    }
    const bool deep = ec == json::error::too_deep;
    return make_error(deep ? ErrorCode::kLimit : ErrorCode::kInvalid,
                      deep ? "nested deeper than " + std::to_string(limits.depth) + " levels"
                           : "no valid JSON: " + ec.message(),
                      place(name, text, used));
  }
  return parser.handler().stack.release();
}

std::optional<std::string_view> get_string(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  const json::string& text = value->get_string();
  return std::string_view(text.data(), text.size());
}

std::optional<std::int64_t> get_int(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

std::optional<bool> get_bool(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_bool()) return std::nullopt;
  return value->get_bool();
}

const json::object* get_object(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

const json::array* get_array(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_array();
}

std::vector<const json::key_value_pair*> in_canonical_order(const json::object& object) {
  std::vector<const json::key_value_pair*> members;
  members.reserve(object.size());
  for (const auto& member : object) members.push_back(&member);
  std::ranges::sort(members, {}, [](const auto* member) { return member->key(); });
  return members;
}

}  // namespace parley
