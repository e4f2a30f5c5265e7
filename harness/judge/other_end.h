// What an actor under test sent and received, as the other end saw it. Nobody looks into a product,
// but both ends of an exchange see the same stanzas and the same requests.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "harness/evidence/record.h"

namespace parley::judge {

/// Whether checks of that kind ask what an actor sent or received, so that the other end's record
/// is as good as the actor's own. Those that compare both ends, or ask what an actor made of it, do
/// not.
bool goes_by_other_end(std::string_view check_kind);

/// The records, and behind each stanza and each HTTP message that passed between a party of the
/// harness and an actor under test, who has no such records of their own, the same once more as
/// that actor's: with the number of the record that it was taken from. Empty where there are none
/// of these.
std::vector<evidence::Record> seen_from_both_ends(std::span<const evidence::Record> records);

}  // namespace parley::judge
