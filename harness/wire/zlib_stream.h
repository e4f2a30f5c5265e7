// Whole zlib streams (RFC 1950) in memory.
#pragma once

#include <cstddef>

#include "harness/base/bytes.h"
#include "harness/base/result.h"

namespace parley::wire {

Bytes zlib_compress(BytesView plain);

/// kLimit as soon as the output would exceed `limit`, so that a small bomb stays small; kInvalid
/// for a damaged or cut stream or bytes behind it.
Result<Bytes> zlib_inflate(BytesView compressed, std::size_t limit);

}  // namespace parley::wire
