// Nodes of every shape that the wire form knows, from a seed. For tests and benchmarks only.
#pragma once

#include "harness/base/random.h"
#include "harness/wire/node.h"
#include "harness/wire/token_table.h"

namespace parley::wire {

inline std::string random_word(Random& random) {
  switch (random.below(7)) {
    case 0:
      return std::string(single_token(1 + random.below(kSingleTokens - 1)));
    case 1:
      return std::string(double_token(random.below(4), random.below(256)));
    case 2: {
      std::string digits;
      for (std::uint64_t n = 1 + random.below(130); n > 0; --n) {
        digits += "0123456789-."[random.below(12)];
      }
      return digits;
    }
    case 3: {
      std::string digits;
      for (std::uint64_t n = 1 + random.below(130); n > 0; --n) {
        digits += "0123456789ABCDEF"[random.below(16)];
      }
      return digits;
    }
    case 4:
      return "Zo\xc3\xab \xf0\x9f\x99\x82";
    case 5:
      return std::string(random.below(400), 'q');
    default:
      return "urn:parley:" + std::to_string(random.below(1000));
  }
}

inline std::string random_address(Random& random) {
  static constexpr std::string_view kServers[] = {
      "s.whatsapp.net", "lid",    "hosted",     "g.us",           "interop",
      "msgr",           "x.test", "hosted.lid", "s.whatsapp.net", "interop"};
  Jid jid;
  jid.server = kServers[random.below(std::size(kServers))];
  jid.user = std::to_string(random.below(1'000'000'000'000));
  if (jid.server == "interop") jid.integrator = static_cast<std::uint16_t>(random.below(65'536));
  if (random.below(2) == 0) jid.device = static_cast<std::uint16_t>(random.below(65'536));
  if (random.below(3) == 0) jid.device = static_cast<std::uint16_t>(random.below(100));
  switch (random.below(8)) {
    case 0:
      return "@" + jid.server;
    case 1:
      return jid.user + ":0@" + jid.server;  // no canonical spelling
    case 2:
      return "007-" + jid.user + "@" + jid.server;
    default:
      return jid.text();
  }
}

inline Node random_node(Random& random, int depth = 0) {
  std::string tag = random_word(random);
  Node node(tag.empty() ? "a" : tag);
  for (std::uint64_t n = random.below(6); n > 0; --n) {
    std::string name = random_word(random);
    if (name.empty() || node.has(name)) continue;
    node.set(name, random.below(3) == 0 ? random_address(random) : random_word(random));
  }
  switch (random.below(4)) {
    case 0:
      break;
    case 1:
      node.content = random.bytes(random.below(10) == 0 ? 70'000 : random.below(300));
      break;
    default: {
      Nodes children;
      std::uint64_t count = depth >= 5 ? 0 : random.below(depth == 0 ? 6 : 4);
      for (; count > 0; --count) children.push_back(random_node(random, depth + 1));
      node.content = std::move(children);
    }
  }
  return node;
}

}  // namespace parley::wire
