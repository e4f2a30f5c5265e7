// Reads this folder's test data. For tests and benchmarks only.
#pragma once

#include <string>

#include "harness/base/encoding.h"
#include "harness/base/file.h"
#include "harness/base/json.h"

namespace parley::wire {

inline json::value read_testdata(const std::string& name) {
  std::string path = std::string(PARLEY_SOURCE_DIR) + "/harness/wire/testdata/" + name;
  return parse_json(read_text_file(path).value(), name).value();
}

inline Bytes hex_member(const json::object& object, std::string_view key) {
  return decode_hex(get_string(object, key).value()).value();
}

}  // namespace parley::wire
