#include "harness/cli/program_digest.h"

#include <array>
#include <fstream>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"

namespace parley::cli {
namespace {

std::string digest_of(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  crypto::Sha256 hash;
  std::array<char, 1 << 16> chunk{};
  while (file.read(chunk.data(), chunk.size()) || file.gcount() > 0) {
    hash.update(as_bytes(std::string_view(chunk.data(), static_cast<std::size_t>(file.gcount()))));
  }
  return file.bad() ? std::string() : hex(hash.finish());
}

}  // namespace

const std::string& program_digest() {
  static const std::string digest = digest_of("/proc/self/exe");
  return digest;
}

}  // namespace parley::cli
