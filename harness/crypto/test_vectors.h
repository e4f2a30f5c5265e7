// Reads the published test vectors of testdata/. For the tests of this folder only.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/encoding.h"
#include "harness/base/file.h"
#include "harness/base/json.h"

namespace parley::crypto {

/// The file's object. A missing or broken file throws, which fails the test that asked for it.
inline json::object load_vectors(const std::string& name) {
  const std::string path = std::string(PARLEY_SOURCE_DIR "/harness/crypto/testdata/") + name;
  const Result<std::string> text = read_text_file(path);
  if (!text.ok()) throw std::runtime_error(text.error().text());
  Result<json::value> value = parse_json(*text, path);
  if (!value.ok()) throw std::runtime_error(value.error().text());
  return std::move(value->as_object());
}

inline Bytes from_hex(std::string_view text) { return decode_hex(text).value(); }

template <std::size_t N>
ByteArray<N> array_from_hex(std::string_view text) {
  const Bytes bytes = from_hex(text);
  if (bytes.size() != N) throw std::runtime_error("test vector of the wrong size");
  return to_array<N>(bytes);
}

/// The member `key` of a vector: text, and the bytes that hexadecimal text stands for.
inline std::string_view text_of(const json::object& vector, std::string_view key) {
  return vector.at(key).as_string();
}
inline Bytes bytes_of(const json::object& vector, std::string_view key) {
  return from_hex(text_of(vector, key));
}

/// "tcId 17 (comment)", for the message of a failed expectation.
inline std::string vector_name(const json::object& vector) {
  return "tcId " + std::to_string(vector.at("tcId").as_int64()) + " (" +
         std::string(text_of(vector, "comment")) + ")";
}

inline bool has_flag(const json::object& vector, std::string_view flag) {
  for (const json::value& value : vector.at("flags").as_array()) {
    if (value.as_string() == flag) return true;
  }
  return false;
}

}  // namespace parley::crypto
