// Message franking, by which a reported message can be verified although no server can read it: the
// sender commits to what it writes under a key that only the receiver learns; the server stamps the
// commitment with a tag that it alone can make; who reports reveals the content and the key.
// Nothing public says how the gatekeeper does it, so this is a surrogate (docs/wire-profiles.md).
// No signature is involved: whoever has the key could have made the commitment, so that senders can
// still deny their messages to everybody but the server that stamped them.
#pragma once

#include <optional>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/result.h"
#include "harness/crypto/hash.h"

namespace parley::wire {

/// Of fixed length, because HMAC takes a key and the same key with zeroes behind it for one.
using FrankingKey = ByteArray<32>;

/// The same message with the key inside, where native clients have a secret of each message
/// (message_context_info.message_secret). kInvalid where it is no protobuf.
Result<Bytes> with_franking_key(BytesView protobuf, const FrankingKey& key);
/// The key inside a message; nullopt where there is none of this length.
std::optional<FrankingKey> franking_key_of(BytesView protobuf);

/// What the sender puts beside the sealed part.
crypto::Digest32 franking_commitment(const FrankingKey& key, std::string_view content);

/// A message as the server knows it.
struct RelayedMessage {
  std::string_view from;  ///< addresses without device
  std::string_view to;
  std::string_view id;
  BytesView commitment;
};

/// What the server puts beside it: proves to the server, and to nobody else, that it relayed it.
crypto::Digest32 reporting_tag(BytesView server_key, const RelayedMessage& message);

}  // namespace parley::wire
