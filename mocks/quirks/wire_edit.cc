#include "mocks/quirks/wire_edit.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "harness/base/glob.h"
#include "harness/base/json.h"

namespace parley::mocks::quirks {
namespace {

constexpr std::string_view kStranger = "x-quirk";  ///< what nobody knows

bool edit_bytes(const WireQuirk& quirk, Bytes& bytes) {
  switch (quirk.act) {
    case Action::kSet: {
      Bytes wanted = to_bytes(std::string_view(quirk.value));
      if (wanted == bytes) return false;
      bytes = std::move(wanted);
      return true;
    }
    case Action::kRemove:
      if (bytes.empty()) return false;
      bytes.clear();
      return true;
    case Action::kFlip:
      if (bytes.empty()) return false;
      bytes[bytes.size() / 2] ^= 1;
      return true;
    case Action::kTruncate:
      if (bytes.empty()) return false;
      bytes.resize(bytes.size() / 2);
      return true;
    case Action::kAdd:
      append(bytes, as_bytes(quirk.value));
      return !quirk.value.empty();
    default:
      return false;
  }
}

bool edit_text(const WireQuirk& quirk, std::string& text) {
  Bytes bytes = to_bytes(std::string_view(text));
  if (!edit_bytes(quirk, bytes)) return false;
  text = std::string(as_text(bytes));
  return true;
}

// {name, value} lists: attributes, headers, form fields.
template <class Pairs>
bool edit_pair(const WireQuirk& quirk, Pairs& pairs, std::string_view name) {
  const auto found = std::ranges::find(pairs, name, &Pairs::value_type::first);
  if (quirk.act == Action::kAdd || (quirk.act == Action::kSet && found == pairs.end())) {
    if (found != pairs.end()) return false;
    pairs.emplace_back(std::string(name), quirk.value);
    return true;
  }
  if (found == pairs.end()) return false;
  if (quirk.act == Action::kRemove) {
    pairs.erase(found);
    return true;
  }
  return edit_text(quirk, found->second);
}

bool add_child(wire::Node& node, const std::string& value) {
  if (std::holds_alternative<Bytes>(node.content)) return false;
  if (!std::holds_alternative<wire::Nodes>(node.content)) node.content = wire::Nodes();
  wire::Node child{std::string(kStranger)};
  if (!value.empty()) child.content = to_bytes(std::string_view(value));
  std::get<wire::Nodes>(node.content).push_back(std::move(child));
  return true;
}

bool edit_content(const WireQuirk& quirk, wire::Node& node) {
  if (quirk.act == Action::kAdd) return add_child(node, quirk.value);
  if (quirk.act == Action::kSet) {
    Bytes wanted = to_bytes(std::string_view(quirk.value));
    if (std::holds_alternative<Bytes>(node.content) && std::get<Bytes>(node.content) == wanted) {
      return false;
    }
    node.content = std::move(wanted);
    return true;
  }
  if (auto* bytes = std::get_if<Bytes>(&node.content)) return edit_bytes(quirk, *bytes);
  auto* children = std::get_if<wire::Nodes>(&node.content);
  if (children == nullptr || children->empty()) return false;
  if (quirk.act == Action::kRemove) {
    children->clear();
    return true;
  }
  if (quirk.act != Action::kTruncate) return false;
  children->resize(children->size() / 2);
  return true;
}

// All children of that tag: where there are many, one would often not be seen.
bool edit_below(const WireQuirk& quirk, wire::Node& node, std::string_view path) {
  if (path.empty()) return edit_content(quirk, node);
  if (path.front() == '@') return edit_pair(quirk, node.attributes, path.substr(1));
  const std::size_t end = path.find_first_of("/@");
  const std::string_view tag = path.substr(0, end);
  std::string_view rest = end == std::string_view::npos ? std::string_view() : path.substr(end);
  if (!rest.empty() && rest.front() == '/') rest.remove_prefix(1);
  auto* children = std::get_if<wire::Nodes>(&node.content);
  if (children == nullptr) return false;
  if (rest.empty() && end == std::string_view::npos && quirk.act == Action::kRemove) {
    return std::erase_if(*children, [&](const wire::Node& child) { return child.tag == tag; }) > 0;
  }
  bool changed = false;
  for (wire::Node& child : *children) {
    if (child.tag == tag) changed = edit_below(quirk, child, rest) || changed;
  }
  return changed;
}

bool edit_json(const WireQuirk& quirk, json::object& object, std::string_view name) {
  const std::size_t slash = name.find('/');
  json::value* member = object.if_contains(name.substr(0, slash));
  if (slash != std::string_view::npos) {
    json::object* inner = member == nullptr ? nullptr : member->if_object();
    return inner != nullptr && edit_json(quirk, *inner, name.substr(slash + 1));
  }
  if (quirk.act == Action::kAdd || (quirk.act == Action::kSet && member == nullptr)) {
    if (member != nullptr) return false;
    object[name] = quirk.value;
    return true;
  }
  if (member == nullptr) return false;
  if (quirk.act == Action::kRemove) {
    object.erase(name);
    return true;
  }
  auto* text = member->if_string();
  if (quirk.act == Action::kSet && text == nullptr) {
    *member = quirk.value;
    return true;
  }
  if (text == nullptr) return false;
  std::string changed(text->data(), text->size());
  if (!edit_text(quirk, changed)) return false;
  *text = changed;
  return true;
}

bool edit_body(const WireQuirk& quirk, Bytes& body, std::string_view path) {
  if (path.empty()) return edit_bytes(quirk, body);
  auto parsed = parse_json(as_text(body), "body");
  json::object* object = parsed.ok() ? parsed->if_object() : nullptr;
  if (object == nullptr || !edit_json(quirk, *object, path)) return false;
  body = to_bytes(std::string_view(canonical(*object)));
  return true;
}

bool edit_form(const WireQuirk& quirk, Bytes& body, std::string_view field) {
  auto form = net::parse_form(as_text(body));
  if (!form.ok() || !edit_pair(quirk, *form, field)) return false;
  body = to_bytes(std::string_view(net::encode_form(*form)));
  return true;
}

// "body/errors/0" in "body" and the rest.
std::pair<std::string_view, std::string_view> halves(std::string_view path) {
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return {path, {}};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

// The part of a stanza that a path names, as text; nullopt where it is not there.
std::optional<std::string> part_of(const wire::Node& node, std::string_view path) {
  if (path.empty()) return std::string(as_text(node.bytes()));
  if (path.front() == '@') {
    const std::string_view name = path.substr(1);
    if (!node.has(name)) return std::nullopt;
    return std::string(node.attribute(name));
  }
  const std::size_t end = path.find_first_of("/@");
  const wire::Node* child = node.child(path.substr(0, end));
  if (child == nullptr) return std::nullopt;
  std::string_view rest = end == std::string_view::npos ? std::string_view() : path.substr(end);
  if (!rest.empty() && rest.front() == '/') rest.remove_prefix(1);
  return part_of(*child, rest);
}

std::optional<std::string> header_of(const net::HttpHeaders& headers, std::string_view path) {
  const auto [part, name] = halves(path);
  const std::string_view value = net::find_header(headers, name);
  if (part != "header" || value.empty()) return std::nullopt;
  return std::string(value);
}

bool fits(const WireQuirk& quirk, const std::optional<std::string>& part) {
  return quirk.where.empty() || (part && glob_match(quirk.where_is, *part));
}

}  // namespace

bool concerned(const WireQuirk& quirk, const wire::Node& node) {
  return quirk.where.empty() || fits(quirk, part_of(node, quirk.where));
}

bool concerned(const WireQuirk& quirk, const net::HttpRequest& request) {
  return quirk.where.empty() || fits(quirk, header_of(request.headers, quirk.where));
}

bool concerned(const WireQuirk& quirk, const net::HttpResponse& response) {
  return quirk.where.empty() || fits(quirk, header_of(response.headers, quirk.where));
}

bool edit(const WireQuirk& quirk, wire::Node& node) { return edit_below(quirk, node, quirk.path); }

bool edit(const WireQuirk& quirk, net::HttpRequest& request) {
  const auto [part, name] = halves(quirk.path);
  if (part == "header") return edit_pair(quirk, request.headers, name);
  if (part == "form") return edit_form(quirk, request.body, name);
  if (part == "body") return edit_body(quirk, request.body, name);
  if (part == "target") return edit_text(quirk, request.target);
  return false;
}

bool edit(const WireQuirk& quirk, net::HttpResponse& response) {
  const auto [part, name] = halves(quirk.path);
  if (part == "header") return edit_pair(quirk, response.headers, name);
  if (part == "body") return edit_body(quirk, response.body, name);
  if (part != "status" || quirk.act != Action::kSet) return false;
  unsigned status = 0;
  const char* end = quirk.value.data() + quirk.value.size();
  const auto [stop, error] = std::from_chars(quirk.value.data(), end, status);
  if (error != std::errc() || stop != end || status == response.status) return false;
  response.status = status;
  return true;
}

}  // namespace parley::mocks::quirks
