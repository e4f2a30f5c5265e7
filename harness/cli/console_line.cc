#include "harness/cli/console_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>
#include <vector>

#include "harness/base/encoding.h"
#include "reports/plain_text.h"

namespace parley::cli {
namespace {

using evidence::Direction;
using evidence::Record;
using evidence::Tap;

constexpr std::size_t kMaxValue = 80;
constexpr std::size_t kMaxFacts = 4096;
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// What a record is, in a word or two, and what it is about.
struct Shown {
  std::string what;
  std::vector<std::pair<std::string, std::string>> attributes;

  void add(std::string_view name, const json::value* value) {
    if (value == nullptr) return;
    if (const json::string* text = value->if_string()) {
      if (!text->empty()) attributes.emplace_back(name, std::string_view(*text));
    } else if (value->is_bool() || value->is_int64() || value->is_uint64()) {
      attributes.emplace_back(name, canonical(*value));
    }
  }
  template <std::size_t N>
  void add_all(const std::array<std::string_view, N>& names, const json::object& from) {
    for (const std::string_view name : names) add(name, from.if_contains(name));
  }
};

// Which of the facts are shown, by tap. What is not here may hold what users wrote.
constexpr std::array<std::string_view, 12> kStanzaAttributes = {
    "id",       "type",  "xmlns", "from",   "to",   "participant",
    "category", "class", "state", "reason", "code", "error"};
constexpr std::array<std::string_view, 8> kLoginFacts = {
    "conn", "username", "device", "account", "product", "passive", "protocol_version", "token"};
constexpr std::array<std::string_view, 6> kMessageFacts = {"id", "kind", "from",
                                                           "to", "type", "sender"};
constexpr std::array<std::string_view, 18> kEventFacts = {
    "id",     "jid",    "from", "to",     "of",    "from_actor", "partner", "integrator", "kind",
    "reason", "detail", "code", "status", "state", "attempt",    "count",   "accepted",   "stanza"};
constexpr std::array<std::string_view, 9> kStepFacts = {"actor", "operation", "label", "ok",   "by",
                                                        "case",  "completed", "steps", "event"};

std::string text_of(const json::object& object, std::string_view name) {
  return std::string(get_string(object, name).value_or(""));
}

// Queries carry permits: the names of their parameters say what they are for.
std::string without_values(std::string_view target) {
  const std::size_t query = target.find('?');
  std::string out(target.substr(0, query));
  if (query == target.npos) return out;
  char separator = '?';
  std::string_view rest = target.substr(query + 1);
  while (!rest.empty()) {
    const std::string_view field = rest.substr(0, rest.find('&'));
    out += separator + std::string(field.substr(0, field.find('='))) + "=";
    separator = '&';
    rest.remove_prefix(std::min(field.size() + 1, rest.size()));
  }
  return out;
}

Shown shown_http(const Record& record) {
  Shown out;
  const std::string call = text_of(record.facts, "method") + " " + text_of(record.facts, "host") +
                           without_values(text_of(record.facts, "target"));
  if (record.kind == "http.response") {
    out.what = std::to_string(get_int(record.facts, "status").value_or(0)) + " to " + call;
  } else if (record.kind == "http.failure") {
    out.what = "no answer to " + call;
    out.add("error", record.facts.if_contains("error"));
  } else {
    out.what = call;
  }
  if (const json::object* form = get_object(record.facts, "form")) {
    std::string names;
    for (const auto& field : *form) names += (names.empty() ? "" : ",") + std::string(field.key());
    out.attributes.emplace_back("form", names);
  }
  if (const json::object* token = get_object(record.facts, "token")) {
    out.add("token-issuer", token->if_contains("iss"));
    out.add("token-key", token->if_contains("kid"));
  }
  return out;
}

Shown shown_stanza(const Record& record) {
  Shown out;
  const json::object* node = get_object(record.facts, "node");
  if (node == nullptr) {
    out.what = record.kind;
    out.add_all(kLoginFacts, record.facts);
    return out;
  }
  out.what = text_of(*node, "tag");
  if (const auto operation = get_string(record.facts, "operation")) {
    out.what += " (" + std::string(*operation) + ")";
  }
  if (const json::object* attributes = get_object(*node, "attrs")) {
    out.add_all(kStanzaAttributes, *attributes);
  }
  std::string children;
  if (const json::array* list = get_array(*node, "children")) {
    for (const json::value& child : *list) {
      const json::object* one = child.if_object();
      if (one != nullptr) children += (children.empty() ? "" : ",") + text_of(*one, "tag");
    }
  }
  if (!children.empty()) out.attributes.emplace_back("holds", children);
  return out;
}

Shown shown(const Record& record) {
  Shown out;
  out.what = record.kind;
  switch (record.tap) {
    case Tap::kHttp:
      return shown_http(record);
    case Tap::kStanza:
      return shown_stanza(record);
    case Tap::kNoise:
      out.add("conn", record.facts.if_contains("conn"));
      out.add("n", record.facts.if_contains("n"));
      break;
    case Tap::kMessage:
      out.add_all(kMessageFacts, record.facts);
      break;
    case Tap::kEvent:
      out.add_all(kEventFacts, record.facts);
      break;
    case Tap::kStep:
      out.add_all(kStepFacts, record.facts);
      if (const json::object* error = get_object(record.facts, "error")) {
        out.add("error", error->if_contains("code"));
      }
      break;
  }
  return out;
}

// The value's first bytes, cut between characters.
std::string clipped(std::string text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
  return text.substr(0, limit) + "...";
}

std::string shown_value(const std::string& value) {
  const std::string text = terminal_text(clipped(value, kMaxValue));
  return text.empty() || text.find(' ') != text.npos ? "\"" + text + "\"" : text;
}

std::string moment(TimePoint time) {
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(
      time - std::chrono::floor<std::chrono::seconds>(time));
  std::string text = utc_text(time);
  text[10] = ' ';
  text.pop_back();  // the Z: every time is UTC
  return text + fmt::format(".{:03}", millis.count());
}

std::string_view color_of(Tap tap) {
  switch (tap) {
    case Tap::kHttp:
      return "\x1b[36m";
    case Tap::kStanza:
      return "\x1b[32m";
    case Tap::kNoise:
      return "\x1b[90m";
    case Tap::kMessage:
      return "\x1b[35m";
    case Tap::kEvent:
      return "\x1b[33m";
    case Tap::kStep:
      break;
  }
  return "\x1b[1m";
}

std::string_view arrow(Direction direction) {
  return direction == Direction::kIn ? "<-" : direction == Direction::kOut ? "->" : "--";
}

}  // namespace

std::string terminal_text(std::string_view text) {
  const std::string line = reports::one_line(text);
  std::string out;
  for (std::size_t i = 0; i < line.size();) {
    const std::string_view rest = std::string_view(line).substr(i);
    const auto second = static_cast<unsigned char>(rest.size() > 1 ? rest[1] : 0);
    const auto third = static_cast<unsigned char>(rest.size() > 2 ? rest[2] : 0);
    if (rest[0] == '\xc2' && second < 0xa0) {  // U+0080 to U+009F, of which one begins sequences
      out += kReplacement;
      i += 2;
    } else if (rest.starts_with("\xe2\x80") &&
               (third == 0x8e || third == 0x8f || (third >= 0xa8 && third <= 0xae))) {
      out += kReplacement;  // marks of direction and line ends
      i += 3;
    } else if (rest.starts_with("\xe2\x81") && third >= 0xa6 && third <= 0xa9) {
      out += kReplacement;  // isolates
      i += 3;
    } else {
      out += line[i++];
    }
  }
  return out;
}

std::string console_line(const evidence::Record& record, const ConsoleStyle& style) {
  const Shown what = shown(record);
  std::string line = moment(record.time) + "  " + terminal_text(clipped(record.party, kMaxValue));
  if (record.direction != Direction::kNone || !record.peer.empty()) {
    line += fmt::format(" {} {}", arrow(record.direction), shown_value(record.peer));
  }
  const std::string head = terminal_text(clipped(what.what, 2 * kMaxValue));
  line += "  ";
  if (style.color) {
    line += std::string(color_of(record.tap)) + head + "\x1b[0m";
  } else {
    line += head;
  }
  for (const auto& [name, value] : what.attributes) {
    line += " " + terminal_text(clipped(name, kMaxValue)) + "=" + shown_value(value);
  }
  if (record.body_size > 0) line += fmt::format(" [{} bytes]", record.body_size);
  if (style.show_bodies) {
    line += "  " + terminal_text(clipped(canonical(record.facts), kMaxFacts));
    if (!record.body.empty()) {
      line += "  body: " + terminal_text(clipped(std::string(as_text(record.body)), kMaxFacts));
    }
  }
  return line;
}

json::object console_json(const evidence::Record& record, bool show_bodies) {
  const Shown what = shown(record);
  json::object attributes;
  for (const auto& [name, value] : what.attributes) attributes[name] = clipped(value, kMaxValue);
  json::object out = {{"seq", record.seq},
                      {"time", utc_text(record.time)},
                      {"time_ns", unix_nanos(record.time)},
                      {"tap", evidence::to_string(record.tap)},
                      {"role", evidence::to_string(record.role)},
                      {"party", record.party},
                      {"peer", record.peer},
                      {"direction", evidence::to_string(record.direction)},
                      {"kind", record.kind},
                      {"what", what.what},
                      {"attributes", std::move(attributes)},
                      {"body_size", record.body_size}};
  if (show_bodies) {
    out["facts"] = record.facts;
    out["body_base64"] = base64(record.body);
  }
  return out;
}

}  // namespace parley::cli
