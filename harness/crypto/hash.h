// SHA-2, HMAC-SHA-256, HKDF-SHA-256 (RFC 5869) and constant-time comparison.
#pragma once

#include <initializer_list>
#include <memory>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/result.h"

namespace parley::crypto {

using Digest32 = ByteArray<32>;
using Digest64 = ByteArray<64>;

Digest32 sha256(BytesView data);
Digest32 sha256(std::initializer_list<BytesView> parts);
Digest64 sha512(BytesView data);
ByteArray<20> sha1(BytesView data);  ///< only where a native protocol demands it

/// SHA-256 over data that arrives in pieces. After finish() the object starts afresh.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  Sha256(const Sha256&);
  Sha256& operator=(const Sha256&);

  void update(BytesView data);
  Digest32 finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Digest32 hmac_sha256(BytesView key, BytesView data);
Digest32 hmac_sha256(BytesView key, std::initializer_list<BytesView> parts);

/// HMAC-SHA-256 over data that arrives in pieces. After finish() it starts afresh with the same
/// key.
class HmacSha256 {
 public:
  explicit HmacSha256(BytesView key);
  ~HmacSha256();
  HmacSha256(HmacSha256&&) noexcept;
  HmacSha256& operator=(HmacSha256&&) noexcept;

  void update(BytesView data);
  Digest32 finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// RFC 5869 extract-and-expand. `size` is at most 255 * 32; more is kLimit. An empty salt counts as
/// 32 zero bytes.
Result<Bytes> hkdf_sha256(BytesView salt, BytesView ikm, BytesView info, std::size_t size);

/// The same with the size known at compile time; cannot fail.
template <std::size_t N>
  requires(N <= 255 * 32)
ByteArray<N> hkdf_sha256(BytesView salt, BytesView ikm, BytesView info);
void hkdf_sha256_into(BytesView salt, BytesView ikm, BytesView info, std::span<std::uint8_t> out);

template <std::size_t N>
  requires(N <= 255 * 32)
ByteArray<N> hkdf_sha256(BytesView salt, BytesView ikm, BytesView info) {
  ByteArray<N> out;
  hkdf_sha256_into(salt, ikm, info, out);
  return out;
}

/// Whether both are equal, in time that depends on the lengths only. For MACs, digests and tokens.
bool equal_constant_time(BytesView a, BytesView b);

/// Overwrites memory in a way that the optimiser keeps.
void wipe(std::span<std::uint8_t> secret);

}  // namespace parley::crypto
