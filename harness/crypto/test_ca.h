// A certificate authority for tests: ECDSA P-256. Its key never leaves memory, so that trusting it
// for a run trusts nothing else.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace parley::crypto {

struct CertificateAndKey {
  std::string certificate_pem;
  std::string private_key_pem;  ///< PKCS #8; stays in memory
};

/// Its keys come from OpenSSL's generator: TLS bytes are never part of a transcript, so they need
/// not be reproducible.
class TestCa {
 public:
  /// `now` places the validity: from ten years before to ten years after.
  static Result<TestCa> create(TimePoint now);

  const std::string& certificate_pem() const;
  /// A server certificate for these DNS names, plus localhost, 127.0.0.1 and ::1, under which
  /// external programs reach it. Valid as long as the authority.
  Result<CertificateAndKey> issue(std::span<const std::string> dns_names) const;

 private:
  struct State;
  explicit TestCa(std::shared_ptr<const State> state);
  std::shared_ptr<const State> state_;
};

}  // namespace parley::crypto
