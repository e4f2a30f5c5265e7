// A stanza with places to fill in: matched against a node it yields their values, rendered with
// values it yields a node. The notation is described in docs/wire-profiles.md.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/json.h"
#include "harness/base/result.h"
#include "harness/wire/node.h"
#include "harness/wire/slot.h"

namespace parley::wire {

/// How often an element may stand where its template stands.
enum class Cardinality { kOne, kOptional, kMany, kSome };

struct ElementTemplate {
  struct Attribute {
    std::string name;
    bool absent = false;  ///< must not be there
    Slot slot;
  };

  Slot tag;  ///< a literal, or a placeholder of type enum
  Cardinality cardinality = Cardinality::kOne;
  std::string as;  ///< where set, the element's values form an object (or a list of them) of their
                   ///< own under this name; else they belong to the element around it
  std::vector<Attribute> attributes;
  std::optional<Slot> content;
  std::vector<ElementTemplate> children;

  bool repeats() const {
    return cardinality == Cardinality::kMany || cardinality == Cardinality::kSome;
  }
  bool accepts_tag(std::string_view text) const;
  /// The names of the values that this element takes, not those behind another `as`.
  void collect_names(std::vector<std::string>& names) const;
};

/// One disagreement between a node and a template: "iq/list/key[2]/value: 31 bytes are not
/// bytes[32]".
struct Mismatch {
  std::string path;
  std::string message;

  std::string text() const { return path + ": " + message; }
};

struct MatchOutcome {
  json::object values;
  std::vector<Mismatch> mismatches;  ///< the node contradicts the template
  std::vector<Mismatch> surplus;     ///< the node has what the template does not mention
  std::size_t agreements = 0;        ///< fixed texts that hold; tells near misses from far ones

  bool matches() const { return mismatches.empty(); }
  bool matches_strictly() const { return mismatches.empty() && surplus.empty(); }
};

enum class MatchMode {
  kFull,      ///< values, and every mismatch
  kQuick,     ///< no values, and only the first mismatch: for classification
  kDiagnose,  ///< no values, but every mismatch
};

MatchOutcome match_template(const ElementTemplate& element, const Node& node,
                            MatchMode mode = MatchMode::kFull);

/// kInvalid for a value that is missing, unknown or of another type, with the placeholder's name.
Result<Node> render_template(const ElementTemplate& element, const json::object& values);

}  // namespace parley::wire
