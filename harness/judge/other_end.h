// What passed at a gatekeeper's server. Where a mock holds that seat it is recorded there; of a
// product under test nobody records the inside, and what passed is known from the mocks with which
// it exchanged it: what they got from it it sent, and what they sent came to it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "harness/judge/case_view.h"

namespace parley::judge {

/// A record, as who is looked at would have made it.
struct Sighting {
  evidence::Direction direction = evidence::Direction::kNone;
  std::string_view peer;  ///< as recorded there; at the other end, the actor who recorded it
};

/// Of one test case; refers to the view.
class Sightings {
 public:
  explicit Sightings(const CaseView& view);

  /// What the record shows of that actor's exchanges: its own record, or, where the actor is a
  /// gatekeeper under test that has none, that of a mock at the other end. Nothing where it shows
  /// none.
  std::optional<Sighting> at(const Record& record, std::string_view actor) const;
  /// The same of whatever gatekeeper the case has.
  std::optional<Sighting> at_gatekeeper(const Record& record) const;

 private:
  bool is_unseen(std::string_view actor) const;
  std::string_view actor_of_peer(const Record& record) const;

  const CaseView& view_;
  std::vector<std::string_view> unseen_;  ///< gatekeepers under test, without records of their own
};

}  // namespace parley::judge
