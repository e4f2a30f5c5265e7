// Every verdict anew: the opened records of each test case go through the same pure functions that
// judged them at the lab, and what comes out must be what was stated, to the byte.
#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "harness/attest/inspection.h"
#include "harness/base/share_out.h"
#include "harness/crypto/memo.h"
#include "harness/judge/judge.h"
#include "harness/judge/result_json.h"
#include "harness/run/observability.h"
#include "harness/run/plan_run.h"
#include "reports/html.h"

namespace parley::attest {
namespace {

using RecordsByCase = std::map<std::string, std::vector<evidence::Record>, std::less<>>;

RecordsByCase by_case(std::vector<OpenedRecord> opened) {
  RecordsByCase out;
  for (OpenedRecord& one : opened) out[one.test_case].push_back(std::move(one.record));
  return out;
}

std::string verdict_text(const std::optional<judge::Verdict>& verdict) {
  return verdict ? std::string(judge::to_string(*verdict)) : "none";
}

// The first thing in which the two differ, for people; empty where they are the same to the byte.
std::string difference(const judge::CaseResult& stated, const judge::CaseResult& judged) {
  if (canonical(judge::to_json(stated)) == canonical(judge::to_json(judged))) return {};
  for (std::size_t i = 0; i < std::min(stated.checks.size(), judged.checks.size()); ++i) {
    const judge::CheckResult& one = stated.checks[i];
    const judge::CheckResult& other = judged.checks[i];
    if (one.id == other.id && one.finding.verdict == other.finding.verdict) continue;
    return stated.id + ": \"" + one.id + "\" is stated as " +
           std::string(judge::to_string(one.finding.verdict)) + "; the records give \"" + other.id +
           "\" as " + std::string(judge::to_string(other.finding.verdict));
  }
  if (stated.verdict != judged.verdict) {
    return stated.id + ": is stated as " + verdict_text(stated.verdict) + ", the records give " +
           verdict_text(judged.verdict);
  }
  return stated.id + ": other findings, counts or texts than the records give";
}

class Rejudging {
 public:
  /// The records of a case are dropped when it has been judged.
  Rejudging(const Inspection& in, const wire::Profile& profile, RecordsByCase& records)
      : in_(in),
        profile_(profile),
        records_(records),
        driven_(run::driven_seats_of(in.result->run)),
        sections_(in.options.rederive ? in.result->cases.size() : 0) {}

  /// The sections of report.html, one for each case of the result; empty unless they are wanted.
  std::vector<reports::CaseSection> take_sections() { return std::move(sections_); }

  /// What differs, test case by test case.
  std::map<std::size_t, std::string> judge_all() {
    run_on_threads(in_.options.workers, [this] { work(); });
    return std::move(different_);
  }

 private:
  void work() {
    const crypto::MemoScope remembering(memo_);
    for (;;) {
      const std::size_t index = next_.fetch_add(1);
      if (index >= in_.plan->cases.size()) return;
      std::string other;
      try {
        other = judge_one(index);
      } catch (const std::exception& e) {  // of a thread, nobody else would catch it
        other = in_.result->cases[index].id + ": could not be judged: " + e.what();
      }
      if (other.empty()) continue;
      const std::lock_guard lock(mutex_);
      different_.emplace(index, std::move(other));
    }
  }

  std::string judge_one(std::size_t index) {
    const judge::CaseResult& stated = in_.result->cases[index];
    std::vector<evidence::Record> records;
    if (const auto found = records_.find(stated.id); found != records_.end()) {
      records = std::move(found->second);
    }
    const judge::CasePlan plan = run::case_plan(in_.own.library, in_.plan->cases[index], driven_);
    if (stated.disposition != judge::Disposition::kExecuted) {
      if (!records.empty()) return stated.id + ": has records, and is stated as not tested";
      return difference(stated, judge::not_executed(plan, stated.disposition, stated.reason));
    }
    if (in_.options.rederive) {
      sections_[index] = reports::render_case_html(stated, in_.result->run, records);
    }
    return difference(stated, judge::judge_case(plan, records, profile_, stated.engine_error));
  }

  const Inspection& in_;
  const wire::Profile& profile_;
  RecordsByCase& records_;                 ///< those of a case are seen by one thread
  const std::vector<std::string> driven_;  ///< the seats that drivers held
  crypto::Memo memo_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::map<std::size_t, std::string> different_;
  std::vector<reports::CaseSection> sections_;  ///< each written by one thread
};

// Records of test cases that are not in the plan, or do not apply.
std::string unplanned(const Inspection& in, const RecordsByCase& records) {
  for (const auto& [id, unused] : records) {
    const auto is_it = [&id](const scenario::PlannedCase& one) { return one.test_case->id == id; };
    if (std::ranges::none_of(in.plan->cases, is_it)) return id;
  }
  return {};
}

std::string counts(const judge::RunResult& result) {
  std::size_t checks = 0;
  std::size_t stopped = 0;
  std::size_t untested = 0;
  for (const judge::CaseResult& one : result.cases) {
    checks += one.checks.size();
    stopped += one.engine_error.empty() ? 0U : 1U;
    untested += one.disposition == judge::Disposition::kNotTested ? 1U : 0U;
  }
  std::string out = std::to_string(checks) + " checks judged anew";
  if (stopped != 0) out += "; that " + std::to_string(stopped) + " were stopped is as stated";
  if (untested != 0) out += "; that " + std::to_string(untested) + " were not run is as stated";
  return out;
}

std::string overlay_names(std::span<const judge::WireOverlay> overlays) {
  std::string out;
  for (const judge::WireOverlay& one : overlays) {
    out += (out.empty() ? "" : ", ") + one.id + " (SHA-256 " + one.digest + ")";
  }
  return out.empty() ? "none" : out;
}

// What is wrong where the run's overlays are not the verifier's; else empty.
std::string other_overlays(std::span<const judge::WireOverlay> stated,
                           std::span<const judge::WireOverlay> own) {
  const auto same = [](const judge::WireOverlay& one, const judge::WireOverlay& other) {
    return one.digest == other.digest && one.id == other.id && one.operations == other.operations;
  };
  if (std::ranges::equal(stated, own, same)) return {};
  return "the run rests on these overlays of the wire profile: " + overlay_names(stated) +
         "; here (--wire-overlay): " + overlay_names(own);
}

}  // namespace

Verdict check_verdicts(Inspection& in) {
  const OwnProfile own = in.own.wire_profile(in.plan->profile->wire);
  if (own.profile == nullptr) return fails("there is no wire profile " + in.plan->profile->wire);
  if (std::string other = other_overlays(in.result->run.wire_overlays, own.overlays);
      !other.empty()) {
    return fails(std::move(other));
  }
  RecordsByCase records = by_case(std::exchange(in.records, {}));
  if (std::string id = unplanned(in, records); !id.empty()) {
    return fails("there are records of \"" + id + "\", which was not planned");
  }
  Rejudging rejudging(in, *own.profile, records);
  const auto different = rejudging.judge_all();
  in.sections = rejudging.take_sections();
  if (different.empty()) return holds(counts(*in.result));
  const std::string more =
      different.size() == 1 ? ""
                            : "; and " + std::to_string(different.size() - 1) + " more test cases";
  return fails(different.begin()->second + more);
}

}  // namespace parley::attest
