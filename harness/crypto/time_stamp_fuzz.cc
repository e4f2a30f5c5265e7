// A response of a time stamping authority from outside: nothing may crash, nothing is believed
// without a signature that leads to a root, and cutting it is noticed.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "harness/crypto/certificate_chain.h"
#include "harness/crypto/time_stamp.h"

namespace {

using namespace parley;
using namespace parley::crypto;

void require(bool holds) {
  if (!holds) std::abort();
}

/// A root whose key nobody keeps.
const std::string& foreign_root() {
  static const std::string pem = [] {
    SeededRandom random(1, "root");
    const TimePoint from = from_unix_seconds(1'600'000'000);
    return make_lab_root(SigningKey::generate(KeyAlgorithm::kEd25519), "Root",
                         {from, from + std::chrono::hours(24 * 36500)}, random)
        .value()
        .certificate_pem;
  }();
  return pem;
}

}  // namespace

/// The first 32 bytes are the digest that was asked for, the rest is the response.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 32) return 0;
  const Digest32 digest = to_array<32>(BytesView(data, 32));
  const BytesView response(data + 32, size - 32);
  const auto read = read_time_stamp(response, digest);
  if (!read.ok()) {
    require(!read.error().text().empty());
    return 0;
  }
  require(unix_seconds(read->time) >= 0);
  require(!read_time_stamp(response.first(response.size() - 1), digest).ok());
  Digest32 other = digest;
  other[0] ^= 1;
  require(!read_time_stamp(response, other).ok());
  require(!verify_time_stamp(response, digest, foreign_root()).ok());
  return 0;
}
