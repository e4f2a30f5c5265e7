#include "harness/base/random.h"

#include <bit>

namespace parley {
namespace {

std::uint64_t splitmix(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15;
  std::uint64_t z = state;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

// FNV-1a, 64 bits: spreads labels that differ in one character.
std::uint64_t hash_label(std::string_view label) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : label) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return hash;
}

}  // namespace

std::uint64_t Random::next_u64() {
  ByteArray<8> bytes;
  fill(bytes);
  return read_be(bytes);
}

std::uint64_t Random::below(std::uint64_t bound) {
  // Values in the last, incomplete copy of [0, bound) are drawn again, or small results were
  // favoured.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  std::uint64_t value = next_u64();
  while (value >= limit) value = next_u64();
  return value % bound;
}

SeededRandom::SeededRandom(std::uint64_t seed, std::string_view label) {
  std::uint64_t mix = seed ^ std::rotl(hash_label(label), 17);
  for (auto& word : state_) word = splitmix(mix);
}

std::uint64_t SeededRandom::step() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
  std::size_t i = 0;
  while (i < out.size()) {
    std::uint64_t word = step();
    for (std::size_t k = 0; k < 8 && i < out.size(); ++k, ++i) {
      out[i] = static_cast<std::uint8_t>(word);
      word >>= 8;
    }
  }
}

}  // namespace parley
