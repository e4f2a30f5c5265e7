// The words and symbols that every format shows for verdicts: never a colour alone.
#pragma once

#include <string>
#include <string_view>

#include "harness/judge/result.h"

namespace parley::reports {

/// "Pass", "Fail", "Inconclusive", "Error".
std::string_view word(judge::Verdict verdict);
/// "✓", "✕", "?", "!".
std::string_view symbol(judge::Verdict verdict);

/// The case's verdict, or its disposition where it has none: "Not applicable", "Not tested".
std::string_view word(const judge::CaseResult& result);
std::string_view symbol(const judge::CaseResult& result);

/// "Satisfied", "Not satisfied", ...
std::string_view word(judge::RequirementStatus status);

/// "✓", "✕", "?", "–".
std::string_view symbol(judge::RequirementStatus status);

/// Whose fault, in words: "a peer of the implementation under test".
std::string_view attribution_words(judge::Attribution attribution);

/// Times of a test world: "0.512", and "30 d 1.500" where it is more than a day.
std::string seconds_text(Duration time);
/// The same with its unit: "0.512 s".
std::string duration_words(Duration time);

/// "1 test case", "2 test cases".
std::string counted(std::uint64_t count, std::string_view singular);

/// How sure the ground is, in a sentence; empty for public.
std::string_view caveat(judge::Basis basis);

/// "baileys 7.0.0, driven by parley baileys adapter 1".
std::string holder(const judge::SeatHolder& seat);

/// Who is tested, in a sentence: "Under test: baileys 7.0.0 as gatekeeper-client, ...".
std::string under_test(const judge::RunInfo& run);

/// The command that runs one case of that run again. What a driver was started with is not in the
/// result, since it may name places and secrets of its owner: COMMAND stands for it.
std::string command_again(const judge::RunInfo& run, std::string_view case_id);

/// Whom a finding is laid to, on one line: "peer (partner-user)", "network".
std::string blamed(const judge::Finding& finding);

}  // namespace parley::reports
