#include "harness/judge/other_end.h"

namespace parley::judge {
namespace {

using evidence::Direction;
using evidence::Role;
using evidence::Tap;

bool is_exchange(const Record& record) {
  return (record.tap == Tap::kHttp || record.tap == Tap::kStanza) &&
         record.direction != Direction::kNone;
}

Direction reversed(Direction direction) {
  return direction == Direction::kIn ? Direction::kOut : Direction::kIn;
}

std::string_view actor_of_peer(const CaseView& view, const Record& record) {
  return view.actor(record.peer) != nullptr ? std::string_view(record.peer)
                                            : view.actor_at(record.peer);
}

bool is_gatekeeper_under_test(const CaseView& view, std::string_view actor) {
  const json::object* facts = view.is_iut(actor) ? view.actor(actor) : nullptr;
  return facts != nullptr && get_string(*facts, "kind") == "gatekeeper";
}

}  // namespace

std::optional<Sighting> sighting_at(const CaseView& view, const Record& record,
                                    std::string_view actor) {
  if (record.party == actor) return Sighting{record.direction, record.peer};
  if (!is_exchange(record) || !is_gatekeeper_under_test(view, actor)) return std::nullopt;
  if (actor_of_peer(view, record) != actor) return std::nullopt;
  return Sighting{reversed(record.direction), record.party};
}

std::optional<Sighting> sighting_at_gatekeeper(const CaseView& view, const Record& record) {
  if (record.role == Role::kGatekeeperServer) return Sighting{record.direction, record.peer};
  if (!is_exchange(record)) return std::nullopt;
  const std::string_view actor = actor_of_peer(view, record);
  if (!is_gatekeeper_under_test(view, actor)) return std::nullopt;
  return Sighting{reversed(record.direction), record.party};
}

}  // namespace parley::judge
