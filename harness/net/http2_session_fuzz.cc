// Bytes at an HTTP/2 server, and at a client that awaits a response. The first byte's lowest bit
// chooses which. Whatever comes: bounds hold, and every whole request can be answered.
#include <algorithm>
#include <cstdlib>

#include "harness/net/http2_session.h"

namespace {

using namespace parley;
using namespace parley::net;

constexpr std::size_t kHeaderBytes = 4096;
constexpr std::size_t kBodyBytes = 16384;
constexpr Http2Limits kBounds{8, 32768, 20, 100};

void require(bool condition) {
  if (!condition) std::abort();
}

void drain(Http2Session& session) {
  while (!session.take_output().empty()) {
  }
}

void at_server(BytesView input, const HttpLimits& limits) {
  Http2Session server(Http2Session::Role::kServer, limits, kBounds);
  while (!input.empty()) {
    const std::size_t piece = std::min<std::size_t>(input.size(), 1 + input.front() * 4U);
    const Status taken = server.receive(input.first(piece));
    input = input.subspan(piece);
    std::size_t held = 0;
    for (const Http2Session::Received& received : server.take_requests()) {
      require(received.request.body.size() <= kBodyBytes);
      require(!received.request.method.empty() && !received.request.target.empty());
      held += received.request.body.size();
      require(server.respond(received.stream, HttpResponse{200, {}, to_bytes("ok")}).ok());
    }
    require(held <= kBounds.buffered_bytes);
    drain(server);
    if (!taken.ok()) return;
  }
}

void at_client(BytesView input, const HttpLimits& limits) {
  Http2Session client(Http2Session::Role::kClient, limits, kBounds);
  const auto stream = client.submit(HttpRequest(), "api.test");
  require(stream.ok());
  drain(client);
  (void)client.receive(input);
  drain(client);
  const auto response = client.take_response(*stream);
  if (response && response->ok()) require((*response)->body.size() <= kBodyBytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  HttpLimits limits;
  limits.header_bytes = kHeaderBytes;
  limits.body_bytes = kBodyBytes;
  const BytesView input(data + 1, size - 1);
  if ((data[0] & 1) == 0) {
    at_server(input, limits);
  } else {
    at_client(input, limits);
  }
  return 0;
}
