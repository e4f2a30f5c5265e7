// Everything that is settled before the first message of a run from the command line.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/clock.h"
#include "harness/cli/driven_seat.h"
#include "harness/cli/register_files.h"
#include "harness/cli/session.h"
#include "harness/cli/suite.h"
#include "harness/cli/waiver_option.h"
#include "harness/judge/result.h"
#include "harness/scenario/plan.h"
#include "harness/wire/profile.h"
#include "reports/proof.h"

namespace parley::cli {

struct SessionPlan {
  scenario::Plan plan;
  TimePoint start;
  std::shared_ptr<const wire::Profile> profile;
  DocumentRegister documents;
  WaiverFile waivers;
  reports::Proof proof;
  DrivenSeats driven;
  std::string trust;    ///< PEM: of whom programs outside may show certificates
  judge::RunInfo info;  ///< but for the ledger
};

/// Meets the drivers, where there are any; what speaks against them and does not forbid the run is
/// said on `streams.err`. nullopt, after complaining there, where the options cannot be met.
std::optional<SessionPlan> plan_session(const Suite& suite, const SessionOptions& options, Log& log,
                                        Streams& streams);

/// The same run as another that the ledger tells apart: the reference, and an id of its own.
void enter_ledger(judge::RunInfo& info, judge::LedgerReference reference);

/// What result.json shows should the run be killed: interrupted, nothing tested.
judge::RunResult planned_result(const Suite& suite, const SessionPlan& session);

}  // namespace parley::cli
