#include "harness/scenario/ixit.h"

#include <algorithm>
#include <array>

namespace parley::scenario {
namespace {

const std::vector<IxitItem>& items() {
  static const std::vector<IxitItem> kItems = {
      {"endpoints", "chat", "Chat connections over TCP", {"gatekeeper-server"}, "chat.example:443"},
      {"endpoints",
       "web-chat",
       "Chat connections over WebSocket",
       {"gatekeeper-server"},
       "wss://chat.example/ws/chat"},
      {"endpoints",
       "media",
       "The media host",
       {"gatekeeper-server", "partner-server"},
       "https://media.example"},
      {"endpoints",
       "jwks",
       "The published keys",
       {"gatekeeper-server", "partner-server"},
       "https://keys.example/jwks"},
      {"endpoints",
       "token",
       "Where users get their tokens",
       {"partner-server"},
       "https://partner.example/token"},
      {"endpoints",
       "push",
       "Where pushes are received",
       {"partner-server"},
       "https://partner.example/push"},
      {"endpoints",
       "proxy",
       "Chat connections of the partner's users",
       {"partner-proxy"},
       "proxy.example:443"},
      {"timers",
       "mailbox",
       "How long messages wait for a user who is away",
       {"gatekeeper-server"},
       "30d"},
      {"timers", "push-retry", "How long a push is tried again", {"gatekeeper-server"}, "1h"},
      {"timers", "token-lifetime", "How long a user's token is valid", {"partner-server"}, "1h"},
      {"timers",
       "key-overlap",
       "How long an old key stays published beside a new one",
       {"partner-server"},
       "1h"},
      {"timers",
       "reconnect",
       "How soon a client comes back when its connection breaks",
       {"gatekeeper-client", "partner-client"},
       "10s"},
      {"timeouts", "answer", "How long a driver may take to answer a request, else 60s", {}, "60s"},
      {"timeouts",
       "start",
       "How long a driver may take to say hello, else 20s, and then to take up its part, else 60s",
       {},
       "60s"}};
  return kItems;
}

bool states(std::span<const IxitAnswer> answers, std::string_view name) {
  return std::ranges::any_of(
      answers, [&](const IxitAnswer& one) { return one.name == name && !one.value.empty(); });
}

}  // namespace

std::span<const IxitItem> ixit_items() { return items(); }

std::string_view ixit_group_about(std::string_view group) {
  struct About {
    std::string_view group, text;
  };
  constexpr std::array<About, 4> kAbout{{
      {"endpoints",
       "Where the product stands by itself: the doctor looks there, drivers are told, and parley "
       "serve calls there."},
      {"timers",
       "What the product keeps to: drivers are told, and a run warns where a test case goes by "
       "another."},
      {"timeouts", "What drivers need: limits of this run, 1s to 5m."},
      {"accounts",
       "With whom a driver in a client's seat logs in, by the id of the actor; nobody else is told "
       "a password or a token."},
  }};
  const auto found = std::ranges::find(kAbout, group, &About::group);
  return found == kAbout.end() ? std::string_view() : found->text;
}

std::vector<std::string> ixit_missing(std::string_view seat, std::span<const IxitAnswer> answers) {
  std::vector<std::string> out;
  for (const IxitItem& item : items()) {
    if (std::ranges::find(item.seats, seat) == item.seats.end()) continue;
    std::string name = std::string(item.group) + "." + std::string(item.name);
    if (!states(answers, name)) out.push_back(std::move(name));
  }
  const bool has_account = std::ranges::any_of(
      answers, [](const IxitAnswer& one) { return one.name.starts_with("accounts."); });
  if (seat.ends_with("-client") && !has_account) out.emplace_back("accounts");
  return out;
}

}  // namespace parley::scenario
