// Runs a plan: every test case in a World of its own, on as many threads as asked for, judged as
// soon as it has ended. The result and the transcript do not depend on the number of threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/judge/judge.h"
#include "harness/judge/result.h"
#include "harness/judge/rollup.h"
#include "harness/run/case_run.h"
#include "harness/scenario/library.h"
#include "harness/scenario/plan.h"
#include "harness/scenario/register.h"

namespace parley::wire {
class Profile;
}

namespace parley::run {

/// Told how a run gets on. Calls come one at a time, from any of the run's threads.
class Progress {
 public:
  virtual ~Progress() = default;
  /// The case has begun to wait for something: "waits for receipt at bob".
  virtual void waiting(const std::string& case_id, const std::string& what) = 0;
  /// The case is judged; `done` of `total` are.
  virtual void finished(const judge::CaseResult& result, std::size_t done, std::size_t total) = 0;
};

/// Sees a judged case together with its records, before those are dropped; `index` is its place in
/// the plan. Runs on the worker's thread, several at a time for different cases.
using CaseObserver = std::function<void(std::size_t index, const judge::CaseResult& result,
                                        std::span<const evidence::Record> records)>;

struct RunOptions {
  std::size_t workers = 1;
  CaseObserver observe;  ///< may be empty
  /// Gets transcript.jsonl piece by piece, each with the result of the case whose records they are,
  /// in the order of the plan and one call at a time, as soon as a case and all before it are
  /// judged. Empty: the outcome holds it.
  std::function<void(const judge::CaseResult& result, std::string_view lines)> transcript = {};
  /// The document register that examined rows are judged by.
  std::span<const scenario::RegisterEntry> documents{};
  /// Known fails that somebody answers for; the day that they are held to is in the run's info.
  std::vector<judge::Waiver> waivers{};
  /// Set from outside, for instance by a signal: cases that have not begun are not run.
  const std::atomic<bool>* interrupted = nullptr;
};

struct RunOutcome {
  judge::RunResult result;
  /// transcript.jsonl: the records of all executed cases, in the order of the plan; empty where
  /// RunOptions::transcript took it.
  std::string transcript;
};

/// `info` carries what the caller knows: id, seed, network, times, versions, catalogue digest. The
/// plan digest, the state, the profile's names and the transcript digest are filled in here. The
/// day on which the run starts decides which obligations are in force. The result has every test
/// case and every check that the library has for the plan's profile and selection: one that the
/// plan, a worker or the judge lost is an error of the harness.
RunOutcome run_plan(const scenario::Library& library, const scenario::Plan& plan,
                    const wire::Profile& profile, const CaseEnvironment& environment,
                    judge::RunInfo info, const RunOptions& options, Progress& progress);

/// The results of the selected cases that do not apply, with their reasons.
std::vector<judge::CaseResult> not_applicable_cases(const scenario::Library& library,
                                                    const scenario::Plan& plan);

struct JudgedCase {
  judge::CaseResult result;
  std::vector<evidence::Record> records;
};

/// One planned case, run and judged. Never throws: what escapes the engine is the harness's error.
JudgedCase run_and_judge(const scenario::Library& library, const scenario::PlannedCase& planned,
                         const wire::Profile& profile, const CaseEnvironment& environment);

/// What the judge must know of a planned case, but for the placeholders in its checks. Checks that
/// cannot be judged where drivers hold those seats are left out where they may be.
judge::CasePlan case_plan(const scenario::Library& library, const scenario::PlannedCase& planned,
                          std::span<const std::string> driven_seats = {});

}  // namespace parley::run
