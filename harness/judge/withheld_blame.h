// Whom not to blame for what is missing. A check names who would have had to act; whether it came
// to that party's turn at all, the records of the others say.
#pragma once

#include "harness/judge/case_view.h"
#include "harness/judge/judge.h"
#include "harness/judge/result.h"

namespace parley::judge {

/// Whether a finding of that code says that something is missing, and not that something wrong was
/// done: "not-delivered", "no-receipt", "not-seen".
bool is_omission(std::string_view code);

/// Turns a declared check's failure over something missing, or over an order, into an inconclusive
/// finding of the same code
/// - where the case ended early at an operation that its driver failed or left unanswered: what
///   should have followed was never asked for;
/// - where it is about a message that was on its way and the records of both ends of each leg show
///   that it never came to the blamed party's turn: the sender did not send it, the gatekeeper did
///   not pass it on, nor once more to who came back without it, it vanished between two parties, or
///   its receiver was not connected;
/// - and where two messages of one sender were shown the wrong way round ("wrong-order") and the
///   records of all places on their way show that somebody else turned them round, or the network.
/// A party that leaves no records of its own is never excused by what it does not say, and no other
/// excused by its silence.
void withhold_blame(const CaseView& view, const DeclaredCheck& declared, CheckResult& check);

}  // namespace parley::judge
