// What a client keeps of the messages that it received, so that its user can report them: what each
// says, and what proves to the server that it was relayed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/wire/franking.h"
#include "harness/wire/node.h"
#include "mocks/client/stanzas.h"

namespace parley::mocks::client {

struct HeldMessage {
  std::string id;
  wire::Jid from;                        ///< without device
  std::string content;                   ///< its facts as canonical JSON
  std::optional<wire::FrankingKey> key;  ///< from inside the message
  std::optional<Franking> franking;      ///< from beside it

  /// Whether the sender has committed to just this content.
  bool committed() const {
    return key && franking &&
           crypto::equal_constant_time(wire::franking_commitment(*key, content),
                                       franking->commitment);
  }
};

class HeldMessages {
 public:
  /// Of more than `most` the oldest are forgotten.
  explicit HeldMessages(std::size_t most) : most_(most) {}

  void add(HeldMessage message) {
    if (messages_.size() >= most_) messages_.pop_front();
    messages_.push_back(std::move(message));
  }

  /// The latest message of that id, or null.
  const HeldMessage* find(std::string_view id) const {
    const auto found = std::find_if(messages_.rbegin(), messages_.rend(),
                                    [id](const HeldMessage& held) { return held.id == id; });
    return found == messages_.rend() ? nullptr : &*found;
  }

  /// All of one sender, oldest first.
  std::vector<const HeldMessage*> of(const wire::Jid& from) const {
    std::vector<const HeldMessage*> chat;
    for (const HeldMessage& held : messages_) {
      if (held.from == from) chat.push_back(&held);
    }
    return chat;
  }

 private:
  std::size_t most_;
  std::deque<HeldMessage> messages_;
};

}  // namespace parley::mocks::client
