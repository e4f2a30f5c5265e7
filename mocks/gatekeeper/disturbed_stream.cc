#include "mocks/gatekeeper/disturbed_stream.h"

#include <algorithm>
#include <utility>

namespace parley::mocks::gatekeeper {
namespace {

/// Of a frame's length; the bit that is flipped stands behind it.
constexpr std::size_t kFrameHeader = 3;

}  // namespace

void DisturbedStream::cut(Way way, std::uint64_t after) {
  (way == Way::kIn ? in_left_ : out_left_) = after;
}

boost::asio::awaitable<Result<Bytes>> DisturbedStream::read_some(std::size_t limit) {
  Result<Bytes> bytes = co_await stream_->read_some(limit);
  if (!bytes.ok() || !in_left_) co_return bytes;
  if (bytes->size() < *in_left_) {
    *in_left_ -= bytes->size();
    co_return bytes;
  }
  bytes->resize(static_cast<std::size_t>(*in_left_));
  in_left_ = 0;
  stream_->close();
  if (bytes->empty()) co_return make_error(ErrorCode::kClosed, "the connection was cut");
  co_return bytes;
}

boost::asio::awaitable<Status> DisturbedStream::write(BytesView data) {
  Bytes bytes = to_bytes(data);
  if (bytes.size() > kFrameHeader && std::exchange(corrupt_, false)) bytes[kFrameHeader] ^= 1;
  if (!out_left_ || bytes.size() < *out_left_) {
    if (out_left_) *out_left_ -= bytes.size();
    co_return co_await stream_->write(bytes);
  }
  bytes.resize(static_cast<std::size_t>(*out_left_));
  out_left_ = 0;
  if (!bytes.empty()) {
    if (Status passed = co_await stream_->write(bytes); !passed.ok()) co_return passed;
  }
  // First the end of this direction, so that what has passed is read before the rest is reset.
  stream_->close_write();
  stream_->close();
  co_return make_error(ErrorCode::kClosed, "the connection was cut");
}

}  // namespace parley::mocks::gatekeeper
