// A stanza with places to fill in: matched against a node it yields their values, rendered with
// values it yields a node. The notation is described in docs/wire-profiles.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/base/json.h"
#include "harness/base/result.h"
#include "harness/base/yaml.h"
#include "harness/wire/node.h"

namespace parley::wire {

/// What a placeholder accepts. Values in JSON: kUint as a number, kBytes as base64 text, all else
/// as text.
struct ValueType {
  enum class Kind { kJid, kId, kUint, kText, kBytes, kEnum };
  Kind kind = Kind::kText;
  std::vector<std::string> words;  ///< kEnum: the alternatives; kJid: the allowed servers, or none
  std::size_t min_size = 0;        ///< kBytes, kText: in bytes
  std::size_t max_size = SIZE_MAX;

  /// As written: "uint", "bytes[32]", "enum(get|set)".
  std::string text() const;
};

/// The value of an attribute or the content of an element: either one of some literals or a
/// placeholder.
struct Slot {
  std::vector<std::string> literals;  ///< rendered as the first, matched by any
  std::string name;                   ///< of the placeholder; empty for literals
  ValueType type;
  bool optional = false;
};

enum class Cardinality { kOne, kOptional, kMany, kSome };

struct ElementTemplate {
  std::string tag;
  Cardinality cardinality = Cardinality::kOne;
  std::string as;  ///< where set, the element's values are an object (or a list of them) of their
                   ///< own
  struct Attribute {
    std::string name;
    bool absent = false;  ///< must not be there
    Slot slot;
  };
  std::vector<Attribute> attributes;
  std::optional<Slot> content;
  std::vector<ElementTemplate> children;
};

/// One disagreement between a node and a template: "iq/list/key[2]/value: 31 bytes, not bytes[32]".
struct Mismatch {
  std::string path;
  std::string message;
};

struct MatchOutcome {
  json::object values;
  std::vector<Mismatch> mismatches;  ///< the node contradicts the template
  std::vector<Mismatch> surplus;     ///< the node has what the template does not mention
  std::size_t agreements = 0;        ///< literals that hold; tells near misses from far ones

  bool matches() const { return mismatches.empty(); }
  bool matches_strictly() const { return mismatches.empty() && surplus.empty(); }
};

/// Reads the YAML form. Trouble is appended to `diagnostics`, and the result is then nullopt.
std::optional<ElementTemplate> parse_template(const YamlFile& file, const YamlNode& node,
                                              std::vector<Diagnostic>& diagnostics);

MatchOutcome match_template(const ElementTemplate& element, const Node& node);

/// kInvalid for a value that is missing, unknown or of another type, with the placeholder's name.
Result<Node> render_template(const ElementTemplate& element, const json::object& values);

}  // namespace parley::wire
