// What everybody may see of a result: verdicts, codes, counts and whatever the catalogue says; not
// what was said, by whom, and in which words a check found it.
#pragma once

#include "harness/judge/result.h"

namespace parley::attest {

/// The same result without the free texts that were written while it was made: expected and
/// observed of findings, what stopped a case, reasons of attempts, texts among measures, documents
/// of the register. Ids, codes, verdicts, numbers and everything that follows from them stay.
judge::RunResult public_result(judge::RunResult result);

}  // namespace parley::attest
