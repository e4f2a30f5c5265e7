// What a World over sockets has to do with programs outside of it: how they come in, where they
// are, and how their clocks follow. Parties know nothing of it; it is for who seats an
// implementation of somebody else.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/crypto/test_ca.h"
#include "harness/net/world.h"

namespace parley::net {

/// A numeric address and a port, "127.0.0.1:4711" or "[::1]:4711". Names are not looked up: what
/// they lead to is nobody's to say here.
struct Endpoint {
  std::string ip;
  std::uint16_t port = 0;

  std::string text() const;
  bool operator==(const Endpoint&) const = default;
};

/// kInvalid, with what was expected, for anything else, and for port 0.
Result<Endpoint> parse_endpoint(std::string_view text);

class Outside {
 public:
  virtual ~Outside() = default;

  /// Opens a door for one program: where it reaches that host of the World. Who comes in by it
  /// counts as `caller`, a host name, in all records. What is behind the door is looked up whenever
  /// somebody comes: the party that listens under the name, else where route() leads, to which
  /// bytes are passed on; where there is neither, the connection is closed. The same door again for
  /// the same two.
  virtual Result<Endpoint> open_door(const Address& to, const std::string& caller) = 0;

  /// From now on that name is at `where`. kInvalid where a party listens under it. The World's
  /// parties connect to addresses that were named here, and to no other outside of it.
  virtual Status route(const Address& name, const Endpoint& where) = 0;

  /// The host of this World that connects to programs outside of it from that numeric address:
  /// each has one of its own, where the program is on this machine, so that what a program says of
  /// its callers can be understood. Empty where there is none.
  virtual std::string host_at(std::string_view ip) const = 0;

  /// The reverse: the numeric address from which that host connects, kept for it from now on.
  virtual std::string address_of(const std::string& host) = 0;

  /// Under which names parties listen, and where.
  virtual std::vector<std::pair<Address, Endpoint>> listening() const = 0;

  /// A certificate of the World's authority for these names, and its key.
  virtual Result<crypto::CertificateAndKey> issue(std::span<const std::string> names) const = 0;

  /// Told of every step by which World::advance() sets the clock forward, after it was made, and
  /// of a step of nothing where the World comes to rest; the World waits for it before it goes on.
  using Follower = std::function<awaitable<void>(Duration)>;
  /// As long as somebody keeps the follower.
  virtual void follow_clock(std::weak_ptr<const Follower> follower) = 0;
};

/// Null for a World in simulation.
Outside* outside_of(World& world);

/// A World that is a guest in another one, of another process.
struct GuestOptions {
  std::uint64_t seed = 1;
  TimePoint start;
  std::string trust_pem;                             ///< the authority of its host
  std::vector<std::pair<Address, Endpoint>> routes;  ///< where the host's names are
  std::map<std::string, std::string> callers;        ///< names of who comes from a numeric address
  crypto::CertificateAndKey identity;                ///< shown by its listeners; may be empty
};

/// A socket world in which only the routes lead outside. Who comes from outside has its numeric
/// address for a name, where `callers` does not give it another one. It never waits for programs
/// outside of it to be at rest: its host does.
Result<std::unique_ptr<World>> make_guest_world(const GuestOptions& options, Log& log);

/// The lines on a descriptor of this process, without owning it: its standard input.
class LineSource {
 public:
  virtual ~LineSource() = default;
  /// kClosed at the end, kLimit for a line that is too long.
  virtual awaitable<Result<std::string>> read_line() = 0;
  /// What was read and is not in a line that was given; nothing may be read afterwards.
  virtual std::string take_rest() = 0;
};

/// `begun`: bytes that were read from it before. One read at a time.
Result<std::unique_ptr<LineSource>> read_lines(World& world, int descriptor, std::size_t limit,
                                               std::string begun);

}  // namespace parley::net
