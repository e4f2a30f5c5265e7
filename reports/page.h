// For the writers of report.html's sections: what they all write about.
#pragma once

#include <span>
#include <string_view>

#include "harness/judge/result.h"
#include "reports/html.h"
#include "reports/proof.h"

namespace parley::reports {

struct Page {
  const judge::RunResult& result;
  std::span<const CaseSection> cases;  ///< in the order of `result.cases`
  const Proof& proof;
  std::string_view changes;  ///< empty: not compared
};

/// What a report says where it was not told something that others ask of one.
inline constexpr std::string_view kNotStated = "not stated";

}  // namespace parley::reports
