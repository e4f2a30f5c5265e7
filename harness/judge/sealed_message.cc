#include "harness/judge/sealed_message.h"

#include "harness/crypto/hash.h"
#include "harness/wire/node_codec.h"
#include "harness/wire/operations.h"
#include "schemas/signal.pb.h"

namespace parley::judge {
namespace {

using evidence::Direction;

template <class Message>
bool has_unknown_fields(BytesView protobuf) {
  Message message;
  if (!message.ParseFromArray(protobuf.data(), static_cast<int>(protobuf.size()))) return true;
  return !message.GetReflection()->GetUnknownFields(message).empty();
}

std::string foreign_part_of_whisper(BytesView bytes) {
  if (bytes.size() <= 1 + signal::kMacSize) return "no Signal message";
  const BytesView protobuf = bytes.subspan(1, bytes.size() - 1 - signal::kMacSize);
  return has_unknown_fields<proto::SignalMessage>(protobuf) ? "a field beside the Signal message's"
                                                            : "";
}

/// A commitment is made with a key that the receiver has too, so it proves nothing to others.
bool is_commitment(const wire::Node& child) {
  return child.tag == "franking" && child.children().size() == 1 &&
         child.children().front().tag == "commitment" &&
         child.children().front().bytes().size() == crypto::Digest32().size();
}

}  // namespace

std::optional<signal::MessageType> SentStanza::type() const {
  return enc() == nullptr ? std::nullopt : signal::parse_message_type(enc()->attribute("type"));
}

std::optional<signal::WhisperMessage> SentStanza::whisper() const {
  const auto kind = type();
  if (!kind) return std::nullopt;
  Bytes bytes = to_bytes(enc()->bytes());
  if (*kind == signal::MessageType::kPreKey) {
    auto outer = signal::PreKeyMessage::parse(bytes);
    if (!outer.ok()) return std::nullopt;
    bytes = std::move(outer->message);
  }
  auto message = signal::WhisperMessage::parse(bytes);
  return message.ok() ? std::optional(*std::move(message)) : std::nullopt;
}

std::vector<SentStanza> sent_messages(const CaseView& view, std::string_view actor) {
  for (const bool at_actor : {true, false}) {
    std::vector<SentStanza> sent;
    for (const Record& record : view.records()) {
      if (record.kind != "stanza") continue;
      const std::string_view operation = get_string(record.facts, "operation").value_or("");
      if (operation != wire::op::kMessageSend && operation != wire::op::kMessageSendFranked)
        continue;
      const bool here = at_actor ? record.party == actor && record.direction == Direction::kOut
                                 : record.peer == actor && record.direction == Direction::kIn;
      if (!here) continue;
      auto node = wire::unpack_stanza(record.body);
      if (!node.ok()) continue;
      SentStanza stanza{&record, *std::move(node), {}};
      stanza.id = stanza.node.attribute("id");
      sent.push_back(std::move(stanza));
    }
    if (!sent.empty()) return sent;
  }
  return {};
}

std::string foreign_part(const SentStanza& stanza) {
  for (const wire::Node& child : stanza.node.children()) {
    if (is_commitment(child)) continue;
    if (child.tag != "enc") return "<" + child.tag + "> beside the sealed part";
  }
  const auto type = stanza.type();
  if (!type) return "no sealed part of a known type";
  const BytesView bytes = stanza.enc()->bytes();
  if (*type == signal::MessageType::kWhisper) return foreign_part_of_whisper(bytes);
  const auto outer = signal::PreKeyMessage::parse(bytes);
  if (!outer.ok()) return "no prekey message";
  if (has_unknown_fields<proto::PreKeySignalMessage>(bytes.subspan(1))) {
    return "a field beside the prekey message's";
  }
  return foreign_part_of_whisper(outer->message);
}

}  // namespace parley::judge
