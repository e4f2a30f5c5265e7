// Any text as a chain of certificates, as roots and as keys: nothing may crash, and no chain leads
// to roots that did not sign it.
#include <cstdint>
#include <cstdlib>

#include "harness/crypto/certificate_chain.h"
#include "harness/crypto/pem.h"

namespace {

using namespace parley;
using namespace parley::crypto;

constexpr TimePoint kNow = TimePoint(std::chrono::seconds(1'800'000'000));

/// A root whose key nobody keeps.
const std::string& foreign_root() {
  static const std::string pem = [] {
    SeededRandom random(1, "root");
    const auto day = std::chrono::hours(24);
    return make_lab_root(SigningKey::generate(KeyAlgorithm::kEd25519), "Root",
                         {kNow - day, kNow + day}, random)
        .value()
        .certificate_pem;
  }();
  return pem;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  if (verify_chain(text, foreign_root(), kNow).valid()) std::abort();
  const ChainVerdict by_itself = verify_chain(text, text, kNow);
  if (by_itself.valid() != by_itself.signer.has_value()) std::abort();
  const auto blocks = read_pem(text);
  if (!blocks.ok()) return 0;
  for (const PemBlock& block : *blocks) {
    const auto again = read_pem(write_pem("X", block.der));
    if (!again.ok() || again->front().der != block.der) std::abort();
    const auto key = VerifyKey::from_spki(block.der);
    if (key.ok() && key->spki() != block.der) std::abort();
    const auto private_key = SigningKey::from_pkcs8(block.der);
    if (private_key.ok() && !private_key->public_key().verify({}, private_key->sign({}))) {
      std::abort();
    }
  }
  return 0;
}
