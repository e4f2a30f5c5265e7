// What a user reported to the gatekeeper, as the records of a test case tell it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/judge/case_view.h"

namespace parley::judge {

struct UserReport {
  const StepView* step = nullptr;
  const Record* stanza = nullptr;     ///< as it came in at the gatekeeper's server, or went there
  const Record* answer = nullptr;     ///< as it went out there; null where there was none
  std::vector<std::string> selected;  ///< ids of messages, by the user's choice

  bool selects(std::string_view id) const;
};

/// The reports that came from the actor while that step was under way, if it is one that reports.
std::vector<UserReport> user_reports(const CaseView& view, const StepView& step);
/// All of the test case.
std::vector<UserReport> user_reports(const CaseView& view);

}  // namespace parley::judge
