// One record of the transcript, decoded for people: its fields, and the raw bytes behind them.
#pragma once

#include <cstddef>
#include <string>

#include "harness/base/json.h"
#include "harness/evidence/record.h"

namespace parley::reports {

struct RecordLimits {
  std::size_t field_characters = 400;  ///< of one field's value
  std::size_t hex_bytes = 64;          ///< of the body
};

/// A list of the record's fields with their values, and its body in hex; both are cut at the
/// limits, and say so. Never empty.
std::string record_fields(const evidence::Record& record, const RecordLimits& limits);

/// A stanza as text: <message type="text"><enc v="2">[192 bytes]</enc></message>. Not escaped.
std::string stanza_text(const json::object& node);

}  // namespace parley::reports
