// What a partner's token says.
#pragma once

#include <cstdint>

#include "harness/base/clock.h"
#include "harness/base/json.h"
#include "mocks/cast/cast.h"

namespace parley::mocks {

/// How long a token holds.
inline constexpr Duration kTokenLife = std::chrono::hours(1);

/// The hosts of the service with which the user enlists.
const ServiceHosts& service_of(const Cast& cast, const PartnerUserSettings& user);

/// That the user is the partner's, towards its service, from `issued` (seconds since 1970) on.
json::object token_claims(const Cast& cast, const PartnerSettings& partner,
                          const PartnerUserSettings& user, std::int64_t issued);

}  // namespace parley::mocks
