// What a partner's proxy says before the bytes of its client: the client's address. A surrogate in
// the form of HAProxy's PROXY protocol, version 2: its signature, an address family "unspecified",
// and one type-length-value of the range for own uses, since in a World a host's name is its
// address.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/result.h"

namespace parley::mocks {

inline constexpr std::size_t kProxyHeaderBytes = 16;       ///< signature, version, family, length
inline constexpr std::size_t kMaxProxyPrefaceBytes = 512;  ///< with its values
inline constexpr std::size_t kMaxProxiedAddress = 253;     ///< as long as a host's name may be

/// For an address that is_proxied_address() accepts.
Bytes write_proxy_preface(std::string_view client_address);

struct ProxyPreface {
  std::string client_address;
  std::size_t size = 0;  ///< bytes of the preface; the client's come behind
};

/// The preface at the beginning of `bytes`; nothing where more bytes are needed. kInvalid for
/// anything else (no signature, another version, no address or two, one that is no host's name),
/// kLimit for one that announces more than kMaxProxyPrefaceBytes.
Result<std::optional<ProxyPreface>> read_proxy_preface(BytesView bytes);

/// Letters, digits, dots, hyphens and colons; not empty and not too long.
bool is_proxied_address(std::string_view text);

}  // namespace parley::mocks
