// An attacker who overhears what reaches one client, and who at some time breaks into it. What is
// stolen stays here: keys never reach a record, only which messages they open.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/result.h"
#include "harness/wire/node.h"
#include "harness/wire/signal/store.h"

namespace parley::mocks::client {

/// Sealed messages that the thief remembers; what comes later passes it by.
inline constexpr std::size_t kMostOverheard = 10'000;
inline constexpr std::size_t kMostThefts = 100;

class Thief {
 public:
  /// The latest sealed form of each message is kept.
  void overhear(const std::string& id, const wire::Jid& from, signal::MessageType type,
                BytesView bytes);

  /// Takes all of that, and says under which number it is kept. kLimit after kMostThefts.
  Result<std::size_t> steal(std::vector<signal::Store> state);

  struct Outcome {
    std::vector<std::string> opened;
    std::vector<std::string> closed;
  };
  /// Tries the messages one after the other, each with the stolen state as it was and as the
  /// messages opened before have moved it on. kNotFound for an unknown theft or message.
  Result<Outcome> try_decrypt(std::size_t theft, const std::vector<std::string>& ids) const;

 private:
  struct Overheard {
    std::string from;
    signal::MessageType type = signal::MessageType::kWhisper;
    Bytes bytes;
  };
  std::map<std::string, Overheard, std::less<>> overheard_;  ///< by message id
  std::vector<std::vector<signal::Store>> stolen_;
};

}  // namespace parley::mocks::client
