// What happened between the parties, in order: the material of the sequence diagram and of its
// table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/evidence/record.h"

namespace parley::reports {

/// One act. An arrow where `from` and `to` differ, a note at one party where they are equal.
struct Act {
  std::uint64_t seq = 0;  ///< of the record that shows it
  std::size_t index = 0;  ///< of that record among those given
  Duration at{0};         ///< since the case began
  std::string from;
  std::string to;
  std::string tap;    ///< "http", "stanza", "message", "event", "step"
  std::string label;  ///< one short line
  /// Who saw it, where that is not the end at which acts are shown; usually empty.
  std::string seen_by{};
};

struct Sequence {
  std::vector<std::string> parties;  ///< the lanes: the actors, in the order of the cast by role
  std::vector<Act> acts;
  std::size_t hidden = 0;  ///< records that are not shown: outer frames, the other end of an act
};

/// Each act once, although it was recorded at both ends: HTTP as the caller saw it, stanzas and
/// messages as they were sent; and as the other end saw them where nothing of the kind was recorded
/// at that end, because a product is there. Records in `cited` are shown in any case.
Sequence sequence_of(std::span<const evidence::Record> records,
                     const std::set<std::uint64_t>& cited = {});

}  // namespace parley::reports
