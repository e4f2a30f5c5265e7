// What the formats without markup have in common: texts that steer nothing, and the notes that
// every format for people must carry.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/judge/result.h"

namespace parley::reports {

/// Well-formed UTF-8 in one line: control characters become U+FFFD, line ends and tabs a space.
std::string one_line(std::string_view text);
/// The same with its line ends.
std::string plain_lines(std::string_view text);

/// "expected: X; seen: Y", in one line.
std::string expected_and_seen(const judge::Finding& finding);

/// What a reader must know of a finding besides: that it rests on a surrogate, and on which; that
/// it is waived, and by what. Empty where there is nothing to say.
std::string notes(const judge::RunResult& result, std::string_view case_id,
                  const judge::CheckResult& check);

/// The operations of surrogate basis that a case's checks rest on, sorted; where one rests on a
/// surrogate that has no name, "unnamed".
std::vector<std::string> surrogates_of(const judge::CaseResult& test_case);
/// "rests on a surrogate: ..." with their names; empty where the case rests on none.
std::string surrogate_note(const judge::CaseResult& test_case);

/// "left out: unread (not-observable: ...)" for each check that was; empty where none was.
std::string left_out_note(const judge::CaseResult& test_case);

/// "Statement: none, because ..." in one sentence.
std::string statement_sentence(const judge::RunResult& result);
inline constexpr std::string_view kWhatItIs =
    "This is a test report. It is not a decision under Regulation (EU) 2022/1925.";

/// Milliseconds, rounded down.
inline std::int64_t millis(Duration duration) { return duration.count() / 1'000'000; }
inline std::int64_t millis(TimePoint time) { return unix_nanos(time) / 1'000'000; }

}  // namespace parley::reports
