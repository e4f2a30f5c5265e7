// Checks on the versions of HTTP in which a partner's servers answer.
#include <string>
#include <vector>

#include "harness/base/glob.h"
#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"
#include "harness/judge/other_end.h"

namespace parley::judge {
namespace {

// How calls to one target ended, as their caller saw it.
struct Answers {
  std::string target;
  Evidence well;          // answered 2xx over the wanted version
  Evidence other;         // answered over another version
  Evidence failed;        // answered with an error, or not at all
  std::string described;  // the last of the latter two
};

bool is_well(const Record& record) {
  const auto status = whole_number(record.facts, "status");
  return status && *status >= 200 && *status < 300;
}

// Whether the record shows an answer as its caller got it.
bool came_to_caller(const Sightings& sightings, const Record& record) {
  if (record.direction == evidence::Direction::kIn) return true;
  const auto sighting = sightings.at_gatekeeper(record);
  return sighting && sighting->direction == evidence::Direction::kIn;
}

Answers answers_for(const CaseView& view, std::string_view at, const std::string& target,
                    std::string_view version) {
  Answers answers{target, {}, {}, {}, {}};
  const Sightings sightings(view);
  for (const Record& record : view.records()) {
    const bool response = record.kind == "http.response";
    if (!response && record.kind != "http.failure") continue;
    if (!came_to_caller(sightings, record)) continue;
    if (view.actor_at(get_string(record.facts, "host").value_or("")) != at) continue;
    if (!glob_match(target, get_string(record.facts, "target").value_or(""))) continue;
    const std::string spoken(get_string(record.facts, "http_version").value_or("unknown"));
    if (!response) {
      answers.failed.push_back(record.seq);
      answers.described =
          "no answer (" + std::string(get_string(record.facts, "error").value_or("unknown")) + ")";
    } else if (!is_well(record)) {
      answers.failed.push_back(record.seq);
      answers.described =
          "status " + std::to_string(whole_number(record.facts, "status").value_or(0));
    } else if (spoken != version) {
      answers.other.push_back(record.seq);
      answers.described = "an answer over HTTP/" + spoken;
    } else {
      answers.well.push_back(record.seq);
    }
  }
  return answers;
}

}  // namespace

Finding judge_served_over(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string at = text_argument(input.arguments, "at");
  const std::string version = text_argument(input.arguments, "version");
  const std::vector<std::string> targets = texts_argument(input.arguments, "targets");
  std::string expected = at + " answers over HTTP/" + version + ":";
  for (const std::string& target : targets) expected += " " + target;
  if (view.actor(at) == nullptr) {
    return harness_error("no-such-actor", expected, "the case has no actor \"" + at + "\"");
  }
  Evidence evidence;
  std::string asked_in_vain;
  for (const std::string& target : targets) {
    const Answers answers = answers_for(view, at, target, version);
    evidence.insert(evidence.end(), answers.well.begin(), answers.well.end());
    if (!answers.well.empty()) continue;
    const Blame blame = view.blame(text_argument(input.arguments, "blames"));
    const std::string observed = target + ": " + answers.described;
    if (!answers.other.empty()) {
      return failed("other-version", expected, observed, answers.other, blame);
    }
    if (!answers.failed.empty()) {
      return failed("not-served", expected, observed, answers.failed, blame);
    }
    asked_in_vain += (asked_in_vain.empty() ? "" : ", ") + target;
  }
  if (!asked_in_vain.empty()) {
    return undecided("never-asked", expected, "nobody asked for " + asked_in_vain, evidence,
                     Attribution::kUnknown);
  }
  return passed(expected, "each of them, " + cite(evidence), evidence);
}

}  // namespace parley::judge
