// Text encodings of bytes (RFC 4648). Encoders are total; decoders are strict: no white space, no
// missing or surplus padding, no set bits behind the end. Strictness matters because a lenient
// decoder lets two spellings of one token through.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/result.h"

namespace parley {

std::string hex(BytesView bytes);                       ///< lower case
std::string base64(BytesView bytes);                    ///< with padding
std::string base64url(BytesView bytes);                 ///< without padding, as in JOSE
Result<Bytes> decode_hex(std::string_view text);        ///< either case
Result<Bytes> decode_base64(std::string_view text);     ///< padding required
Result<Bytes> decode_base64url(std::string_view text);  ///< padding refused

}  // namespace parley
