// Where the gatekeeper's core platform services live in every World. Each service has hosts, keys
// and tokens of its own; both speak the same wire profile.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "harness/net/network.h"

namespace parley::mocks {

struct ServiceHosts {
  std::string_view service;  ///< as scenarios/catalogue/services.yaml has it: "whatsapp"
  net::Address enlistment;
  net::Address chat;
  net::Address web_chat;
  net::Address media;
  net::Address keys;        ///< publishes the keys of `issuer`
  std::string egress;       ///< from where its servers call a partner: keys, push, media
  std::string_view issuer;  ///< `iss` of its own tokens
};

/// The service of a gatekeeper that does not say which it is.
inline constexpr std::string_view kWhatsapp = "whatsapp";

/// The services that can be mocked, WhatsApp first.
std::span<const ServiceHosts> service_hosts();
/// Null for a service that cannot be mocked.
const ServiceHosts* find_service_hosts(std::string_view service);
const ServiceHosts& whatsapp_hosts();

/// What a partner's token must name as its audience to vouch for a user at the service (surrogate:
/// the claim list is not public).
std::string token_audience(const ServiceHosts& hosts);

}  // namespace parley::mocks
