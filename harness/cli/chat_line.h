// The line on which clients reach the chat of a gatekeeper under test. The harness listens in its
// place, passes bytes on as they are, and can cut a connection where the scenario says so: faults
// of the network are the harness's, whoever is under test.
#pragma once

#include <memory>
#include <string>

#include "harness/driver/party.h"
#include "harness/net/outside.h"

namespace parley::cli {

class ChatLine {
 public:
  /// Takes the name of the chat host, over TCP; kInvalid where it is taken. Who connects before
  /// lead_to() was called is turned away.
  static Result<std::shared_ptr<ChatLine>> open(net::World& world, const net::Address& chat);
  virtual ~ChatLine() = default;

  /// The product listens there.
  virtual Status lead_to(const net::Endpoint& where) = 0;

  /// Cuts the connection of that host after so many more bytes from the client (`in`) or to it.
  /// kClosed where the host has none on this line.
  virtual Status cut(const std::string& host, bool in, std::uint64_t after) = 0;
};

/// The product's party, but that `cut-connection` {to, after, direction} is done on the line, and
/// told by an event `disturbed`.
std::unique_ptr<driver::Party> with_chat_line(std::unique_ptr<driver::Party> product,
                                              std::shared_ptr<ChatLine> line);

}  // namespace parley::cli
