#include "harness/wire/frame.h"

#include <algorithm>

namespace parley::wire {
namespace {

constexpr std::size_t kLengthBytes = 3;
constexpr ByteArray<4> kRoutingHeader = {'E', 'D', 0, 1};

// Whether the two agree as far as the shorter one goes.
bool agrees(BytesView got, BytesView wanted) {
  std::size_t size = std::min(got.size(), wanted.size());
  return std::equal(got.begin(), got.begin() + static_cast<std::ptrdiff_t>(size), wanted.begin());
}

}  // namespace

Result<Bytes> encode_frame(BytesView body) {
  if (body.size() > kMaxFrameBytes) {
    return make_error(ErrorCode::kLimit, "a frame of " + std::to_string(body.size()) +
                                             " bytes does not fit a 3-byte length");
  }
  Bytes out;
  out.reserve(kLengthBytes + body.size());
  append_be(out, body.size(), kLengthBytes);
  append(out, body);
  return out;
}

Result<Bytes> encode_opening(BytesView routing_info) {
  Bytes out;
  if (!routing_info.empty()) {
    PARLEY_ASSIGN(Bytes framed, encode_frame(routing_info));
    append(out, kRoutingHeader);
    append(out, framed);
  }
  append(out, kChatHeader);
  return out;
}

void FrameDecoder::feed(BytesView bytes) {
  // Taken frames are dropped here rather than one by one, so that a long run of small frames is
  // moved once.
  if (start_ > 0) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(start_));
    start_ = 0;
  }
  append(buffer_, bytes);
}

Result<std::optional<Bytes>> FrameDecoder::next() {
  BytesView rest = BytesView(buffer_).subspan(start_);
  if (rest.size() < kLengthBytes) return std::optional<Bytes>();
  std::size_t size = read_be(rest.first(kLengthBytes));
  if (size > limit_) {
    return make_error(ErrorCode::kLimit, "a frame of " + std::to_string(size) + " bytes; at most " +
                                             std::to_string(limit_) + " are accepted here");
  }
  if (rest.size() - kLengthBytes < size) return std::optional<Bytes>();
  start_ += kLengthBytes + size;
  return std::optional<Bytes>(to_bytes(rest.subspan(kLengthBytes, size)));
}

Result<bool> OpeningDecoder::feed(BytesView& bytes) {
  while (!complete_ && !bytes.empty()) {
    buffer_.push_back(bytes.front());
    bytes = bytes.subspan(1);
    PARLEY_TRY(step());
  }
  return complete_;
}

Status OpeningDecoder::step() {
  if (buffer_.front() == kChatHeader.front()) {
    if (!agrees(buffer_, kChatHeader)) {
      return make_error(ErrorCode::kInvalid,
                        "the stream does not open with WA, magic 6, dictionary version 3");
    }
    complete_ = buffer_.size() == kChatHeader.size();
    return {};
  }
  if (routed_ || !agrees(buffer_, kRoutingHeader)) {
    return make_error(ErrorCode::kInvalid,
                      "the stream opens with neither a chat header nor "
                      "routing information");
  }
  constexpr std::size_t kPrefix = kRoutingHeader.size() + kLengthBytes;
  if (buffer_.size() < kPrefix) return {};
  std::size_t size = read_be(BytesView(buffer_).subspan(kRoutingHeader.size(), kLengthBytes));
  if (size > routing_limit_) {
    return make_error(ErrorCode::kLimit,
                      "routing information of " + std::to_string(size) + " bytes");
  }
  if (buffer_.size() < kPrefix + size) return {};
  routing_info_.assign(buffer_.begin() + kPrefix, buffer_.end());
  buffer_.clear();
  routed_ = true;
  return {};
}

}  // namespace parley::wire
