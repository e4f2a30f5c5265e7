#include "mocks/gatekeeper/disturbances.h"

#include <algorithm>
#include <array>
#include <utility>

#include "mocks/gatekeeper/backend.h"

namespace parley::mocks::gatekeeper {
namespace {

constexpr std::int64_t kMostTimes = 100;

constexpr std::array<DisturbanceKind, 20> kKinds = {{
    {"drop", Stage::kRelay},
    {"delay", Stage::kRelay},
    {"duplicate", Stage::kRelay},
    {"reorder", Stage::kRelay},
    {"corrupt", Stage::kRelay},
    {"replay-renamed", Stage::kRelay},
    {"plaintext", Stage::kRelay, true},
    {"old-envelope", Stage::kRelay, true},
    {"old-cipher", Stage::kRelay},
    {"refuse-message", Stage::kSend},
    {"bad-prekey-signature", Stage::kKeys},
    {"other-identity", Stage::kKeys},
    {"zero-prekey", Stage::kKeys},
    {"low-order-prekey", Stage::kKeys},
    {"zero-signed-prekey", Stage::kKeys},
    {"refuse-login", Stage::kLogin},
    {"certificate-wrong-issuer", Stage::kCertificate},
    {"certificate-expired", Stage::kCertificate},
    {"certificate-other-key", Stage::kCertificate},
    {"corrupt-frame", Stage::kFrame},
}};

bool has_code(const DisturbanceKind& kind) {
  return kind.stage == Stage::kLogin || kind.stage == Stage::kSend;
}

Error bad_order(std::string message) { return make_error(ErrorCode::kInvalid, std::move(message)); }

}  // namespace

const DisturbanceKind* find_disturbance(std::string_view name) {
  const auto found = std::ranges::find(kKinds, name, &DisturbanceKind::name);
  return found == kKinds.end() ? nullptr : &*found;
}

Result<DisturbanceOrder> read_disturbance(const json::object& arguments) {
  DisturbanceOrder order;
  const std::string name(get_string(arguments, "kind").value_or(""));
  order.kind = find_disturbance(name);
  if (order.kind == nullptr) return bad_order("no such kind of fault: \"" + name + "\"");
  if (arguments.contains("count")) order.left = get_int(arguments, "count").value_or(0);
  if (order.left < 1 || order.left > kMostTimes) {
    return bad_order("argument \"count\" must be a whole number from 1 to 100");
  }
  const bool delays = name == "delay";
  if (delays != arguments.contains("by")) {
    return bad_order("argument \"by\" belongs to delay, and to nothing else");
  }
  if (delays) {
    PARLEY_ASSIGN(order.by, parse_duration(get_string(arguments, "by").value_or("")));
  }
  if (has_code(*order.kind) != arguments.contains("code")) {
    return bad_order("argument \"code\" belongs to refusals, and to nothing else");
  }
  if (has_code(*order.kind)) {
    const std::int64_t code = get_int(arguments, "code").value_or(0);
    if (code < 400 || code > 599) return bad_order("argument \"code\" must be from 400 to 599");
    order.code = static_cast<std::uint32_t>(code);
  }
  return order;
}

std::optional<DisturbanceOrder> Disturbances::take(std::string_view actor, Stage stage) {
  const auto orders = orders_.find(actor);
  if (orders == orders_.end()) return std::nullopt;
  const auto order = std::ranges::find_if(
      orders->second, [&](const DisturbanceOrder& known) { return known.kind->stage == stage; });
  if (order == orders->second.end()) return std::nullopt;
  const DisturbanceOrder taken = *order;
  if (--order->left == 0) orders->second.erase(order);
  return taken;
}

void note_disturbance(Backend& backend, const DisturbanceKind& kind, std::string_view actor,
                      std::string_view id) {
  json::object facts = {{"kind", kind.name}, {"to", actor}};
  if (!id.empty()) facts["id"] = id;
  if (kind.malformed) facts["malformed"] = true;
  backend.events.push("disturbed", std::move(facts));
}

}  // namespace parley::mocks::gatekeeper
