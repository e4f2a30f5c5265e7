#include "mocks/partner/token_claims.h"

#include "mocks/cast/hosts.h"

namespace parley::mocks {

const ServiceHosts& service_of(const Cast& cast, const PartnerUserSettings& user) {
  const ServiceHosts* service = find_service_hosts(user.service);
  return service == nullptr ? cast.hosts() : *service;
}

json::object token_claims(const Cast& cast, const PartnerSettings& partner,
                          const PartnerUserSettings& user, std::int64_t issued) {
  json::object claims;
  claims["iss"] = partner_base_url(partner.id);
  claims["sub"] = user.identifier;
  claims["aud"] = token_audience(service_of(cast, user));
  claims["integrator"] = partner.integrator;
  claims["iat"] = issued;
  claims["nbf"] = issued;
  claims["exp"] = issued + std::chrono::duration_cast<std::chrono::seconds>(kTokenLife).count();
  return claims;
}

}  // namespace parley::mocks
