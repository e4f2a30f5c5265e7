// The network seam: named hosts, byte streams, listeners. Names resolve inside the World only:
// every host name that a party listens on is reachable by that name, and no other host is.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/result.h"
#include "harness/net/tls_version.h"

namespace parley::net {

class ChildProcess;
struct Command;
struct ProcessLimits;

/// A host and port as parties spell them: {"v.whatsapp.net", 443}.
struct Address {
  std::string host;
  std::uint16_t port = 0;

  std::string text() const { return host + ":" + std::to_string(port); }
  bool operator==(const Address&) const = default;
};

/// Names of application protocols by which the ends of a TLS connection choose one (ALPN, RFC
/// 7301), the preferred one first: {"h2", "http/1.1"}.
using Protocols = std::vector<std::string>;

/// What ends with these preferences agree upon: the first of the server's that the client offers;
/// empty where either names none. kRefused where both name some and share none.
Result<std::string> choose_protocol(const Protocols& server, const Protocols& client);

/// What an end of a connection offers, or a server speaks, over TLS.
struct TlsOffer {
  TlsOffer() = default;
  TlsOffer(Protocols p, TlsVersions v = {}) : protocols(std::move(p)), versions(v) {}

  Protocols protocols;
  TlsVersions versions;
};

/// A byte stream between two parties. Destroying it resets the connection.
class Stream {
 public:
  virtual ~Stream() = default;

  /// At least one byte, at most `limit`; kClosed at the end of the stream.
  virtual boost::asio::awaitable<Result<Bytes>> read_some(std::size_t limit) = 0;
  /// All of `data`, or an error. One write at a time.
  virtual boost::asio::awaitable<Status> write(BytesView data) = 0;
  /// Ends both directions; pending operations finish with kClosed. May be called twice.
  virtual void close() = 0;

  /// Ends this direction only: the other end reads what was written and then kClosed, and may go on
  /// writing. Does nothing where the kind of stream has no such thing (WebSocket).
  virtual void close_write() {}

  /// The name of the party at the other end as this network knows it: the connecting party's host
  /// name ("bob.device"), never a port number of the machine, so that records are equal on both
  /// networks. An external program has no name: kExternalHost.
  virtual const std::string& remote_host() const = 0;

  /// The application protocol that both ends agreed upon; empty where they did not choose.
  virtual const std::string& protocol() const;
  /// That of the connection; nothing where it is plain.
  virtual std::optional<TlsVersion> tls_version() const { return std::nullopt; }
};

/// remote_host() of a connection that did not come from a party of this World.
inline const std::string kExternalHost = "external";

class Listener {
 public:
  virtual ~Listener() = default;
  /// kClosed after close().
  virtual boost::asio::awaitable<Result<std::unique_ptr<Stream>>> accept() = 0;
  virtual void close() = 0;
  virtual const Address& address() const = 0;
};

enum class Security { kPlain, kTls };

class Network {
 public:
  virtual ~Network() = default;

  /// Takes the name; kInvalid where it is taken. Over sockets TLS is real, with a certificate of
  /// the World's test CA for that name; in simulation kTls is a mark, and a version and a protocol
  /// are agreed upon. `speaks` is the server's choice.
  virtual Result<std::unique_ptr<Listener>> listen(const Address& address, Security security,
                                                   TlsOffer speaks = {}) = 0;

  /// Connects the party whose host name is `from`. kNotFound where no listener ever had the name,
  /// kRefused where nobody listens now. Over TLS the certificate is verified for `to.host`: kAuth
  /// where it does not hold. TLS at one end only fails too, over sockets possibly not before the
  /// first read. kRefused where the server speaks nothing that is `offered`.
  virtual boost::asio::awaitable<Result<std::unique_ptr<Stream>>> connect(
      std::string from, Address to, Security security, TlsOffer offered = {}) = 0;

  /// Where external programs reach that listener: "127.0.0.1:41234"; the name itself in simulation.
  virtual std::string external_address(const Address& address) const = 0;
  /// PEM of the CA that external programs must trust; empty in simulation.
  virtual const std::string& ca_pem() const = 0;

  /// Starts an external program of ours (child_process.h). kNotFound where there is no such
  /// program, kIo where it cannot be started, kUnsupported in simulation.
  virtual Result<std::unique_ptr<ChildProcess>> start_process(const Command& command,
                                                              const ProcessLimits& limits) = 0;
};

}  // namespace parley::net
