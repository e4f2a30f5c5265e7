// TLS over any Stream, by OpenSSL with buffers in memory. Included by .cc files of harness/net
// only.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>

#include "harness/crypto/test_ca.h"
#include "harness/net/world.h"

namespace parley::net {

/// Keys and trust of one side; shared by its connections.
class TlsContext;

/// A server that shows `identity`.
Result<std::shared_ptr<TlsContext>> make_tls_server(const crypto::CertificateAndKey& identity,
                                                    TlsOffer speaks = {});
/// A client that trusts the authorities of these PEM texts only: kInvalid where one of them has
/// none, or a bad one.
Result<std::shared_ptr<TlsContext>> make_tls_client(std::initializer_list<std::string> authorities);

/// Handshakes as a client: kAuth where the certificate is not valid at `when` (World time, unless
/// another is given), and for `host`; kRefused where the server speaks nothing that is `offered`.
awaitable<Result<std::unique_ptr<Stream>>> tls_connect(World& world,
                                                       std::shared_ptr<TlsContext> context,
                                                       std::unique_ptr<Stream> below,
                                                       std::string host, TlsOffer offered = {},
                                                       std::optional<TimePoint> when = {});
/// Handshakes as a server.
awaitable<Result<std::unique_ptr<Stream>>> tls_accept(World& world,
                                                      std::shared_ptr<TlsContext> context,
                                                      std::unique_ptr<Stream> below);

}  // namespace parley::net
