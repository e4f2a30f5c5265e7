// The sequence diagram as one inline SVG, with a title and a description for those who do not see
// it. It reads without any style sheet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "reports/sequence.h"

namespace parley::reports {

/// What a diagram is to show.
struct DiagramScope {
  std::set<std::uint64_t>
      marked;                     ///< records that show a finding: weight and "▶", not colour alone
  std::set<std::uint64_t> cited;  ///< records that any check rests on
  bool complete = false;          ///< every act; else steps, cited acts and what passed between
};

struct Diagram {
  std::string svg;
  std::size_t acts = 0;  ///< that it shows
};

/// Where there are more acts than anybody can follow, even a complete diagram keeps to steps and
/// cited acts, and to the first 200 of them.
Diagram render_sequence_svg(const Sequence& sequence, const DiagramScope& scope);

}  // namespace parley::reports
