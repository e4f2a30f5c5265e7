// Framing of the chat byte stream: an opening header from the client, then frames both ways, each a
// 3-byte big-endian length and a body. The boundaries of reads and of WebSocket messages carry no
// meaning.
#pragma once

#include <cstddef>
#include <optional>

#include "harness/base/bytes.h"
#include "harness/base/result.h"

namespace parley::wire {

inline constexpr std::size_t kMaxFrameBytes = (1u << 24) - 1;

/// "WA", magic 6, dictionary version 3: the first bytes of a client, and the Noise prologue.
inline constexpr ByteArray<4> kChatHeader = {0x57, 0x41, 0x06, 0x03};

/// Length and body. kLimit for a body over kMaxFrameBytes.
Result<Bytes> encode_frame(BytesView body);

/// What a client sends first: the optional routing part ("ED", 0, 1, 3-byte length, bytes), then
/// kChatHeader. kLimit for routing bytes over 2^24 - 1.
Result<Bytes> encode_opening(BytesView routing_info = {});

/// Cuts a byte stream into frames. Holds at most one unfinished frame beyond what the caller has
/// not taken yet; a length over the limit is refused when its three bytes are in.
class FrameDecoder {
 public:
  explicit FrameDecoder(std::size_t limit = kMaxFrameBytes) : limit_(limit) {}

  void set_limit(std::size_t limit) { limit_ = limit; }
  void feed(BytesView bytes);
  /// The next complete frame's body; nullopt where more bytes are needed; kLimit, then and ever
  /// after, for a frame over the limit.
  Result<std::optional<Bytes>> next();
  /// Bytes received that belong to no complete frame yet.
  std::size_t buffered() const { return buffer_.size() - start_; }

 private:
  std::size_t limit_;
  Bytes buffer_;
  std::size_t start_ = 0;
};

/// Reads a client's opening at the server.
class OpeningDecoder {
 public:
  explicit OpeningDecoder(std::size_t routing_limit = 4096) : routing_limit_(routing_limit) {}

  /// Consumes from the front of `bytes`. True once the opening is complete; what is left in `bytes`
  /// then belongs to the frames. kInvalid for another magic or version, kLimit for routing bytes
  /// over the limit.
  Result<bool> feed(BytesView& bytes);
  const Bytes& routing_info() const { return routing_info_; }

 private:
  Status step();

  std::size_t routing_limit_;
  Bytes buffer_;
  Bytes routing_info_;
  bool routed_ = false;
  bool complete_ = false;
};

}  // namespace parley::wire
