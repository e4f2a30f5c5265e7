// The driver contract as a C++ interface: how the engine steers and observes any party, a mock or a
// real product behind a driver. The engine knows parties through this header only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/json.h"
#include "harness/base/result.h"
#include "harness/evidence/record.h"
#include "harness/evidence/recorder.h"
#include "harness/net/world.h"

namespace parley::driver {

inline constexpr int kProtocolVersion = 1;

/// A party's introduction of itself.
struct Hello {
  std::string name;  ///< "parley mock partner client"
  std::string version;
  int protocol = kProtocolVersion;
  std::vector<std::string> capabilities;  ///< operations that it performs
};

/// Something that happened at a party. Sequence numbers count from 0 without gaps per party.
struct Event {
  std::uint64_t sequence = 0;
  TimePoint time;
  std::string name;  ///< "message", "receipt", "connected", ...
  json::object facts;
};

/// The events of one party, in order, each also recorded at the event tap.
class EventLog {
 public:
  EventLog(net::World& world, evidence::Recorder& recorder, std::string party, evidence::Role role);

  void push(std::string name, json::object facts);
  const std::vector<Event>& events() const { return events_; }

  /// No further event will come: whoever waits for one gets `why`.
  void end(Error why);

  /// The index of the first event from `from` on that satisfies `match`, waiting for it until
  /// `deadline`; kTimeout where none came, and the error of end() where none can come.
  boost::asio::awaitable<Result<std::size_t>> wait(std::size_t from,
                                                   std::function<bool(const Event&)> match,
                                                   TimePoint deadline);

 private:
  net::World& world_;
  evidence::Recorder& recorder_;
  std::string party_;
  evidence::Role role_;
  std::vector<Event> events_;
  std::optional<Error> ended_;
  net::Notifier arrived_;
};

class Party;

/// The party with that actor id; null where the cast has none.
using Stage = std::function<Party*(std::string_view id)>;

/// Longest World time that one operation of a party may take.
inline constexpr Duration kOperationDeadline = std::chrono::seconds(60);

/// One party in its seat.
class Party {
 public:
  virtual ~Party() = default;

  virtual const std::string& id() const = 0;
  virtual evidence::Role role() const = 0;
  virtual Hello hello() const = 0;

  /// Performs one operation of the driver contract and returns its result. An operation ends when
  /// the party has done its own part (sent, stored, toggled), not when the other side has reacted:
  /// reactions are events. kUnsupported is an explicit answer; kInvalid for missing or wrong
  /// arguments; kRefused where the other side said no.
  virtual boost::asio::awaitable<Result<json::object>> perform(std::string operation,
                                                               json::object arguments) = 0;

  virtual EventLog& events() = 0;

  /// Gets ready. Called once, before the first operation, when all parties of the cast were made.
  /// An error ends the test case before it began.
  virtual boost::asio::awaitable<Status> begin(Stage) { co_return Status(); }
  /// Leaves. Called once, after the test case is over; what happens from then on is not recorded.
  virtual boost::asio::awaitable<Status> finish() { co_return Status(); }

  /// What keeps this party from taking part any further: a driver that died or broke the contract.
  /// It says nothing about the implementation behind it.
  virtual std::optional<Error> failure() const { return std::nullopt; }
};

/// An actor of a scenario: who plays, in which seat, with which settings.
struct ActorSpec {
  std::string id;         ///< "alice"; also the party id in records
  std::string kind;       ///< "gatekeeper", "whatsapp-user", "partner", "partner-user"
  std::string of;         ///< partner-user: the id of its partner
  json::object settings;  ///< by kind
};

/// Makes the party for cast[index]. The whole cast is given so that, for instance, the gatekeeper
/// learns which partners exist.
using PartyFactory = std::function<Result<std::unique_ptr<Party>>(
    net::World&, evidence::Recorder&, const std::vector<ActorSpec>& cast, std::size_t index)>;

}  // namespace parley::driver
