#include "reports/record_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iterator>

#include "harness/base/encoding.h"
#include "harness/base/json_order.h"
#include "reports/markup.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

constexpr int kDeepest = 32;

std::string value_text(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : canonical(value);
}

// Base64 of facts, counted instead of shown: the record's body has them.
std::string bytes_text(std::string_view base64_text) {
  const Result<Bytes> bytes = decode_base64(base64_text);
  return bytes.ok() ? "[" + counted(bytes->size(), "byte") + "]" : std::string(base64_text);
}

void append_node(std::string& out, const json::object& node, int depth) {
  const std::string tag(get_string(node, "tag").value_or("?"));
  out += "<" + tag;
  if (const auto* attributes = node.if_contains("attrs"); attributes && attributes->is_object()) {
    for (const auto* attribute : in_canonical_order(attributes->get_object())) {
      out += " " + std::string(attribute->key()) + "=\"" + value_text(attribute->value()) + "\"";
    }
  }
  const std::size_t open = out.size();
  out += ">";
  if (const auto bytes = get_string(node, "bytes")) out += bytes_text(*bytes);
  if (const auto text = get_string(node, "text")) out += *text;
  if (const auto* children = node.if_contains("children"); children && children->is_array()) {
    for (const json::value& child : children->get_array()) {
      if (child.is_object() && depth < kDeepest) append_node(out, child.get_object(), depth + 1);
    }
  }
  if (out.size() == open + 1) {
    out.insert(open, "/");
  } else {
    out += "</" + tag + ">";
  }
}

std::string field_text(std::string_view name, const json::value& value) {
  return name == "node" && value.is_object() ? stanza_text(value.get_object()) : value_text(value);
}

void append_field(std::string& out, std::string_view name, std::string_view value,
                  const RecordLimits& limits) {
  if (value.empty()) return;
  fmt::format_to(std::back_inserter(out), "<dt>{}<dd>{}", escaped_content(name),
                 escaped_content(shortened(value, limits.field_characters)));
}

// "bob, partner-client, out": by whom, in which seat, and which way it went.
std::string observer(const evidence::Record& record) {
  std::string out = record.party;
  const std::string role(evidence::to_string(record.role));
  if (role != out) out += ", " + role;
  if (record.direction == evidence::Direction::kNone) return out;
  return out + ", " + std::string(evidence::to_string(record.direction));
}

void append_body(std::string& out, const evidence::Record& record, const RecordLimits& limits) {
  if (record.body_size == 0) return;
  const std::size_t shown = std::min(record.body.size(), limits.hex_bytes);
  std::string what = counted(record.body_size, "byte");
  if (shown < record.body_size) {
    what = shown == 0 ? what : "the first " + std::to_string(shown) + " of " + what;
  }
  fmt::format_to(std::back_inserter(out), "<dt>raw, {}<dd class=\"hex\">{}", what,
                 hex(BytesView(record.body).first(shown)));
  if (shown < record.body_size) {
    fmt::format_to(std::back_inserter(out), "{}SHA-256 of all {}", shown == 0 ? "" : "…<br>",
                   escaped_content(record.body_sha256));
  }
}

}  // namespace

std::string stanza_text(const json::object& node) {
  std::string out;
  append_node(out, node, 0);
  return out;
}

std::string record_fields(const evidence::Record& record, const RecordLimits& limits) {
  // End tags of <dt> and <dd> may be left out in HTML; with thousands of records that counts.
  std::string out = "<dl class=\"fields\">";
  append_field(out, "record", record.kind, limits);
  append_field(out, "seen by", observer(record), limits);
  for (const auto* fact : in_canonical_order(record.facts)) {
    append_field(out, fact->key(), field_text(fact->key(), fact->value()), limits);
  }
  append_body(out, record, limits);
  return out + "</dl>";
}

}  // namespace parley::reports
