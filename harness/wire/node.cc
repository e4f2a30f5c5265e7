#include "harness/wire/node.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <charconv>

#include "harness/base/encoding.h"
#include "harness/base/utf8.h"

namespace parley::wire {
namespace {

std::optional<std::uint16_t> parse_u16(std::string_view text) {
  std::uint16_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

constexpr std::size_t kShownBytes = 16;

void append_escaped(std::string& out, std::string_view text) {
  for (char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
}

void append_xml(std::string& out, const Node& node) {
  out += '<';
  out += node.tag;
  for (const auto& [name, value] : node.attributes) {
    out += ' ';
    out += name;
    out += "=\"";
    append_escaped(out, value);
    out += '"';
  }
  BytesView bytes = node.bytes();
  if (node.children().empty() && bytes.empty()) {
    out += "/>";
    return;
  }
  out += '>';
  for (const Node& child : node.children()) append_xml(out, child);
  if (!bytes.empty()) {
    std::size_t shown = std::min(bytes.size(), kShownBytes);
    out += hex(bytes.first(shown));
    if (shown < bytes.size()) out += "…(" + std::to_string(bytes.size()) + " bytes)";
  }
  out += "</";
  out += node.tag;
  out += '>';
}

}  // namespace

std::string Jid::text() const {
  std::string out;
  if (server == "interop") out = std::to_string(integrator) + "-";
  out += user;
  if (device != 0) out += ":" + std::to_string(device);
  return out + "@" + server;
}

Jid Jid::without_device() const {
  Jid out = *this;
  out.device = 0;
  return out;
}

std::optional<Jid> Jid::parse(std::string_view text) {
  std::size_t at = text.find('@');
  if (at == std::string_view::npos || at + 1 == text.size()) return std::nullopt;
  Jid jid;
  jid.server = text.substr(at + 1);
  if (jid.server.find('@') != std::string::npos) return std::nullopt;
  std::string_view local = text.substr(0, at);
  if (std::size_t colon = local.rfind(':'); colon != std::string_view::npos) {
    std::optional<std::uint16_t> device = parse_u16(local.substr(colon + 1));
    if (!device) return std::nullopt;
    jid.device = *device;
    local = local.substr(0, colon);
  }
  if (jid.server == "interop") {
    std::size_t dash = local.find('-');
    if (dash == std::string_view::npos || dash + 1 == local.size()) return std::nullopt;
    std::optional<std::uint16_t> integrator = parse_u16(local.substr(0, dash));
    if (!integrator) return std::nullopt;
    jid.integrator = *integrator;
    local = local.substr(dash + 1);
  }
  jid.user = local;
  return jid;
}

Node::Node(std::string tag_, std::vector<std::pair<std::string, std::string>> attributes_)
    : tag(std::move(tag_)), attributes(std::move(attributes_)) {}

Node::Node(std::string tag_, std::vector<std::pair<std::string, std::string>> attributes_,
           Nodes children)
    : tag(std::move(tag_)), attributes(std::move(attributes_)), content(std::move(children)) {}

Node::Node(std::string tag_, std::vector<std::pair<std::string, std::string>> attributes_,
           Bytes content_)
    : tag(std::move(tag_)), attributes(std::move(attributes_)), content(std::move(content_)) {}

std::string_view Node::attribute(std::string_view name) const {
  for (const auto& [key, value] : attributes) {
    if (key == name) return value;
  }
  return {};
}

bool Node::has(std::string_view name) const {
  return std::any_of(attributes.begin(), attributes.end(),
                     [&](const auto& pair) { return pair.first == name; });
}

void Node::set(std::string_view name, std::string value) {
  for (auto& [key, old] : attributes) {
    if (key != name) continue;
    old = std::move(value);
    return;
  }
  attributes.emplace_back(name, std::move(value));
}

const Node* Node::child(std::string_view child_tag) const {
  for (const Node& node : children()) {
    if (node.tag == child_tag) return &node;
  }
  return nullptr;
}

const Nodes& Node::children() const {
  static const Nodes none;
  const Nodes* nodes = std::get_if<Nodes>(&content);
  return nodes ? *nodes : none;
}

BytesView Node::bytes() const {
  const Bytes* bytes = std::get_if<Bytes>(&content);
  return bytes ? BytesView(*bytes) : BytesView();
}

json::object to_json(const Node& node) {
  json::object out;
  out["tag"] = node.tag;
  if (!node.attributes.empty()) {
    json::object attributes;
    for (const auto& [name, value] : node.attributes) attributes[name] = value;
    out["attrs"] = std::move(attributes);
  }
  if (const Nodes* nodes = std::get_if<Nodes>(&node.content)) {
    json::array children;
    children.reserve(nodes->size());
    for (const Node& child : *nodes) children.push_back(to_json(child));
    out["children"] = std::move(children);
  } else if (const Bytes* bytes = std::get_if<Bytes>(&node.content)) {
    if (is_printable_utf8(as_text(*bytes))) {
      out["text"] = as_text(*bytes);
    } else {
      out["bytes"] = base64(*bytes);
    }
  }
  return out;
}

std::string to_xml(const Node& node) {
  std::string out;
  append_xml(out, node);
  return out;
}

}  // namespace parley::wire
