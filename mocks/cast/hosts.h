// The host names of the mock parties, the same in every World. A name that looks like one of
// WhatsApp's resolves inside the World only.
#pragma once

#include <string>
#include <string_view>

#include "harness/net/network.h"

namespace parley::mocks {

inline net::Address enlistment_host() { return {"v.whatsapp.net", 443}; }
inline net::Address chat_host() { return {"chat.whatsapp.net", 5222}; }
inline net::Address web_chat_host() { return {"web.whatsapp.net", 443}; }
inline constexpr std::string_view kWebChatPath = "/ws/chat";
inline net::Address media_host() { return {"mmg.whatsapp.net", 443}; }
inline net::Address key_host() { return {"whatsapp.com", 443}; }
inline constexpr std::string_view kGatekeeperKeysPath = "/.well-known/jwks";

/// The host from which the gatekeeper's servers call a partner: keys, push, media.
inline std::string gatekeeper_egress_host() { return "egress.whatsapp.net"; }

/// The server of the partner with that actor id.
inline net::Address partner_host(std::string_view partner) {
  return {std::string(partner) + ".partner.test", 443};
}
inline std::string partner_base_url(std::string_view partner) {
  return "https://" + partner_host(partner).host;
}
/// Where a partner's proxy takes chat connections.
inline net::Address partner_proxy_host(std::string_view partner) {
  return {partner_host(partner).host, chat_host().port};
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
