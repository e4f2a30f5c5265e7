// Checks that lay steps of one case side by side: what must not differ, and what must not be
// harder.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"

namespace parley::judge {
namespace {

using evidence::Direction;

/// Attributes whose value is of one stanza or one user alone. They say nothing about a state.
constexpr std::array<std::string_view, 7> kNames = {"id",  "t",           "to",     "from",
                                                    "jid", "participant", "offline"};

constexpr Duration kEquallyLong = std::chrono::milliseconds(100);

/// What a stanza looks like to somebody who cannot know its names and ciphertexts beforehand.
std::string shape(const json::object& node) {
  std::string text = "<" + std::string(get_string(node, "tag").value_or(""));
  if (const json::object* attributes = get_object(node, "attrs")) {
    std::vector<std::string> parts;
    for (const auto& [name, value] : *attributes) {
      const bool named = std::ranges::find(kNames, std::string_view(name)) != kNames.end();
      parts.push_back(" " + std::string(name) + (named ? "" : "=" + canonical(value)));
    }
    std::ranges::sort(parts);
    for (const std::string& part : parts) text += part;
  }
  text += ">";
  if (const json::array* children = get_array(node, "children")) {
    for (const json::value& child : *children) {
      if (const json::object* object = child.if_object()) text += shape(*object);
    }
  }
  if (const auto content = get_string(node, "text")) text += std::to_string(content->size());
  if (const auto content = get_string(node, "bytes")) {
    const auto padding = static_cast<std::size_t>(std::ranges::count(*content, '='));
    text += std::to_string(content->size() / 4 * 3 - padding);
  }
  return text + "</>";
}

/// What one step brought to an actor: how the step ended, what came in, and how long each answer
/// took.
struct Aftermath {
  std::string outcome;
  std::vector<std::string> shapes;
  std::vector<Duration> delays;  ///< since the last stanza that the actor sent
  Evidence evidence;
};

std::string outcome_of(const StepView& step) {
  if (!step.ok()) return "error " + std::string(step.error_code());
  json::object outcome = step.outcome() == nullptr ? json::object() : *step.outcome();
  outcome.erase("id");
  return canonical(outcome);
}

Aftermath aftermath(const CaseView& view, const StepView& step, std::string_view actor,
                    std::uint64_t until) {
  Aftermath found;
  found.outcome = outcome_of(step);
  TimePoint asked = step.begin->time;
  for (const Record& record : view.records()) {
    if (record.seq < step.begin->seq || record.seq >= until) continue;
    if (record.party != actor || record.kind != "stanza") continue;
    if (record.direction == Direction::kOut) {
      asked = record.time;
      continue;
    }
    const json::object* node = get_object(record.facts, "node");
    found.shapes.push_back(node == nullptr ? std::string() : shape(*node));
    found.delays.push_back(record.time - asked);
    found.evidence.push_back(record.seq);
  }
  return found;
}

std::string quoted(std::string_view label) { return "\"" + std::string(label) + "\""; }

std::string joined(const std::vector<std::string>& labels) {
  std::string text;
  for (const std::string& label : labels) text += (text.empty() ? "" : ", ") + quoted(label);
  return text;
}

/// How `other` differs from `first`; empty where it does not.
std::string difference(const Aftermath& first, const Aftermath& other, Duration tolerance) {
  if (first.outcome != other.outcome) {
    return "ended with " + other.outcome + " instead of " + first.outcome;
  }
  if (first.shapes.size() != other.shapes.size()) {
    return "brought " + plural(other.shapes.size(), "stanza") + " instead of " +
           std::to_string(first.shapes.size());
  }
  for (std::size_t i = 0; i < first.shapes.size(); ++i) {
    if (first.shapes[i] != other.shapes[i]) {
      return "brought " + other.shapes[i] + " instead of " + first.shapes[i];
    }
    const Duration apart = other.delays[i] - first.delays[i];
    if (apart > tolerance || apart < -tolerance) {
      return "was answered after " + duration_text(other.delays[i]) + " instead of " +
             duration_text(first.delays[i]);
    }
  }
  return {};
}

// The case stopped at one of the steps because the other side said no to it, and to no earlier one:
// there is nothing more to compare.
std::optional<Finding> refused_midway(const CaseView& view, const std::vector<std::string>& labels,
                                      const std::string& expected, Blame blame) {
  const StepView* first = view.step(labels.front());
  const StepView* stop = view.stopped_at();
  if (first == nullptr || !first->ok() || stop == nullptr || stop->end == nullptr) {
    return std::nullopt;
  }
  const bool compared = std::ranges::find(labels, stop->label) != labels.end();
  if (!compared || stop->error_code() != "refused") return std::nullopt;
  return failed("distinguishable", expected,
                quoted(stop->label) + " was refused and " + quoted(first->label) + " was not",
                {first->end->seq, stop->end->seq}, blame);
}

/// The user's acts, and the requests that they took.
struct Effort {
  std::size_t acts = 0;
  std::size_t requests = 0;
  Evidence evidence;
};

Effort& operator+=(Effort& sum, const Effort& more) {
  sum.acts += more.acts;
  sum.requests += more.requests;
  sum.evidence.insert(sum.evidence.end(), more.evidence.begin(), more.evidence.end());
  return sum;
}

Effort effort_of(const CaseView& view, const StepView& step) {
  Effort effort;
  effort.acts = 1;
  effort.evidence.push_back(step.end->seq);
  for (const Record& record : view.records()) {
    if (record.seq < step.begin->seq || record.seq > step.end->seq) continue;
    if (record.party != step.actor || record.direction != Direction::kOut) continue;
    const json::object* node = get_object(record.facts, "node");
    const bool asks =
        record.kind == "http.request" ||
        (record.kind == "stanza" && node != nullptr && get_string(*node, "tag") == "iq");
    if (asks) ++effort.requests;
  }
  return effort;
}

std::string told(const Effort& effort) {
  return plural(effort.acts, "act") + " and " + plural(effort.requests, "request");
}

}  // namespace

Finding judge_indistinguishable(const CheckInput& input) {
  const CaseView view(input.records);
  const std::vector<std::string> labels = texts_argument(input.arguments, "steps");
  const std::string at = text_argument(input.arguments, "at");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::string expected =
      plural(labels.size(), "step") + " that look alike at " + at + ": " + joined(labels);
  if (labels.size() < 2) return harness_error("bad-arguments", expected, "nothing to compare");
  Duration tolerance = kEquallyLong;
  if (const auto within = optional_text(input.arguments, "within")) {
    const Result<Duration> given = parse_duration(*within);
    if (!given.ok()) return harness_error("bad-arguments", expected, given.error().message);
    tolerance = *given;
  }
  if (auto finding = refused_midway(view, labels, expected, blame)) return *std::move(finding);
  std::uint64_t end = UINT64_MAX;
  if (const auto before = optional_text(input.arguments, "before")) {
    const StepView* step = view.step(*before);
    if (step == nullptr) return view.not_reached(*before);
    if (step->begin == nullptr) return view.not_performed(*step);
    end = step->begin->seq;
  }
  std::vector<const StepView*> steps;
  for (const std::string& label : labels) {
    const StepView* step = view.step(label);
    if (step == nullptr) return view.not_reached(label);
    if (step->begin == nullptr || step->end == nullptr) return view.not_performed(*step);
    if (view.broke_off(*step)) return view.not_performed(*step);
    steps.push_back(step);
  }
  if (!view.ended()) {
    return harness_error("case-cut-off", expected, "the case has no end on record");
  }
  std::vector<Aftermath> found;
  Evidence evidence;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::uint64_t until = i + 1 < steps.size() ? steps[i + 1]->begin->seq : end;
    found.push_back(aftermath(view, *steps[i], at, until));
    evidence.insert(evidence.end(), found[i].evidence.begin(), found[i].evidence.end());
  }
  for (std::size_t i = 1; i < found.size(); ++i) {
    const std::string differs = difference(found[0], found[i], tolerance);
    if (differs.empty()) continue;
    return failed("distinguishable", expected,
                  quoted(labels[i]) + " " + differs + " as after " + quoted(labels[0]), evidence,
                  blame);
  }
  if (evidence.empty()) {
    return undecided("nothing-to-compare", expected, "nothing came in after any of them", {},
                     Attribution::kUnknown);
  }
  return passed(expected, plural(found[0].shapes.size(), "stanza") + " each, alike", evidence);
}

Finding judge_withdrawal_as_easy(const CheckInput& input) {
  const CaseView view(input.records);
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::string expected = "withdrawing takes no more acts and no more requests than giving";
  std::array<Effort, 2> efforts;
  constexpr std::array<std::string_view, 2> kSides = {"giving", "withdrawing"};
  for (std::size_t side = 0; side < kSides.size(); ++side) {
    const std::vector<std::string> labels = texts_argument(input.arguments, kSides[side]);
    if (labels.empty()) return harness_error("bad-arguments", expected, "no step is named");
    for (const std::string& label : labels) {
      const StepView* step = view.step(label);
      if (step == nullptr) return view.not_reached(label);
      if (!step->ok() || step->begin == nullptr) return view.not_performed(*step);
      efforts[side] += effort_of(view, *step);
    }
  }
  const auto& [giving, withdrawing] = efforts;
  const std::string observed = "giving: " + told(giving) + "; withdrawing: " + told(withdrawing);
  Evidence evidence = giving.evidence;
  evidence.insert(evidence.end(), withdrawing.evidence.begin(), withdrawing.evidence.end());
  if (giving.requests == 0 && withdrawing.requests == 0) {
    return undecided("nothing-seen", expected, observed, evidence, Attribution::kUnknown);
  }
  if (withdrawing.acts > giving.acts) {
    return failed("more-acts", expected, observed, evidence, blame);
  }
  if (withdrawing.requests > giving.requests) {
    return failed("more-requests", expected, observed, evidence, blame);
  }
  return passed(expected, observed, evidence);
}

}  // namespace parley::judge
