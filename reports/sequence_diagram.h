// The sequence diagram as one inline SVG, with a title and a description for those who do not see
// it.
#pragma once

#include <set>
#include <string>

#include "reports/sequence.h"

namespace parley::reports {

/// `id` makes the ids of title and description unique in the page; acts whose record is in `marked`
/// (the evidence of a finding) stand out by weight and by a "▶", not by colour alone.
std::string render_sequence_svg(const Sequence& sequence, const std::string& id,
                                const std::set<std::uint64_t>& marked);

}  // namespace parley::reports
