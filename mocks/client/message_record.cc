#include "mocks/client/message_record.h"

#include <utility>

#include "harness/base/encoding.h"

namespace parley::mocks::client {
namespace {

void add_quote(json::object& facts, const std::optional<wire::Quote>& quote) {
  if (quote) facts["quote"] = quote->id;
}

void add(json::object& facts, const wire::TextContent& text) {
  facts["text"] = text.text;
  add_quote(facts, text.quote);
}

void add(json::object& facts, const wire::MediaContent& media) {
  facts["sha256"] = hex(media.file_sha256);
  facts["size"] = static_cast<std::int64_t>(media.file_length);
  facts["mime"] = media.mime;
  if (!media.name.empty()) facts["name"] = media.name;
  if (!media.caption.empty()) facts["caption"] = media.caption;
  add_quote(facts, media.quote);
}

void add(json::object& facts, const wire::ReactionContent& reaction) {
  facts["target"] = reaction.target.id;
  facts["emoji"] = reaction.emoji;
}

void add(json::object& facts, const wire::RevokeContent& revoke) {
  facts["target"] = revoke.target.id;
}

void add(json::object& facts, const wire::UnsupportedContent& unsupported) {
  json::array fields;
  for (const std::uint32_t field : unsupported.fields) fields.emplace_back(field);
  facts["fields"] = std::move(fields);
}

}  // namespace

json::object content_facts(const wire::MessageContent& content) {
  json::object facts;
  facts["kind"] = wire::content_kind(content);
  std::visit([&facts](const auto& value) { add(facts, value); }, content);
  return facts;
}

void record_message(const ClientContext& context, const MessageSighting& sighting,
                    const wire::MessageContent& content) {
  json::object signal_facts;
  signal_facts["type"] = signal::to_string(sighting.type);
  signal_facts["counter"] = sighting.counter;
  if (sighting.one_time_prekey_id) signal_facts["prekey_id"] = *sighting.one_time_prekey_id;
  if (sighting.signed_prekey_id) signal_facts["signed_prekey_id"] = *sighting.signed_prekey_id;

  evidence::Observation observation;
  observation.tap = evidence::Tap::kMessage;
  observation.role = context.role;
  observation.party = context.id;
  observation.direction = sighting.direction;
  const bool out = sighting.direction == evidence::Direction::kOut;
  const wire::Jid& peer = out ? sighting.to : sighting.from;
  const std::string actor = context.actor_of(peer);
  observation.peer = actor.empty() ? peer.text() : actor;
  observation.kind = "message";
  observation.facts = content_facts(content);
  observation.facts["id"] = sighting.id;
  observation.facts["from"] = sighting.from.text();
  observation.facts["to"] = sighting.to.text();
  if (const auto* media = std::get_if<wire::MediaContent>(&content)) {
    observation.facts["direct_path"] = media->direct_path;  // finds its download among the requests
    // Tells a stored file, of which a record keeps the beginning, for a ciphertext.
    observation.facts["encrypted_sha256"] = hex(media->encrypted_sha256);
  }
  observation.facts["signal"] = std::move(signal_facts);
  if (auto body = wire::blank_media_keys(sighting.protobuf); body.ok()) {
    observation.body = std::move(*body);
  }
  context.observer.recorder->record(std::move(observation));
}

}  // namespace parley::mocks::client
