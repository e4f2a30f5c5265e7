// What a doctor looks at in an access token of a partner's: whether the gatekeeper could accept it,
// and which of its parts keeps it from that.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/crypto/jwt.h"
#include "harness/driver/doctor_line.h"

namespace parley::driver {

struct TokenExpectation {
  TimePoint now;         ///< it was issued a moment ago
  std::string issuer;    ///< that it must name; empty: any
  std::string audience;  ///< the same
};

/// TOK-01 and on.
std::vector<DoctorRule> token_rules();

/// A line for each rule, against the key set of the server that has issued the token. The first
/// thing wrong with it is told, and what could only be seen behind that is skipped. No line shows
/// any part of the token but its kid, issuer, audience and times.
std::vector<DoctorLine> examine_token(std::string_view token, const crypto::JwkSet& keys,
                                      const TokenExpectation& expected);

}  // namespace parley::driver
