#include "mocks/cast/media_fault.h"

#include <array>
#include <string>
#include <utility>

#include "harness/net/byte_range.h"

namespace parley::mocks {
namespace {

constexpr std::array<std::pair<std::string_view, MediaFault>, 7> kFaults = {{
    {"up", MediaFault::kNone},
    {"missing", MediaFault::kMissing},
    {"expired", MediaFault::kExpired},
    {"truncated", MediaFault::kTruncated},
    {"aborted", MediaFault::kAborted},
    {"slow", MediaFault::kSlow},
    {"error", MediaFault::kError},
}};

constexpr Duration kSlowFile = std::chrono::seconds(10);

net::HttpResponse status_only(unsigned status) {
  net::HttpResponse response;
  response.status = status;
  return response;
}

}  // namespace

Result<MediaFault> parse_media_fault(std::string_view text) {
  std::string known;
  for (const auto& [name, fault] : kFaults) {
    if (name == text) return fault;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  return make_error(ErrorCode::kInvalid,
                    "media is one of " + known + ", not \"" + std::string(text) + "\"");
}

net::awaitable<net::HttpResponse> faulty_file_answer(net::World& world, MediaFault fault,
                                                     net::HttpRequest request,
                                                     net::HttpResponse whole) {
  if (fault == MediaFault::kMissing) co_return status_only(404);
  if (fault == MediaFault::kExpired) co_return status_only(410);
  if (fault == MediaFault::kError) co_return status_only(500);
  if (fault == MediaFault::kTruncated) whole.body.resize(whole.body.size() / 2);
  if (fault == MediaFault::kSlow) co_await world.wait_for(kSlowFile);
  net::HttpResponse response = net::with_range(request, std::move(whole));
  if (fault == MediaFault::kAborted && response.status == 200) {
    response.cut_after = response.body.size() / 2;
  }
  co_return response;
}

}  // namespace parley::mocks
