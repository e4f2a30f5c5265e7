#include "harness/crypto/edwards.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace parley::crypto {
namespace {

__extension__ using Wide = unsigned __int128;

/// An element of GF(2^255 - 19): five limbs of 51 bits, which may exceed that by a few bits between
/// operations.
using Field = std::array<std::uint64_t, 5>;

constexpr std::uint64_t kMask = (std::uint64_t{1} << 51) - 1;

std::uint64_t load64(const PublicKey& bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;) value = value << 8 | bytes[at + i];
  return value;
}

/// Limb i starts at bit 51 * i; each is read through the eight bytes that cover it.
Field load(const PublicKey& bytes) {
  return {load64(bytes, 0) & kMask, load64(bytes, 6) >> 3 & kMask, load64(bytes, 12) >> 6 & kMask,
          load64(bytes, 19) >> 1 & kMask, load64(bytes, 24) >> 12 & kMask};
}

/// One pass of carries; what leaves the top limb is worth 19 at the bottom.
void carry(Field& x) {
  for (std::size_t i = 0; i < 4; ++i) {
    x[i + 1] += x[i] >> 51;
    x[i] &= kMask;
  }
  x[0] += 19 * (x[4] >> 51);
  x[4] &= kMask;
}

/// The unique representative below 2^255 - 19.
PublicKey store(Field x) {
  carry(x);
  carry(x);
  std::uint64_t excess = 19;  // adding 19 overflows 255 bits exactly where x >= 2^255 - 19
  for (std::uint64_t limb : x) excess = (limb + excess) >> 51;
  x[0] += 19 * excess;
  for (std::size_t i = 0; i < 4; ++i) {
    x[i + 1] += x[i] >> 51;
    x[i] &= kMask;
  }
  x[4] &= kMask;
  PublicKey bytes{};
  for (std::size_t bit = 0; bit < 255; ++bit) {
    bytes[bit / 8] |= static_cast<std::uint8_t>((x[bit / 51] >> bit % 51 & 1) << bit % 8);
  }
  return bytes;
}

/// Schoolbook product; what lands at 2^255 or above is worth 19 times as much 255 bits further
/// down.
Field multiply(const Field& a, const Field& b) {
  const auto wide = [&](std::size_t i, std::uint64_t factor) {
    return static_cast<Wide>(a[i]) * factor;
  };
  const Field w = {0, 19 * b[1], 19 * b[2], 19 * b[3], 19 * b[4]};
  std::array<Wide, 5> sum = {
      wide(0, b[0]) + wide(1, w[4]) + wide(2, w[3]) + wide(3, w[2]) + wide(4, w[1]),
      wide(0, b[1]) + wide(1, b[0]) + wide(2, w[4]) + wide(3, w[3]) + wide(4, w[2]),
      wide(0, b[2]) + wide(1, b[1]) + wide(2, b[0]) + wide(3, w[4]) + wide(4, w[3]),
      wide(0, b[3]) + wide(1, b[2]) + wide(2, b[1]) + wide(3, b[0]) + wide(4, w[4]),
      wide(0, b[4]) + wide(1, b[3]) + wide(2, b[2]) + wide(3, b[1]) + wide(4, b[0])};
  Field out;
  for (std::size_t i = 0; i < 4; ++i) {
    sum[i + 1] += static_cast<std::uint64_t>(sum[i] >> 51);
    out[i] = static_cast<std::uint64_t>(sum[i]) & kMask;
  }
  out[4] = static_cast<std::uint64_t>(sum[4]) & kMask;
  // Limbs below 2^53 make sum[4] less than 2^109, so that 19 times its carry fits 64 bits.
  out[0] += 19 * static_cast<std::uint64_t>(sum[4] >> 51);
  out[1] += out[0] >> 51;
  out[0] &= kMask;
  return out;
}

/// x^(2^count) * y.
Field square_multiply(Field x, int count, const Field& y) {
  for (int i = 0; i < count; ++i) x = multiply(x, x);
  return multiply(x, y);
}

/// x^(p-2), which is 1/x. With e(n) = x^(2^n - 1), e(a+b) = e(a)^(2^b) * e(b) builds e(250) in few
/// products, and p - 2 = (2^250 - 1) * 2^5 + 11.
Field invert(const Field& x) {
  const Field e2 = square_multiply(x, 1, x);
  const Field e4 = square_multiply(e2, 2, e2);
  const Field e5 = square_multiply(e4, 1, x);
  const Field e10 = square_multiply(e5, 5, e5);
  const Field e20 = square_multiply(e10, 10, e10);
  const Field e40 = square_multiply(e20, 20, e20);
  const Field e50 = square_multiply(e40, 10, e10);
  const Field e100 = square_multiply(e50, 50, e50);
  const Field e200 = square_multiply(e100, 100, e100);
  const Field e250 = square_multiply(e200, 50, e50);
  const Field x5 = square_multiply(x, 2, x);
  const Field x11 = square_multiply(x5, 1, x);
  return square_multiply(e250, 5, x11);
}

/// Whether u is 2^255 - 20 (that is, -1) or above: little-endian ec ff ... ff 7f.
bool is_minus_one_or_unreduced(const PublicKey& u) {
  return u[31] >= 0x80 ||
         (u[31] == 0x7f && u[0] >= 0xec &&
          std::all_of(u.begin() + 1, u.begin() + 31, [](std::uint8_t b) { return b == 0xff; }));
}

}  // namespace

std::optional<PublicKey> edwards_y(const PublicKey& u) {
  if (is_minus_one_or_unreduced(u)) return std::nullopt;
  Field above = load(u);
  Field below = above;
  above[0] += 1;
  // Subtracting 1 as adding 2p - 1, limb by limb, so that no limb goes below zero.
  below[0] += 2 * (kMask - 18) - 1;
  for (std::size_t i = 1; i < 5; ++i) below[i] += 2 * kMask;
  return store(multiply(below, invert(above)));
}

}  // namespace parley::crypto
