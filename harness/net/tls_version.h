// Versions of TLS, and how the ends of a connection choose one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace parley::net {

enum class TlsVersion { k1_1, k1_2, k1_3 };

std::string_view to_string(TlsVersion version);  ///< "1.3"
std::optional<TlsVersion> parse_tls_version(std::string_view text);

/// What one end is ready to speak.
struct TlsVersions {
  TlsVersion oldest = TlsVersion::k1_2;
  TlsVersion newest = TlsVersion::k1_3;

  static TlsVersions only(TlsVersion version) { return {version, version}; }
  bool operator==(const TlsVersions&) const = default;
};

/// "1.2 to 1.3", or "1.3" where there is only that one.
std::string to_string(const TlsVersions& versions);

/// The newest that both speak; kRefused where there is none.
Result<TlsVersion> choose_tls_version(const TlsVersions& server, const TlsVersions& client);

}  // namespace parley::net
