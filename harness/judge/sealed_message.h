// A message stanza as its sender sent it, read as far as anybody can without a key.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/judge/case_view.h"
#include "harness/wire/node.h"
#include "harness/wire/signal/message_format.h"

namespace parley::judge {

struct SentStanza {
  const Record* record = nullptr;
  wire::Node node;
  std::string id;

  const wire::Node* enc() const { return node.child("enc"); }
  std::optional<signal::MessageType> type() const;
  /// The innermost Signal message; nullopt where there is none.
  std::optional<signal::WhisperMessage> whisper() const;
};

/// The message stanzas of one actor, in order: at the actor, or, where nothing is on record there,
/// at the server that received them.
std::vector<SentStanza> sent_messages(const CaseView& view, std::string_view actor);

/// What stands in the message that the protocol has no name for; empty where nothing does. A
/// signature over the content would have to stand there.
std::string foreign_part(const SentStanza& stanza);

}  // namespace parley::judge
