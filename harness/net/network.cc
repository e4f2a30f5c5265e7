#include "harness/net/network.h"

#include <algorithm>

namespace parley::net {

const std::string& Stream::protocol() const {
  static const std::string kNone;
  return kNone;
}

Result<std::string> choose_protocol(const Protocols& server, const Protocols& client) {
  if (server.empty() || client.empty()) return std::string();
  for (const std::string& mine : server) {
    if (std::ranges::find(client, mine) != client.end()) return mine;
  }
  return make_error(ErrorCode::kRefused, "no application protocol in common");
}

}  // namespace parley::net
