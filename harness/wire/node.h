// The stanza tree of the chat protocol, and the text form of its addresses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/json.h"
#include "harness/base/result.h"

namespace parley::wire {

/// An address: "33612345678@s.whatsapp.net", "800…:5@lid", "1-10853634039893:2@interop", or a bare
/// server. `integrator` is meaningful for server "interop" only.
struct Jid {
  std::string user;
  std::string server;
  std::uint16_t device = 0;
  std::uint16_t integrator = 0;

  std::string text() const;
  Jid without_device() const;
  bool operator==(const Jid&) const = default;

  /// nullopt where the text is no address: no '@', empty server, a device or integrator out of
  /// range.
  static std::optional<Jid> parse(std::string_view text);
};

struct Node;
using Nodes = std::vector<Node>;

/// One element. Attribute values are text; those that read as addresses are encoded as addresses.
/// On the wire, text content and byte content are the same thing: content is bytes or child nodes.
struct Node {
  std::string tag;
  std::vector<std::pair<std::string, std::string>> attributes;  ///< in wire order, names unique
  std::variant<std::monostate, Bytes, Nodes> content;

  Node() = default;
  explicit Node(std::string tag_,
                std::vector<std::pair<std::string, std::string>> attributes_ = {});
  Node(std::string tag_, std::vector<std::pair<std::string, std::string>> attributes_,
       Nodes children);
  Node(std::string tag_, std::vector<std::pair<std::string, std::string>> attributes_,
       Bytes content_);

  /// The attribute's value, or empty where absent. Use has() to tell the two apart.
  std::string_view attribute(std::string_view name) const;
  bool has(std::string_view name) const;
  void set(std::string_view name, std::string value);

  /// The first child with that tag, or null.
  const Node* child(std::string_view child_tag) const;
  /// Child nodes; empty where the content is none or bytes.
  const Nodes& children() const;
  /// Byte content; empty where the content is none or nodes.
  BytesView bytes() const;

  bool operator==(const Node&) const = default;
};

/// For transcripts: {"tag":…,"attrs":{…},"children":[…]} or "bytes" in base64, text where printable
/// UTF-8.
json::object to_json(const Node& node);
/// For messages to people: `<iq type="get" xmlns="encrypt"><count/></iq>`, bytes shortened.
std::string to_xml(const Node& node);

}  // namespace parley::wire
