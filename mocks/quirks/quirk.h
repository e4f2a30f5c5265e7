// A quirk: a named deviation of one party from what the rules say. Put into a mock in an
// implementation's chair it shows that checks can fail; put into the peer it shows that an
// implementation copes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/evidence/record.h"

namespace parley::mocks::quirks {

enum class Point { kStanzaOut, kStanzaIn, kRequestOut, kRequestIn, kResponseOut, kResponseIn };
enum class Action {
  kDrop,       ///< it does not pass
  kDuplicate,  ///< it passes twice
  kHold,       ///< it passes behind the next one of the same connection's direction
  kSet,        ///< a part gets another value
  kRemove,     ///< a part is taken away
  kFlip,       ///< one bit of a part is turned over
  kTruncate,   ///< a part loses its second half
  kAdd         ///< a part that nobody knows is added
};

/// A deviation on the wire, made by a generic interceptor.
struct WireQuirk {
  Point at = Point::kStanzaOut;
  std::string match = "*";  ///< glob: operation of the wire profile, or "METHOD target"
  std::string host = "*";   ///< glob; of requests and responses
  Action act = Action::kDrop;
  /// Stanzas: "enc" (content), "enc@type" (attribute), "@to" (of the root), "" (content of the
  /// root). Requests and responses: "status", "header/NAME", "form/NAME", "body", "body/POINTER".
  std::string path;
  std::string value;
  /// Only where that part, named as in `path`, is there and matches the glob. Empty: always.
  std::string where;
  std::string where_is = "*";
  std::size_t first = 1;             ///< the first match that it applies to, counted per party
  std::optional<std::size_t> count;  ///< how many of them; all where absent
};

/// A rule that a mock consults at one named place and does not keep.
struct PolicyQuirk {
  std::string hook;
};

struct Kill {
  std::string check;    ///< kind
  std::string finding;  ///< code, "*" for any
};

/// Checks that fail too, and why that is so.
struct Collateral {
  std::vector<std::string> checks;  ///< globs over kinds
  std::string why;
};

struct Quirk {
  std::string id;
  std::string file;  ///< and line, for messages: "mocks/quirks/media.yaml:12"
  evidence::Role role = evidence::Role::kHarness;
  std::string layer;
  std::string summary;
  std::string requirement;
  std::variant<WireQuirk, PolicyQuirk> deviation;
  std::vector<Kill> kills;
  std::vector<Collateral> collateral;
  std::string equivalent;  ///< why no check can see it; then `kills` is empty
};

/// Reads one file of the catalogue: a list of quirks. Appends diagnostics for what is wrong.
std::vector<Quirk> read_quirks(const std::string& name, std::string text,
                               std::vector<Diagnostic>& diagnostics);

}  // namespace parley::mocks::quirks
