// A place in a stanza template: the value of an attribute, the content of an element, or a tag. It
// is either fixed text or a placeholder with a type. The notation is described in
// docs/wire-profiles.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/json.h"
#include "harness/base/result.h"

namespace parley::wire {

/// What a placeholder accepts. Values in JSON: kUint as a number, kBytes as base64 text, all else
/// as text.
struct ValueType {
  enum class Kind { kJid, kAddress, kId, kUint, kText, kBytes, kEnum };
  Kind kind = Kind::kText;
  std::vector<std::string> words;  ///< kEnum: the alternatives; kJid: the allowed servers, or none
  std::size_t min_size = 0;        ///< kBytes, kText: in bytes
  std::size_t max_size = SIZE_MAX;

  /// As written: "uint", "bytes[32]", "enum(get|set)".
  std::string text() const;
};

struct Slot {
  std::vector<std::string> literals;  ///< rendered as the first, matched by any
  std::string name;                   ///< of the placeholder; empty for literals
  ValueType type;
  bool optional = false;

  bool is_literal() const { return name.empty(); }
};

/// Reads "get", "a|b", "0x05", "$name", "$name:type", each with a final "?" where optional.
Result<Slot> parse_slot(std::string_view text);

/// Whether what stands in the stanza is of that type.
bool accepts(const ValueType& type, BytesView raw);

/// The JSON value of what stands in the stanza; kInvalid where it is not of that type.
Result<json::value> read_value(const ValueType& type, BytesView raw);

/// What to put into the stanza for a JSON value; kInvalid where it is not of that type.
Result<std::string> write_value(const ValueType& type, const json::value& value);

}  // namespace parley::wire
