// What a finding rests on: operations of the wire whose shape is public, taken from the native
// protocol, or our own invention.
#pragma once

#include <span>

#include "harness/judge/case_view.h"
#include "harness/judge/result.h"

namespace parley::judge {

/// Sets the check's basis to the weakest among the stanzas that its cited records stem from, and
/// lists those that are surrogates, and those whose shape an overlay of the wire profile defined. A cited stanza counts itself. A cited event or message stems
/// from the stanza that brought it: the one with its id, else the last one from the same sender,
/// else the last one that came in. A cited step stems from the stanza that it sent, told by the id
/// of its result, else from all that passed at its actor while it lasted.
void describe_foundations(const CaseView& view, CheckResult& check);

}  // namespace parley::judge
