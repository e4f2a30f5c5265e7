// One test case judged again from its records, and what comes out otherwise than was stated.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/evidence/record.h"
#include "harness/judge/result.h"
#include "harness/scenario/library.h"
#include "harness/scenario/plan.h"

namespace parley::wire {
class Profile;
}

namespace parley::attest {

struct Replayed {
  judge::CaseResult judged;
  /// Check by check, one line each; empty where everything is the same to the byte.
  std::vector<std::string> differences;
};

/// `stated` was executed and is what `planned` became, where drivers held those seats. That the
/// harness stopped it is taken as stated. With another catalogue than the run's the differences are
/// those of the catalogues.
Replayed replay_case(const judge::CaseResult& stated, const scenario::PlannedCase& planned,
                     std::span<const evidence::Record> records, const scenario::Library& library,
                     const wire::Profile& profile, std::span<const std::string> driven_seats);

}  // namespace parley::attest
