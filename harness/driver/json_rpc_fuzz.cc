// Everything that a driver's process writes: cut into lines, read as messages, answered. The first
// byte says in what pieces the bytes arrive, which must not matter.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <variant>
#include <vector>

#include "harness/driver/contract.h"
#include "harness/driver/json_rpc.h"
#include "harness/net/line_buffer.h"

namespace {

using namespace parley;
using namespace parley::driver;

void require(bool condition) {
  if (!condition) std::abort();
}

// The contract's readers on top; nothing may come out of them that a record cannot hold.
void read(const RpcNotification& notification) {
  const auto hello = read_hello(notification.params);
  if (hello.ok()) require(hello->protocol == kProtocolVersion && !hello->name.empty());
  const auto event = read_event(notification.params, 0);
  if (event.ok()) require(event->sequence == 0 && !canonical(event->facts).empty());
}

std::string converse(std::string_view bytes, std::size_t piece) {
  JsonRpcPeer peer(RpcLimits{.line = 4096, .depth = 16, .open_requests = 4});
  for (int i = 0; i < 3; ++i) require(peer.request("perform", {}).ok());
  net::LineBuffer lines(4096);
  std::string story;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    lines.feed(bytes.substr(at, piece));
    for (;;) {
      auto line = lines.next();
      if (!line.ok()) return story + "too long";
      if (!*line) break;
      const auto message = peer.take(**line);
      if (!message.ok()) return story + message.error().text();
      story += std::to_string(message->index());
      if (const auto* request = std::get_if<RpcRequest>(&*message)) {
        const std::string answer = peer.answer(
            request->id, read_pair(request->params).ok() ? Result<json::object>(request->params)
                                                         : make_error(ErrorCode::kInvalid, "no"));
        require(answer.find('\n') == std::string::npos && parse_json(answer).ok());
      } else if (const auto* notification = std::get_if<RpcNotification>(&*message)) {
        read(*notification);
      }
    }
  }
  return story;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  require(converse(bytes, 1 + data[0]) == converse(bytes, bytes.size() + 1));
  return 0;
}
