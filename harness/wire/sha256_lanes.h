// Several SHA-256 computations side by side. A processor with SHA instructions spends most of one
// computation waiting for its own results; in the gaps it can work on another. A media file needs
// three or four hashes at once (plain digest, encrypted digest, MAC, sidecar), which together then
// take little more than half as long as one after the other.
// Without such instructions, or on another processor, each stream is hashed by OpenSSL in turn.
#pragma once

// A stream is OpenSSL's own context: only the compression of whole blocks in bulk is done here.
#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif
#include <openssl/sha.h>

#include <array>
#include <cstddef>
#include <span>

#include "harness/base/bytes.h"
#include "harness/crypto/hash.h"

namespace parley::wire {

/// One SHA-256 or HMAC-SHA-256 stream.
class HashStream {
 public:
  static HashStream sha256();
  static HashStream hmac(BytesView key);
  ~HashStream();

  void update(BytesView data);
  /// The digest or MAC so far; ends the stream.
  crypto::Digest32 finish();

 private:
  friend void update_together(std::span<const struct HashLane> lanes);
  HashStream() = default;

  SHA256_CTX inner_;
  SHA256_CTX outer_;
  bool keyed_ = false;
};

struct HashLane {
  HashStream* stream;
  BytesView data;
};
inline constexpr std::size_t kMaxHashLanes = 4;

/// The same as stream->update(data) for each lane; at most kMaxHashLanes, all streams different.
/// Fastest where the lanes are of nearly the same length.
void update_together(std::span<const HashLane> lanes);

/// Whether update_together() really interleaves on this machine.
bool hash_lanes_interleave();

}  // namespace parley::wire
