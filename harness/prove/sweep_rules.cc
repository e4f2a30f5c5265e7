#include "harness/prove/sweep_rules.h"

#include <algorithm>
#include <array>
#include <map>
#include <variant>

#include "harness/base/json.h"

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
    if (!run.result.engine_error.empty()) break;  // that is why
    if (check.finding.verdict != Verdict::kError) continue;
    if (run.unfaulted.standing.contains(check.id)) continue;
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
  for (const SentMessage& wanted : run.unfaulted.course.messages) {
    if (!run.unfaulted.named.contains(wanted.step)) continue;
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

// Codes of declared checks only: an invariant is always about what somebody did.
constexpr std::array<std::string_view, 23> kMayFollow{
    // something is missing
    "not-seen", "not-delivered", "no-receipt", "silent-loss", "messages-lost", "no-answer",
    "no-explicit-refusal", "no-result", "did-not-survive", "wrong-count", "slower", "too-late",
    "no-address", "no-upstream-of-its-own", "not-served",
    // an act had another outcome, as the party saw other things before it
    "result-differs", "refused-for-another-reason", "accepted", "not-refused", "seen",
    "distinguishable", "native-only", "genuine-refused"};

// What is said of a connection itself: whether its frames arrived, whether it came about, when it
// ended or was sought again. A network that cut or held it had the same effect.
constexpr std::array<std::string_view, 4> kAboutConnection{"frames-changed", "not-accepted",
                                                           "upstream-kept", "no-backoff"};

bool is_about_connection(std::string_view code) {
  return std::ranges::find(kAboutConnection, code) != kAboutConnection.end();
}

// Fails that are laid to somebody at whom the fault did not happen.
std::vector<const CheckResult*> laid_to_others(const SweptRun& run) {
  std::vector<const CheckResult*> out;
  for (const CheckResult& check : run.result.checks) {
    if (check.finding.verdict != Verdict::kFail) continue;
    if (check.finding.attribution != judge::Attribution::kIut) continue;
    if (!run.culprit.empty() && check.finding.blamed == run.culprit) continue;
    if (!run.unfaulted.standing.contains(check.id)) out.push_back(&check);
  }
  return out;
}

// What a driver does not do shows nothing of any party: there nothing follows.
bool is_consequence(const SweptRun& run, const CheckResult& check) {
  if (run.kind == FaultKind::kCallFails || run.kind == FaultKind::kCallUnanswered) return false;
  if (check.invariant()) return false;
  return may_follow(check.finding.code) ||
         (is_nobodys(run.kind) && is_about_connection(check.finding.code));
}

std::string text_of(const CheckResult& check) {
  return check.kind + "/" + check.finding.code + " blames " + check.finding.blamed + ": " +
         check.finding.observed;
}

void judge_blame(const SweptRun& run, std::vector<Violation>& out) {
  for (const CheckResult* check : laid_to_others(run)) {
    if (!is_consequence(run, *check)) out.push_back({"blame", text_of(*check)});
  }
}

}  // namespace

bool may_follow(std::string_view code) {
  return std::ranges::find(kMayFollow, code) != kMayFollow.end();
}

std::vector<std::string> consequences(const SweptRun& run) {
  std::vector<std::string> out;
  for (const CheckResult* check : laid_to_others(run)) {
    if (is_consequence(run, *check)) out.push_back(text_of(*check));
  }
  return out;
}

std::set<std::size_t> named_messages(const scenario::TestCase& test_case) {
  std::string texts;
  std::set<std::string> labels;
  for (const scenario::Check& check : test_case.checks) {
    texts += canonical(check.arguments);
    if (const auto label = get_string(check.arguments, "message")) labels.emplace(*label);
  }
  for (const scenario::Step& step : test_case.steps) {
    const auto* await = std::get_if<scenario::Await>(&step.act);
    if (await != nullptr) texts += canonical(await->where);
  }
  std::set<std::size_t> out;
  for (std::size_t i = 0; i < test_case.steps.size(); ++i) {
    const std::string& label = test_case.steps[i].label;
    if (label.empty()) continue;
    if (labels.contains(label) || texts.find("${" + label + ".") != std::string::npos) {
      out.insert(i);
    }
  }
  return out;
}

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
    if (!message.acknowledged || message.withheld || wanted == nullptr) continue;
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
