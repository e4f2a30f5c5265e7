#include "harness/wire/slot.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/base/utf8.h"
#include "harness/wire/node.h"

namespace parley::wire {
namespace {

constexpr std::size_t kMaxIdSize = 128;

struct KindName {
  ValueType::Kind kind;
  std::string_view name;
};
constexpr std::array<KindName, 7> kKinds = {{{ValueType::Kind::kJid, "jid"},
                                             {ValueType::Kind::kAddress, "address"},
                                             {ValueType::Kind::kId, "id"},
                                             {ValueType::Kind::kUint, "uint"},
                                             {ValueType::Kind::kText, "text"},
                                             {ValueType::Kind::kBytes, "bytes"},
                                             {ValueType::Kind::kEnum, "enum"}}};

Error bad(std::string message) { return make_error(ErrorCode::kInvalid, std::move(message)); }

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  for (;;) {
    std::size_t end = text.find(at);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::size_t> parse_size(std::string_view text) {
  std::size_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "32", "1..64", "1.."
bool parse_range(std::string_view text, ValueType& type) {
  std::size_t dots = text.find("..");
  std::optional<std::size_t> low = parse_size(text.substr(0, dots));
  if (!low) return false;
  type.min_size = type.max_size = *low;
  if (dots == std::string_view::npos) return true;
  std::string_view upper = text.substr(dots + 2);
  std::optional<std::size_t> high = upper.empty() ? SIZE_MAX : parse_size(upper);
  if (!high || *high < *low) return false;
  type.max_size = *high;
  return true;
}

Result<ValueType> parse_type(std::string_view text) {
  ValueType type;
  std::size_t end = text.find_first_of("[(");
  std::string_view name = text.substr(0, end);
  auto known =
      std::find_if(kKinds.begin(), kKinds.end(), [&](const KindName& k) { return k.name == name; });
  if (known == kKinds.end()) {
    return bad("no type \"" + std::string(name) +
               "\"; there are jid, address, id, uint, text, bytes and enum");
  }
  type.kind = known->kind;
  std::string_view rest = end == std::string_view::npos ? std::string_view() : text.substr(end);
  bool sized = type.kind == ValueType::Kind::kBytes || type.kind == ValueType::Kind::kText;
  bool listed = type.kind == ValueType::Kind::kEnum || type.kind == ValueType::Kind::kJid;
  if (rest.size() > 2 && rest.front() == '(' && rest.back() == ')' && listed) {
    type.words = split(rest.substr(1, rest.size() - 2), '|');
  } else if (rest.size() > 2 && rest.front() == '[' && rest.back() == ']' && sized) {
    if (!parse_range(rest.substr(1, rest.size() - 2), type)) {
      return bad("\"" + std::string(rest) + "\" is no size; write [32], [1..64] or [1..]");
    }
  } else if (!rest.empty() || type.kind == ValueType::Kind::kEnum) {
    return bad("\"" + std::string(text) + "\" is no type");
  }
  return type;
}

bool is_name(std::string_view text) {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

bool is_id(std::string_view text) {
  auto allowed = [](char c) { return c > ' ' && c < 0x7f; };
  return !text.empty() && text.size() <= kMaxIdSize &&
         std::all_of(text.begin(), text.end(), allowed);
}

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::optional<std::int64_t> parse_uint(std::string_view text) {
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool whole = error == std::errc() && end == text.data() + text.size();
  // No second spelling of a number: neither a sign nor leading zeros.
  if (!whole || value < 0 || std::to_string(value) != text) return std::nullopt;
  return value;
}

bool is_jid(const ValueType& type, std::string_view text) {
  std::optional<Jid> jid = Jid::parse(text);
  return jid && !jid->user.empty() && (type.words.empty() || contains(type.words, jid->server));
}

// Whether text, as it stands in the stanza, is of a type other than kBytes.
bool is_of_type(const ValueType& type, std::string_view text) {
  switch (type.kind) {
    case ValueType::Kind::kJid:
      return is_jid(type, text);
    case ValueType::Kind::kAddress:
      return text.find('@') == std::string_view::npos ? is_id(text) : Jid::parse(text).has_value();
    case ValueType::Kind::kId:
      return is_id(text);
    case ValueType::Kind::kUint:
      return parse_uint(text).has_value();
    case ValueType::Kind::kText:
      return text.size() >= type.min_size && text.size() <= type.max_size && is_utf8(text);
    case ValueType::Kind::kEnum:
      return contains(type.words, text);
    case ValueType::Kind::kBytes:
      break;
  }
  return text.size() >= type.min_size && text.size() <= type.max_size;
}

Error mismatch(const ValueType& type, std::string_view raw) {
  if (type.kind == ValueType::Kind::kBytes) {
    return bad(std::to_string(raw.size()) + " bytes are not " + type.text());
  }
  constexpr std::size_t kShown = 60;
  std::string shown = is_printable_utf8(raw) ? "\"" + std::string(raw.substr(0, kShown)) + "\""
                                             : std::to_string(raw.size()) + " bytes";
  return bad(shown + " is not " + type.text());
}

}  // namespace

std::string ValueType::text() const {
  std::string out;
  for (const KindName& known : kKinds) {
    if (known.kind == kind) out = known.name;
  }
  if (!words.empty()) {
    char open = '(';
    for (const std::string& word : words) {
      out += std::exchange(open, '|') + word;
    }
    return out + ")";
  }
  if (min_size == 0 && max_size == SIZE_MAX) return out;
  out += "[" + std::to_string(min_size);
  if (max_size != min_size) out += ".." + (max_size == SIZE_MAX ? "" : std::to_string(max_size));
  return out + "]";
}

Result<Slot> parse_slot(std::string_view text) {
  Slot slot;
  if (text.ends_with('?')) {
    slot.optional = true;
    text.remove_suffix(1);
  }
  if (text.starts_with('$')) {
    text.remove_prefix(1);
    std::size_t colon = text.find(':');
    slot.name = text.substr(0, colon);
    if (!is_name(slot.name)) {
      return bad("\"" + slot.name + "\" is no name; use a-z, 0-9 and _");
    }
    if (colon != std::string_view::npos) {
      PARLEY_ASSIGN(slot.type, parse_type(text.substr(colon + 1)));
    }
    return slot;
  }
  if (text.empty()) return bad("an empty value; write \"!\" for an attribute that must be absent");
  if (text.starts_with("0x")) {
    PARLEY_ASSIGN(Bytes bytes, decode_hex(text.substr(2)));
    slot.literals.emplace_back(as_text(bytes));
    return slot;
  }
  slot.literals = split(text, '|');
  if (contains(slot.literals, ""))
    return bad("an empty alternative in \"" + std::string(text) + "\"");
  return slot;
}

bool accepts(const ValueType& type, BytesView raw) { return is_of_type(type, as_text(raw)); }

Result<json::value> read_value(const ValueType& type, BytesView raw) {
  std::string_view text = as_text(raw);
  if (!is_of_type(type, text)) return mismatch(type, text);
  if (type.kind == ValueType::Kind::kBytes) return json::value(base64(raw));
  if (type.kind == ValueType::Kind::kUint) return json::value(*parse_uint(text));
  return json::value(text);
}

Result<std::string> write_value(const ValueType& type, const json::value& value) {
  std::string raw;
  if (type.kind == ValueType::Kind::kUint) {
    std::int64_t number = -1;
    if (value.is_int64()) number = value.get_int64();
    if (value.is_uint64() && value.get_uint64() <= std::numeric_limits<std::int64_t>::max()) {
      number = static_cast<std::int64_t>(value.get_uint64());
    }
    if (number < 0) return bad("no whole number from 0 on");
    return std::to_string(number);
  }
  const json::string* text = value.if_string();
  if (!text) return bad("no text where " + type.text() + " must be");
  if (type.kind == ValueType::Kind::kBytes) {
    PARLEY_ASSIGN(Bytes bytes, decode_base64(std::string_view(*text)));
    raw = as_text(bytes);
  } else {
    raw = std::string_view(*text);
  }
  if (!is_of_type(type, raw)) return mismatch(type, raw);
  return raw;
}

}  // namespace parley::wire
