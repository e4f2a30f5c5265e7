// Time stamps after RFC 3161: an authority signs that it has seen a digest at a time. Asking it is
// somebody else's business: queries and responses are files.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/crypto/hash.h"

namespace parley::crypto {

/// A query (TimeStampReq, DER) for a SHA-256 digest, which asks for the authority's certificate. It
/// has no nonce: that the response is of this digest is what counts, and it may be stamped again.
Bytes time_stamp_query(const Digest32& digest);

struct TimeStamp {
  TimePoint time{};         ///< in whole seconds
  std::string authority{};  ///< the signer's name (RFC 2253)
};

/// What a response (TimeStampResp, DER, of at most 256 KiB) claims; no signature is checked.
/// kInvalid where it is no such, kRefused where the authority gave none, kAuth where it is of
/// another digest.
Result<TimeStamp> read_time_stamp(BytesView response, const Digest32& digest);

/// The same, believed: signed by an authority whose certificate is for time stamps and leads to one
/// of the roots in `roots_pem`, at the time of the stamp. kAuth where it is not; kInvalid and
/// kLimit for roots that are none.
Result<TimeStamp> verify_time_stamp(BytesView response, const Digest32& digest,
                                    std::string_view roots_pem);

}  // namespace parley::crypto
