// What a media host does wrong because a scenario says so: the world's part in showing that clients
// live through it.
#pragma once

#include <string_view>

#include "harness/base/result.h"
#include "harness/net/http.h"
#include "harness/net/world.h"

namespace parley::mocks {

enum class MediaFault {
  kNone,
  kMissing,    ///< as if the file had never been there: 404
  kExpired,    ///< as if its time were over: 410
  kTruncated,  ///< the second half of the file is lost
  kAborted,    ///< the connection ends half-way, unless a part of the file was asked for
  kSlow,       ///< answers after 10 seconds, which is within what clients wait
  kError,      ///< 500
};

/// "up" for none, "missing", "expired", ...; kInvalid, with the known ones, for another word.
Result<MediaFault> parse_media_fault(std::string_view text);

/// `whole`, the answer with the file, as a host with that fault gives it; with the part of the file
/// that was asked for.
net::awaitable<net::HttpResponse> faulty_file_answer(net::World& world, MediaFault fault,
                                                     net::HttpRequest request,
                                                     net::HttpResponse whole);

}  // namespace parley::mocks
