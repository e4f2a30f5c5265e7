// How a decrypted end-to-end message is told: as the facts of an event, and as a record at the
// message tap with its media keys blanked out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/base/json.h"
#include "harness/wire/message_content.h"
#include "harness/wire/node.h"
#include "harness/wire/signal/message_format.h"
#include "mocks/client/client_context.h"

namespace parley::mocks::client {

/// {kind, and what there is of: text, caption, quote (a message id), sha256 (of the plain file,
/// hex), size, mime, name, target (a message id), emoji}.
json::object content_facts(const wire::MessageContent& content);

/// One message as a client saw it before encryption or after decryption.
struct MessageSighting {
  evidence::Direction direction = evidence::Direction::kNone;
  std::string id;
  wire::Jid from;
  wire::Jid to;
  signal::MessageType type = signal::MessageType::kWhisper;
  std::uint32_t counter = 0;
  std::optional<signal::PreKeyId> one_time_prekey_id;
  std::optional<signal::PreKeyId> signed_prekey_id;
  Bytes protobuf;  ///< without padding
};

/// Records a "message". The body is left out where the protobuf cannot be read, because then no
/// key in it can be blanked out.
void record_message(const ClientContext& context, const MessageSighting& sighting,
                    const wire::MessageContent& content);

}  // namespace parley::mocks::client
