// Who is connected: one connection per account. A second one takes the place of the first.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "harness/wire/node.h"

namespace parley::mocks::gatekeeper {

/// Why the server ends a connection.
enum class Ending {
  kReplaced,     ///< the account connected elsewhere
  kDeleted,      ///< the account is gone
  kRemoved,      ///< the device belongs to the account no more
  kUnavailable,  ///< the server cannot serve now
  kRestart,      ///< the client has to connect anew
  kNotPaired,    ///< the phone and the companion did not agree
  kHostile,      ///< what came is no chat protocol
  kSlow,         ///< the client does not read
  kClientClosed  ///< the client said goodbye, or its stream ended
};

/// A connection that has passed its login.
class Connection {
 public:
  virtual ~Connection() = default;
  /// Queues one stanza. Nothing happens once the connection has ended.
  virtual void send(const wire::Node& node) = 0;
  /// Tells the client why, where the protocol has a way to, and closes. May be called twice.
  virtual void end(Ending ending) = 0;
};

class Connections {
 public:
  /// Ends the account's former connection, if any.
  void enter(const std::string& address, std::shared_ptr<Connection> connection) {
    end(address, Ending::kReplaced);
    online_[address] = std::move(connection);
  }
  /// Nothing happens where another connection has taken its place.
  void leave(const std::string& address, const Connection* connection) {
    const auto found = online_.find(address);
    if (found != online_.end() && found->second.get() == connection) online_.erase(found);
  }
  Connection* find(std::string_view address) const {
    const auto found = online_.find(address);
    return found == online_.end() ? nullptr : found->second.get();
  }
  void end(const std::string& address, Ending ending) {
    const auto found = online_.find(address);
    if (found == online_.end()) return;
    const std::shared_ptr<Connection> former = std::move(found->second);
    online_.erase(found);
    former->end(ending);
  }

 private:
  std::map<std::string, std::shared_ptr<Connection>, std::less<>> online_;
};

}  // namespace parley::mocks::gatekeeper
