// result.json: a RunResult as JSON of integers and strings only, and the strict way back.
#pragma once

#include "harness/base/json.h"
#include "harness/base/result.h"
#include "harness/judge/result.h"

namespace parley::judge {

inline constexpr std::string_view kResultFormat = "parley-result/1";

/// Every field, also the empty ones, so that readers need no defaults; but for lists that came
/// later (`left_out`), which are there where something is in them. Times are integer
/// nanoseconds ("started_ns") with RFC 3339 text beside them.
json::object to_json(const RunResult& result);
json::object to_json(const CaseResult& result);
json::object to_json(const Finding& finding);

/// Refuses unknown members, missing ones, wrong types and unknown words: kInvalid, with the path in
/// `where` ("cases[3].checks[0].finding.verdict"). Also a result whose lists are not those that its
/// summary counts: something was lost, added or turned round since it was rolled up.
Result<RunResult> run_result_from_json(const json::value& value);
/// One test case, by the same rules.
Result<CaseResult> case_result_from_json(const json::value& value);

}  // namespace parley::judge
