#include "harness/judge/other_end.h"

#include <algorithm>

namespace parley::judge {
namespace {

using evidence::Direction;
using evidence::Role;
using evidence::Tap;

bool is_exchange(const Record& record) {
  return (record.tap == Tap::kHttp || record.tap == Tap::kStanza) &&
         record.direction != Direction::kNone;
}

Sighting mirrored(const Record& record) {
  return {record.direction == Direction::kIn ? Direction::kOut : Direction::kIn, record.party};
}

}  // namespace

// A mock with a defect may be called the one under test, too, and keeps records as ever.
Sightings::Sightings(const CaseView& view) : view_(view) {
  for (const std::string_view one : view.actors_of_kind("gatekeeper")) {
    if (!view.is_iut(one)) continue;
    const bool seen = std::ranges::any_of(view.records(), [one](const Record& record) {
      return record.party == one && is_exchange(record);
    });
    if (!seen) unseen_.push_back(one);
  }
}

bool Sightings::is_unseen(std::string_view actor) const {
  return std::ranges::find(unseen_, actor) != unseen_.end();
}

std::string_view Sightings::actor_of_peer(const Record& record) const {
  return view_.actor(record.peer) != nullptr ? std::string_view(record.peer)
                                             : view_.actor_at(record.peer);
}

std::optional<Sighting> Sightings::at(const Record& record, std::string_view actor) const {
  if (record.party == actor) return Sighting{record.direction, record.peer};
  if (unseen_.empty() || !is_exchange(record) || !is_unseen(actor)) return std::nullopt;
  if (actor_of_peer(record) != actor) return std::nullopt;
  return mirrored(record);
}

std::optional<Sighting> Sightings::at_gatekeeper(const Record& record) const {
  if (record.role == Role::kGatekeeperServer) return Sighting{record.direction, record.peer};
  if (unseen_.empty() || !is_exchange(record)) return std::nullopt;
  if (!is_unseen(actor_of_peer(record))) return std::nullopt;
  return mirrored(record);
}

}  // namespace parley::judge
