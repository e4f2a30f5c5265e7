// What happened between the parties, in order: the material of the sequence diagram and of its
// table.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/evidence/record.h"

namespace parley::reports {

/// One act. An arrow where `from` and `to` differ, a note at one party where they are equal.
struct Act {
  std::uint64_t seq = 0;  ///< of the record that shows it
  Duration at{0};         ///< since the case began
  std::string from;
  std::string to;
  std::string tap;    ///< "http", "stanza", "message", "event", "step"
  std::string label;  ///< one short line
};

struct Sequence {
  std::vector<std::string> parties;  ///< the lanes: the actors, in the order of the cast by role
  std::vector<Act> acts;
  std::size_t hidden = 0;  ///< records that are not shown: outer frames, the other end of an act
};

/// Each act once, although it was recorded at both ends: HTTP as the caller saw it, stanzas and
/// messages as they were sent.
Sequence sequence_of(std::span<const evidence::Record> records);

}  // namespace parley::reports
