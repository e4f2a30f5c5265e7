#include "harness/wire/franking.h"

#include <array>

#include "schemas/message.pb.h"

namespace parley::wire {
namespace {

// Each part with its length before it, so that no two messages read the same.
void append_part(Bytes& to, BytesView part) {
  append_be(to, part.size(), 4);
  append(to, part);
}

std::optional<proto::Message> parse(BytesView protobuf) {
  proto::Message message;
  if (!message.ParseFromArray(protobuf.data(), static_cast<int>(protobuf.size()))) {
    return std::nullopt;
  }
  return message;
}

}  // namespace

Result<Bytes> with_franking_key(BytesView protobuf, const FrankingKey& key) {
  std::optional<proto::Message> message = parse(protobuf);
  if (!message) return make_error(ErrorCode::kInvalid, "message content is no protobuf");
  message->mutable_message_context_info()->set_message_secret(key.data(), key.size());
  Bytes bytes(message->ByteSizeLong());
  message->SerializeWithCachedSizesToArray(bytes.data());
  return bytes;
}

std::optional<FrankingKey> franking_key_of(BytesView protobuf) {
  const std::optional<proto::Message> message = parse(protobuf);
  if (!message) return std::nullopt;
  const BytesView secret = as_bytes(message->message_context_info().message_secret());
  if (secret.size() != FrankingKey().size()) return std::nullopt;
  return to_array<FrankingKey().size()>(secret);
}

crypto::Digest32 franking_commitment(const FrankingKey& key, std::string_view content) {
  return crypto::hmac_sha256(key, as_bytes(content));
}

crypto::Digest32 reporting_tag(BytesView server_key, const RelayedMessage& message) {
  Bytes said;
  for (const BytesView part :
       {as_bytes(message.from), as_bytes(message.to), as_bytes(message.id), message.commitment}) {
    append_part(said, part);
  }
  return crypto::hmac_sha256(server_key, said);
}

}  // namespace parley::wire
