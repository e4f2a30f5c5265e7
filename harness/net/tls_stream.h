// TLS over any Stream, by OpenSSL with buffers in memory. Included by .cc files of harness/net
// only.
#pragma once

#include <memory>
#include <string>

#include "harness/crypto/test_ca.h"
#include "harness/net/world.h"

namespace parley::net {

/// Keys and trust of one side; shared by its connections.
class TlsContext;

/// A server that shows `identity`.
Result<std::shared_ptr<TlsContext>> make_tls_server(const crypto::CertificateAndKey& identity,
                                                    TlsOffer speaks = {});
/// A client that trusts the authorities of that PEM only: kInvalid where it has none, or a bad one.
Result<std::shared_ptr<TlsContext>> make_tls_client(const std::string& ca_pem);

/// Handshakes as a client: kAuth where the certificate is not valid now, and for `host`; kRefused
/// where the server speaks nothing that is `offered`.
awaitable<Result<std::unique_ptr<Stream>>> tls_connect(World& world,
                                                       std::shared_ptr<TlsContext> context,
                                                       std::unique_ptr<Stream> below,
                                                       std::string host, TlsOffer offered = {});
/// Handshakes as a server.
awaitable<Result<std::unique_ptr<Stream>>> tls_accept(World& world,
                                                      std::shared_ptr<TlsContext> context,
                                                      std::unique_ptr<Stream> below);

}  // namespace parley::net
