// The host names of the partners and of their users' devices, the same in every World, and the
// paths under which keys and chat connections are found. Those of the gatekeeper are in
// service_hosts.h.
#pragma once

#include <string>
#include <string_view>

#include "harness/net/network.h"
#include "mocks/cast/service_hosts.h"

namespace parley::mocks {

inline constexpr std::string_view kWebChatPath = "/ws/chat";
inline constexpr std::string_view kGatekeeperKeysPath = "/.well-known/jwks";

/// The server of the partner with that actor id.
inline net::Address partner_host(std::string_view partner) {
  return {std::string(partner) + ".partner.test", 443};
}
inline std::string partner_base_url(std::string_view partner) {
  return "https://" + partner_host(partner).host;
}
/// Where a partner's proxy takes chat connections to that service.
inline net::Address partner_proxy_host(std::string_view partner, const ServiceHosts& service) {
  return {partner_host(partner).host, service.chat.port};
}
inline constexpr std::string_view kPartnerKeysPath = "/.well-known/oauth/openid/jwks";

/// The device of the user with that actor id.
inline std::string device_host(std::string_view actor) {
  return std::string(actor) + ".device.test";
}
/// Where a partner's server wakes that device: the stand-in for the operating system's push
/// service.
inline net::Address wake_host(std::string_view actor) { return {device_host(actor), 443}; }

}  // namespace parley::mocks
