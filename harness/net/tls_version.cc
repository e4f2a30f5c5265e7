#include "harness/net/tls_version.h"

#include <algorithm>
#include <array>

namespace parley::net {
namespace {

struct Named {
  TlsVersion version;
  std::string_view name;
};
constexpr std::array<Named, 3> kNames{
    {{TlsVersion::k1_1, "1.1"}, {TlsVersion::k1_2, "1.2"}, {TlsVersion::k1_3, "1.3"}}};

}  // namespace

std::string_view to_string(TlsVersion version) {
  return std::ranges::find(kNames, version, &Named::version)->name;
}

std::optional<TlsVersion> parse_tls_version(std::string_view text) {
  const auto found = std::ranges::find(kNames, text, &Named::name);
  if (found == kNames.end()) return std::nullopt;
  return found->version;
}

std::string to_string(const TlsVersions& versions) {
  std::string text(to_string(versions.oldest));
  if (versions.newest != versions.oldest) text.append(" to ").append(to_string(versions.newest));
  return text;
}

Result<TlsVersion> choose_tls_version(const TlsVersions& server, const TlsVersions& client) {
  const TlsVersion newest = std::min(server.newest, client.newest);
  if (newest < server.oldest || newest < client.oldest) {
    return make_error(ErrorCode::kRefused, "no version of TLS in common: " + to_string(server) +
                                               " at the server, " + to_string(client) +
                                               " at the client");
  }
  return newest;
}

}  // namespace parley::net
