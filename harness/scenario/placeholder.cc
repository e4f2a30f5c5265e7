#include "harness/scenario/placeholder.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace parley::scenario {
namespace {

/// One piece of a text: literal text, or the name in a placeholder.
struct Piece {
  bool is_placeholder = false;
  std::string text;
};

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

bool is_name(std::string_view name) {
  bool after_dot = true;
  for (const char c : name) {
    if (c == '.' ? after_dot : !is_name_character(c)) return false;
    after_dot = c == '.';
  }
  return !after_dot;
}

Result<std::vector<Piece>> split(std::string_view text) {
  std::vector<Piece> pieces;
  std::string literal;
  std::size_t i = 0;
  while (i < text.size()) {
    if (text.substr(i, 3) == "$${") {
      literal += "${";
      i += 3;
    } else if (text.substr(i, 2) == "${") {
      const std::size_t end = text.find('}', i);
      if (end == std::string_view::npos) {
        return make_error(ErrorCode::kInvalid, "a placeholder has no closing brace");
      }
      const std::string_view name = text.substr(i + 2, end - i - 2);
      if (!is_name(name)) {
        return make_error(ErrorCode::kInvalid,
                          "\"" + std::string(name) + "\" is no name for a placeholder");
      }
      if (!literal.empty()) pieces.push_back({false, std::move(literal)});
      literal.clear();
      pieces.push_back({true, std::string(name)});
      i = end + 1;
    } else {
      literal += text[i++];
    }
  }
  if (!literal.empty() || pieces.empty()) pieces.push_back({false, std::move(literal)});
  return pieces;
}

Error unknown(const std::string& name) {
  return make_error(ErrorCode::kNotFound, "nothing is known as ${" + name + "}");
}

Result<json::value> resolve_text(std::string_view text, const Lookup& lookup) {
  if (text.find("${") == std::string_view::npos) return json::value(text);
  PARLEY_ASSIGN(const std::vector<Piece> pieces, split(text));
  if (pieces.size() == 1 && pieces[0].is_placeholder) {
    std::optional<json::value> value = lookup(pieces[0].text);
    if (!value) return unknown(pieces[0].text);
    return std::move(*value);
  }
  std::string out;
  for (const Piece& piece : pieces) {
    if (!piece.is_placeholder) {
      out += piece.text;
      continue;
    }
    const std::optional<json::value> value = lookup(piece.text);
    if (!value) return unknown(piece.text);
    if (value->is_string()) {
      out += std::string_view(value->get_string());
    } else if (value->is_int64()) {
      out += std::to_string(value->get_int64());
    } else if (value->is_uint64()) {
      out += std::to_string(value->get_uint64());
    } else {
      return make_error(ErrorCode::kInvalid,
                        "${" + piece.text +
                            "} is neither text nor a number: it cannot be part of "
                            "a longer text");
    }
  }
  return json::value(out);
}

}  // namespace

Result<json::object> resolve(const json::object& object, const Lookup& lookup) {
  json::object out;
  out.reserve(object.size());
  for (const auto& [key, member] : object) {
    PARLEY_ASSIGN(json::value value, resolve(member, lookup));
    out.emplace(key, std::move(value));
  }
  return out;
}

Result<json::value> resolve(const json::value& value, const Lookup& lookup) {
  if (value.is_string()) return resolve_text(value.get_string(), lookup);
  if (value.is_object()) {
    PARLEY_ASSIGN(json::object object, resolve(value.get_object(), lookup));
    return json::value(std::move(object));
  }
  if (!value.is_array()) return value;
  json::array out;
  out.reserve(value.get_array().size());
  for (const json::value& element : value.get_array()) {
    PARLEY_ASSIGN(json::value resolved, resolve(element, lookup));
    out.push_back(std::move(resolved));
  }
  return json::value(std::move(out));
}

Result<std::vector<std::string>> placeholders(std::string_view text) {
  std::vector<std::string> names;
  if (text.find("${") == std::string_view::npos) return names;
  PARLEY_ASSIGN(std::vector<Piece> pieces, split(text));
  for (Piece& piece : pieces) {
    if (piece.is_placeholder) names.push_back(std::move(piece.text));
  }
  return names;
}

}  // namespace parley::scenario
