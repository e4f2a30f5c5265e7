// A byte stream in portions chosen by the input: opening and frames must give errors or frames that
// encode back to what was fed, and hold no more than what was fed.
#include <algorithm>
#include <cstdlib>

#include "harness/wire/frame.h"

namespace {

using namespace parley;
using namespace parley::wire;

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::size_t portion = 1 + data[0];
  BytesView input(data + 1, size - 1);
  OpeningDecoder opening;
  FrameDecoder frames(1 << 16);
  Bytes replayed;
  Bytes framed;
  for (BytesView rest = input; !rest.empty();) {
    BytesView part = rest.first(std::min(portion, rest.size()));
    rest = rest.subspan(part.size());
    Result<bool> opened = opening.feed(part);
    if (!opened.ok()) return 0;
    append(framed, part);
    frames.feed(part);
    for (;;) {
      Result<std::optional<Bytes>> next = frames.next();
      if (!next.ok()) return 0;
      if (!next->has_value()) break;
      append(replayed, *encode_frame(**next));
    }
    require(frames.buffered() + replayed.size() == framed.size());
  }
  require(std::equal(replayed.begin(), replayed.end(), framed.begin()));
  return 0;
}
