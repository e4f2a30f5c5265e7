// What hosts of media take and how long they keep it. The public framework states neither, so that
// these are surrogates (docs/wire-profiles.md), the same for native users and for partners.
#pragma once

#include <chrono>
#include <cstdint>

#include "harness/base/clock.h"
#include "harness/wire/media_encryption.h"

namespace parley::wire {

/// The largest plain file that can be sent.
inline constexpr std::uint64_t kLargestMediaFile = 16 * 1024 * 1024;
/// The same file as it lies on a host.
inline constexpr std::uint64_t kLargestStoredFile = encrypted_media_size(kLargestMediaFile);
/// How long a host keeps a file; after that it is gone (HTTP 410).
inline constexpr Duration kMediaRetention = std::chrono::hours(24 * 30);

}  // namespace parley::wire
