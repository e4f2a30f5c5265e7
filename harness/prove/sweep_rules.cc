#include "harness/prove/sweep_rules.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace parley::prove {
namespace {

using judge::CheckResult;
using judge::Verdict;

// How the World says that a case would never have come to its end.
constexpr std::string_view kEndless[] = {"did not end within", "stalled:", "time stands still"};

void judge_end(const SweptRun& run, std::vector<Violation>& out) {
  const std::string& error = run.result.engine_error;
  if (error.empty()) return;
  const bool endless = std::ranges::any_of(
      kEndless, [&error](std::string_view sign) { return error.find(sign) != std::string::npos; });
  out.push_back({endless ? "ends" : "engine", error});
}

// One verdict for every check that the plan declares, and none that is the harness's own error.
void judge_verdicts(const SweptRun& run, std::vector<Violation>& out) {
  std::map<std::string, int, std::less<>> emitted;
  for (const CheckResult& check : run.result.checks) ++emitted[check.id];
  for (const judge::DeclaredCheck& check : run.plan.checks) {
    const auto found = emitted.find(check.id);
    const int times = found == emitted.end() ? 0 : found->second;
    if (times == 1) continue;
    out.push_back({"verdicts", check.id + ": " + std::to_string(times) + " verdicts"});
  }
  for (const CheckResult& check : run.result.checks) {
    if (check.finding.verdict != Verdict::kError) continue;
    out.push_back({"verdicts", check.id + ": " + check.finding.code + ", expected " +
                                   check.finding.expected + ", observed " +
                                   check.finding.observed});
  }
  if (!run.result.verdict) out.push_back({"verdicts", "the test case has no verdict"});
}

void judge_pass(const SweptRun& run, std::vector<Violation>& out) {
  if (run.result.verdict != Verdict::kPass) return;
  if (!run.course.completed) {
    out.push_back({"false-pass", "passed, but did not come to its end"});
    return;
  }
  for (const SentMessage& wanted : run.unfaulted.messages) {
    const SentMessage* message = run.course.sent_by_step(wanted.step);
    const std::string what = "passed, but the message of step " + std::to_string(wanted.step + 1);
    if (message == nullptr) {
      out.push_back({"false-pass", what + " was not sent"});
      continue;
    }
    for (const auto& [actor, times] : wanted.shown) {
      const auto shown = message->shown.find(actor);
      const std::size_t now = shown == message->shown.end() ? 0 : shown->second;
      if (now == times) continue;
      out.push_back({"false-pass", what + " was shown to " + actor + " " + std::to_string(now) +
                                       " times in place of " + std::to_string(times)});
    }
  }
}

void judge_blame(const SweptRun& run, std::vector<Violation>& out) {
  for (const CheckResult& check : run.result.checks) {
    if (check.finding.verdict != Verdict::kFail) continue;
    if (check.finding.attribution != judge::Attribution::kIut) continue;
    if (!run.culprit.empty() && check.finding.blamed == run.culprit) continue;
    out.push_back({"blame", check.kind + "/" + check.finding.code + " blames " +
                                check.finding.blamed + ": " + check.finding.observed});
  }
}

}  // namespace

std::vector<Violation> broken_rules(const SweptRun& run) {
  std::vector<Violation> out;
  judge_end(run, out);
  judge_verdicts(run, out);
  judge_pass(run, out);
  judge_blame(run, out);
  return out;
}

std::vector<Suspect> suspects(const Course& course, const Course& unfaulted) {
  std::vector<Suspect> out;
  for (const SentMessage& message : course.messages) {
    const SentMessage* wanted = unfaulted.sent_by_step(message.step);
    if (!message.acknowledged || wanted == nullptr) continue;
    for (const auto& [actor, times] : wanted->shown) {
      if (!message.shown.contains(actor)) out.push_back({&message, actor});
    }
  }
  return out;
}

std::vector<Violation> lost_messages(std::span<const Suspect> suspects, const Epilogue& epilogue) {
  std::vector<Violation> out;
  for (const Suspect& suspect : suspects) {
    if (!epilogue.back.contains(suspect.receiver)) continue;
    const auto told = epilogue.told.find(suspect.receiver);
    if (told != epilogue.told.end() && told->second.contains(suspect.message->id)) continue;
    out.push_back({"lost", "the message of step " + std::to_string(suspect.message->step + 1) +
                               " was acknowledged to " + suspect.message->sender +
                               " and never told to " + suspect.receiver});
  }
  return out;
}

}  // namespace parley::prove
