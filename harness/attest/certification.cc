#include "harness/attest/certification.h"

#include <utility>

#include "harness/judge/identification.h"
#include "harness/scenario/ixit.h"

namespace parley::attest {

std::vector<std::string> certification_gaps(const judge::RunInfo& run, const scenario::Plan& plan) {
  std::vector<std::string> out;
  for (const std::string& filter : plan.filters) {
    out.push_back("the filter \"" + filter + "\" leaves out a part of the profile");
  }
  if (!run.run_file) out.emplace_back("no run file says what the items under test offer");
  for (const std::string& item : plan.claim.unanswered()) {
    out.push_back("ics: " + item + " is not answered");
  }
  std::vector<scenario::IxitAnswer> answers;
  for (const judge::IxitStated& one : run.ixit) answers.push_back({one.item, one.value});
  for (const judge::SeatHolder& seat : run.seats) {
    if (!seat.under_test) continue;
    for (const std::string& item : scenario::ixit_missing(seat.seat, answers)) {
      out.push_back("ixit: " + item + " is not stated, for the seat " + seat.seat);
    }
  }
  for (const std::string& text : judge::unstated(run.identification)) {
    out.push_back("identification: " + text + " is not stated");
  }
  return out;
}

}  // namespace parley::attest
