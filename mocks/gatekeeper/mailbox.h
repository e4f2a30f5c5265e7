// The offline mailbox of one account: what was relayed to it and not acknowledged yet, in order,
// for thirty days. A stanza is put in before it is delivered and taken out when the client
// acknowledges it, so that nothing is lost with a connection.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "harness/base/clock.h"
#include "harness/wire/node.h"

namespace parley::mocks::gatekeeper {

/// The framework's storage period.
inline constexpr Duration kMailboxPeriod = std::chrono::hours(24 * 30);

enum class MailClass { kMessage, kReceipt, kNotification };

struct Mail {
  MailClass kind = MailClass::kMessage;
  std::string id;    ///< the stanza's id; unique per sender and class
  std::string from;  ///< the sender's address
  TimePoint since;
  wire::Node stanza;
  std::size_t bytes = 0;
};

class Mailbox {
 public:
  struct Limits {
    std::size_t entries = 5'000;
    std::size_t bytes = 64 * 1024 * 1024;
  };
  Mailbox() = default;
  explicit Mailbox(Limits limits) : limits_(limits) {}

  /// False where the mailbox is full; the stanza is then lost.
  bool put(Mail mail, TimePoint now);
  bool holds(MailClass kind, std::string_view id, std::string_view from) const;
  /// Removes what the client acknowledged; false where there is no such stanza.
  bool acknowledge(MailClass kind, std::string_view id, std::string_view from);
  /// Removes what matches, and says how much.
  std::size_t purge(const std::function<bool(const Mail&)>& match);
  void clear();
  bool empty() const { return mails_.empty(); }

  /// What waits at `now`; older stanzas are gone.
  const std::deque<Mail>& waiting(TimePoint now);
  std::size_t count(MailClass kind, TimePoint now);

 private:
  Limits limits_;
  std::deque<Mail> mails_;
  std::size_t bytes_ = 0;
};

/// Whether a stanza that was stored at `since` is still kept at `now`. A stanza is kept for the
/// whole period, its last instant included.
bool mailbox_keeps(TimePoint since, TimePoint now);

}  // namespace parley::mocks::gatekeeper
