#include "mocks/gatekeeper/world_acts.h"

#include <algorithm>
#include <array>
#include <string>

#include "harness/wire/operations.h"
#include "mocks/gatekeeper/stanzas.h"

namespace parley::mocks::gatekeeper {
namespace {

namespace op = wire::op;

using Performed = net::awaitable<Result<json::object>>;

Result<std::string> text_argument(const json::object& arguments, std::string_view name) {
  const auto text = get_string(arguments, name);
  if (!text)
    return make_error(ErrorCode::kInvalid, "argument \"" + std::string(name) + "\" is missing");
  return std::string(*text);
}

Result<const PartnerSettings*> partner_argument(const Backend& backend,
                                                const json::object& arguments) {
  PARLEY_ASSIGN(const std::string id, text_argument(arguments, "partner"));
  const PartnerSettings* partner = backend.cast.partner(id);
  if (partner == nullptr) {
    return make_error(ErrorCode::kInvalid, "the cast has no partner \"" + id + "\"");
  }
  return partner;
}

// All native users are told, once; what they chose stays as it is.
Performed announce_partner(Backend& backend, json::object arguments) {
  PARLEY_CO_ASSIGN(const PartnerSettings* partner, partner_argument(backend, arguments));
  std::int64_t told = 0;
  for (const WhatsappUserSettings& user : backend.cast.whatsapp_users) {
    Account* account = backend.accounts.find_native(user.number);
    if (account == nullptr || !policy::is_eligible(user.number)) continue;
    const std::string id = stanzas::fresh_id(*backend.random);
    deliver(
        backend, *account, MailClass::kNotification, id, std::string(stanzas::kServer),
        backend.profile->render(op::kPartnerAnnounced, {{"id", id},
                                                        {"t", unix_seconds(backend.world.now())},
                                                        {"integrator", partner->integrator}}),
        false);
    ++told;
  }
  co_return json::object{{"told", told}};
}

}  // namespace

std::span<const WorldAct> world_acts() {
  static constexpr std::array<WorldAct, 1> kActs = {{
      {"announce-partner", announce_partner},
  }};
  return kActs;
}

const WorldAct* find_world_act(std::string_view operation) {
  const auto found = std::ranges::find(world_acts(), operation, &WorldAct::operation);
  return found == world_acts().end() ? nullptr : &*found;
}

}  // namespace parley::mocks::gatekeeper
