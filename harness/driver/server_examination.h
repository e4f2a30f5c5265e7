// What a doctor looks at in a partner's server before a run: whether it is there, what it speaks,
// whose certificate it shows, its key set, its clock. A server that fails here would fail most test
// cases, and none of them would say why as plainly.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/crypto/jwt.h"
#include "harness/driver/doctor_line.h"
#include "harness/net/network.h"
#include "harness/net/world.h"

namespace parley::driver {

struct ServerToExamine {
  net::Address name;      ///< under which the World reaches it; its certificate must be good for it
  std::string from;       ///< the host name of whoever asks
  std::string keys_path;  ///< of its key set: "/.well-known/oauth/openid/jwks"
};

/// Rules SRV-01 to SRV-10. What cannot be seen because of an earlier fault is skipped and says
/// which. Each request has 10 s of World time and 256 KiB.
net::awaitable<std::vector<DoctorLine>> examine_server(net::World& world, ServerToExamine server);

/// Rules TOK-01 to TOK-04 of an access token that the server has issued, against its key set.
std::vector<DoctorLine> examine_token(std::string_view token, const crypto::JwkSet& keys,
                                      TimePoint now);

}  // namespace parley::driver
