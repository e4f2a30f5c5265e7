// Decrypted frames from a hostile peer: what decodes must encode again, in both address forms, to
// something that decodes to the same node.
#include <cstdlib>

#include "harness/wire/node_codec.h"

namespace {

using namespace parley;
using namespace parley::wire;

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  NodeLimits limits;
  limits.inflated_bytes = 1 << 20;
  Result<Node> node = unpack_stanza({data, size}, limits);
  if (!node.ok()) return 0;
  require(check_encodable(*node).ok());
  limits.inflated_bytes = SIZE_MAX / 2;
  for (Compression compression : {Compression::kNone, Compression::kZlib}) {
    for (bool pair : {false, true}) {
      Bytes again = pack_stanza(*node, compression, {.interop_as_pair = pair});
      Result<Node> decoded = unpack_stanza(again, limits);
      require(decoded.ok() && *decoded == *node);
    }
  }
  require(!to_xml(*node).empty());
  require(!to_json(*node).empty());
  return 0;
}
