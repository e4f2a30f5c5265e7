#include "harness/wire/zlib_stream.h"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <new>

namespace parley::wire {
namespace {

constexpr std::size_t kStep = 64 * 1024;

struct InflateEnd {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

}  // namespace

Bytes zlib_compress(BytesView plain) {
  uLongf size = compressBound(static_cast<uLong>(plain.size()));
  Bytes out(size);
  // Z_MEM_ERROR is the only failure left with a buffer of that size.
  if (compress(out.data(), &size, plain.data(), static_cast<uLong>(plain.size())) != Z_OK) {
    throw std::bad_alloc();
  }
  out.resize(size);
  return out;
}

Result<Bytes> zlib_inflate(BytesView compressed, std::size_t limit) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) throw std::bad_alloc();
  std::unique_ptr<z_stream, InflateEnd> guard(&stream);
  stream.next_in = const_cast<Bytef*>(compressed.data());  // zlib does not write through it
  stream.avail_in = static_cast<uInt>(compressed.size());
  Bytes out;
  for (;;) {
    // One byte beyond the limit tells a stream that ends there from one that goes on.
    std::size_t room = std::min(kStep, limit + 1 - out.size());
    std::size_t filled = out.size();
    out.resize(filled + room);
    stream.next_out = out.data() + filled;
    stream.avail_out = static_cast<uInt>(room);
    int status = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    if (out.size() > limit) {
      return make_error(ErrorCode::kLimit,
                        "compressed stanza: more than " + std::to_string(limit) + " bytes inside");
    }
    if (status == Z_STREAM_END) break;
    if (status != Z_OK || (stream.avail_in == 0 && stream.avail_out != 0)) {
      return make_error(ErrorCode::kInvalid, "compressed stanza: damaged or cut short");
    }
  }
  if (stream.avail_in != 0) {
    return make_error(ErrorCode::kInvalid, "compressed stanza: bytes behind the stream's end");
  }
  return out;
}

}  // namespace parley::wire
