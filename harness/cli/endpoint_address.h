// An address as people write it into a run file: a URL, host:port, or a host.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::cli {

struct EndpointAddress {
  std::string host;        ///< IPv6 in brackets
  std::uint16_t port = 0;  ///< that of the scheme where none was written; 0: none was stated
  std::string path;        ///< with its query; empty where there is none
};

/// Of "https://host/path", "host:port" or "host"; nullopt for anything else, and for one with a
/// user or password in it.
std::optional<EndpointAddress> parse_endpoint_address(std::string_view text);

/// Whether a run file's list has that host, with any port or with this one.
bool may_be_contacted(const std::vector<std::string>& addresses, std::string_view host,
                      std::uint16_t port);

}  // namespace parley::cli
