// For tests: stanzas as baileys.mjs takes and gives them.
#pragma once

#include <string>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/base/json.h"
#include "harness/wire/node.h"

namespace parley::peers {

inline json::object to_peer(const wire::Node& node) {
  json::array attributes;
  for (const auto& [name, value] : node.attributes) {
    attributes.push_back(json::array{json::string(name), json::string(value)});
  }
  json::object out{{"tag", node.tag}, {"attrs", std::move(attributes)}};
  if (const auto* bytes = std::get_if<Bytes>(&node.content)) out["bytes"] = hex(*bytes);
  if (const auto* children = std::get_if<wire::Nodes>(&node.content)) {
    json::array list;
    for (const wire::Node& child : *children) list.push_back(to_peer(child));
    out["children"] = std::move(list);
  }
  return out;
}

inline wire::Node from_peer(const json::object& object) {
  wire::Node node(std::string(get_string(object, "tag").value_or("")));
  if (const json::array* attributes = get_array(object, "attrs")) {
    for (const json::value& pair : *attributes) {
      node.set(pair.as_array().at(0).as_string(), std::string(pair.as_array().at(1).as_string()));
    }
  }
  if (const auto bytes = get_string(object, "bytes")) node.content = decode_hex(*bytes).value();
  if (const json::array* children = get_array(object, "children")) {
    wire::Nodes list;
    for (const json::value& child : *children) list.push_back(from_peer(child.as_object()));
    node.content = std::move(list);
  }
  return node;
}

}  // namespace parley::peers
