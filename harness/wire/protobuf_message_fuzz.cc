// Any bytes as the inside of an end-to-end message: they are read or refused, and what was read can
// be written and read again.
#include <cstdint>
#include <cstdlib>

#include "harness/wire/message_content.h"

using namespace parley;
using namespace parley::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView input(data, size);
  if (const auto body = unpad_content(input)) {
    if (pad_content(*body, input.back()) != to_bytes(input)) std::abort();
  }
  const auto content = decode_content(input);
  if (content && !std::holds_alternative<UnsupportedContent>(*content)) {
    const auto bytes = encode_content(*content);
    if (bytes) {
      const auto again = decode_content(*bytes);
      if (!again || *again != *content) std::abort();
    } else if (bytes.error().code != ErrorCode::kLimit) {
      std::abort();
    }
  }
  const auto blanked = blank_media_keys(input);
  if (content && !blanked) std::abort();
  if (const auto* media = content ? std::get_if<MediaContent>(&*content) : nullptr) {
    const auto without_key = decode_content(*blanked);
    if (!without_key || std::get<MediaContent>(*without_key).key != MediaKey{}) std::abort();
    if (std::get<MediaContent>(*without_key).file_sha256 != media->file_sha256) std::abort();
  }
  return 0;
}
