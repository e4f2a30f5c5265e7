// Byte buffers and the few operations on them that every layer needs.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;
template <std::size_t N>
using ByteArray = std::array<std::uint8_t, N>;

inline BytesView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(BytesView bytes) { return {bytes.begin(), bytes.end()}; }
inline Bytes to_bytes(std::string_view text) { return to_bytes(as_bytes(text)); }

inline void append(Bytes& to, BytesView more) { to.insert(to.end(), more.begin(), more.end()); }

/// All parts, one after the other.
inline Bytes concat(std::initializer_list<BytesView> parts) {
  Bytes out;
  std::size_t size = 0;
  for (BytesView part : parts) size += part.size();
  out.reserve(size);
  for (BytesView part : parts) append(out, part);
  return out;
}

/// Appends the low `count` bytes of `value`, most significant first. `count` is at most 8.
inline void append_be(Bytes& to, std::uint64_t value, std::size_t count) {
  for (std::size_t i = count; i-- > 0;) to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

/// The unsigned big-endian number in `bytes`, which holds at most 8.
inline std::uint64_t read_be(BytesView bytes) {
  std::uint64_t value = 0;
  for (std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

/// Copies exactly N bytes; the caller has checked that `bytes.size() >= N`.
template <std::size_t N>
ByteArray<N> to_array(BytesView bytes) {
  ByteArray<N> out;
  for (std::size_t i = 0; i < N; ++i) out[i] = bytes[i];
  return out;
}

}  // namespace parley
