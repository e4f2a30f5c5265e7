// What the harness does to one user's traffic on purpose, in the gatekeeper's place: it is the
// network, and the attacker that everybody has to expect. Orders are given by the scenario and used
// up one by one; whatever is done is an event `disturbed`, so that checks can cite it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/json.h"
#include "harness/base/result.h"
#include "harness/net/world.h"
#include "harness/wire/node.h"

namespace parley::mocks::gatekeeper {

/// Where an order takes effect.
enum class Stage {
  kRelay,        ///< a message on its way to the user
  kSend,         ///< a message that the user sends
  kKeys,         ///< keys that the user asks for
  kLogin,        ///< a login of the user that was in order
  kCertificate,  ///< what the server shows of itself in the user's handshake
  kFrame,        ///< a frame on its way to the user, once sealed
};

struct DisturbanceKind {
  std::string_view name;
  Stage stage;
  bool malformed = false;  ///< what comes out is none of the wire profile's stanzas
};
/// The kind of that name, or null.
const DisturbanceKind* find_disturbance(std::string_view name);

struct DisturbanceOrder {
  const DisturbanceKind* kind = nullptr;
  std::int64_t left = 1;   ///< how often it is done still
  Duration by{};           ///< delay
  std::uint32_t code = 0;  ///< refuse-login, refuse-message
};

/// {kind, count?, by?, code?}: kInvalid for an unknown kind, or for an argument that is missing,
/// superfluous or out of range.
Result<DisturbanceOrder> read_disturbance(const json::object& arguments);

class Disturbances {
 public:
  void add(const std::string& actor, const DisturbanceOrder& order) {
    orders_[actor].push_back(order);
  }
  /// The user's next order at that stage, one use of it taken; nullopt where there is none.
  std::optional<DisturbanceOrder> take(std::string_view actor, Stage stage);

  /// Messages that wait for the next one to overtake them, by user.
  std::map<std::string, std::vector<wire::Node>, std::less<>> held;
  /// Of delayed messages.
  std::vector<std::unique_ptr<net::World::Timer>> timers;

 private:
  std::map<std::string, std::deque<DisturbanceOrder>, std::less<>> orders_;
};

struct Account;
struct Backend;
class Connection;

/// The event that says what was done: {kind, to, id?, malformed?}.
void note_disturbance(Backend& backend, const DisturbanceKind& kind, std::string_view actor,
                      std::string_view id);

/// Sends one message stanza to the user, disturbed where that was ordered. What gets lost on the
/// way was never acknowledged: it stays in the mailbox, and comes with the next connection.
void relay_message(Backend& backend, const Account& to, Connection& connection,
                   const wire::Node& stanza);

/// Changes one user's part of the answer to a fetch of keys where `asker` has an order for it.
void disturb_keys(Backend& backend, const std::string& asker, json::object& user);

/// Puts an attacker's keys in the place of a user's: a directory that deceives whom it likes.
void forge_keys(json::object& user, Random& random);

}  // namespace parley::mocks::gatekeeper
