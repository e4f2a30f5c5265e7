// Checks on the versions of TLS that a party's HTTPS servers speak.
#include <algorithm>
#include <string>
#include <vector>

#include "harness/base/glob.h"
#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"

namespace parley::judge {
namespace {

/// "1.2" and "1.3" order as their texts do.
std::string_view version_of(const Record& record) {
  return get_string(record.facts, "tls_version").value_or("");
}

/// The ends of exchanges with the party's servers, as their callers saw them, in order.
std::vector<const Record*> answers_of(const CaseView& view, std::string_view at) {
  std::vector<const Record*> out;
  for (const Record& record : view.records()) {
    if (record.direction != evidence::Direction::kIn) continue;
    if (record.kind != "http.response" && record.kind != "http.failure") continue;
    if (view.actor_at(get_string(record.facts, "host").value_or("")) == at) out.push_back(&record);
  }
  return out;
}

/// A failure of a call that offered nothing as new as `floor`.
bool refused_old(const Record& record, std::string_view floor) {
  const auto offer = get_string(record.facts, "tls_offer");
  return record.kind == "http.failure" && offer && *offer < floor &&
         get_string(record.facts, "error") == to_string(ErrorCode::kRefused);
}

/// What the attempts with old versions came to, and the calls around them.
struct Attempts {
  Evidence answered;         ///< with a version from `floor` up
  Evidence below;            ///< answered with an older one
  Evidence refused;          ///< not answered, because it was older
  Evidence plain;            ///< answered without TLS
  bool lived_after = false;  ///< an answer followed the last refusal
};

Attempts attempts_at(const CaseView& view, std::string_view at, std::string_view floor) {
  Attempts out;
  for (const Record* record : answers_of(view, at)) {
    if (refused_old(*record, floor)) {
      out.refused.push_back(record->seq);
      out.lived_after = false;
    }
    if (record->kind != "http.response") continue;
    const std::string_view version = version_of(*record);
    Evidence& kind = version.empty() ? out.plain : version < floor ? out.below : out.answered;
    kind.push_back(record->seq);
    out.lived_after = out.lived_after || version >= floor;
  }
  return out;
}

}  // namespace

Finding judge_old_tls_refused(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string at = text_argument(input.arguments, "at");
  const std::string floor = text_argument(input.arguments, "tls");
  const std::string expected = "every HTTPS exchange with " + at + " uses TLS " + floor +
                               " or newer, and an older one is "
                               "refused";
  if (view.actor(at) == nullptr) {
    return harness_error("no-such-actor", expected, "the case has no actor \"" + at + "\"");
  }
  const Attempts seen = attempts_at(view, at, floor);
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  if (!seen.plain.empty()) {
    return failed("no-tls", expected, "an answer without TLS", seen.plain, blame);
  }
  if (!seen.below.empty()) {
    const Record& first = view.records()[seen.below.front()];
    return failed("old-version", expected, "an answer over TLS " + std::string(version_of(first)),
                  seen.below, blame);
  }
  if (seen.refused.empty()) {
    return undecided("never-offered", expected, "nobody offered an older version", seen.answered,
                     Attribution::kUnknown);
  }
  if (!seen.lived_after) {
    return undecided(
        "no-answer-after", expected,
        "no call after the refusal was answered, so that it may have had another cause",
        seen.refused, Attribution::kUnknown);
  }
  Evidence evidence = seen.refused;
  evidence.insert(evidence.end(), seen.answered.begin(), seen.answered.end());
  return passed(expected, "older ones refused, " + cite(seen.refused), evidence);
}

Finding judge_tls_accepted(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string at = text_argument(input.arguments, "at");
  const std::string target = text_argument(input.arguments, "target");
  const std::string version = text_argument(input.arguments, "tls");
  const std::string expected = at + " answers " + target + " over TLS " + version;
  if (view.actor(at) == nullptr) {
    return harness_error("no-such-actor", expected, "the case has no actor \"" + at + "\"");
  }
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  Evidence well;
  Evidence refused;
  for (const Record* record : answers_of(view, at)) {
    if (!glob_match(target, get_string(record->facts, "target").value_or(""))) continue;
    const auto status = whole_number(record->facts, "status");
    if (get_string(record->facts, "tls_offer") == version) refused.push_back(record->seq);
    if (version_of(*record) != version) continue;
    // An error over that version says nothing against the version.
    if (status && *status >= 200 && *status < 300) well.push_back(record->seq);
  }
  if (!refused.empty()) {
    return failed("not-accepted", expected, "a call with that version alone on offer failed",
                  refused, blame);
  }
  if (well.empty()) {
    return undecided("never-asked", expected, "no call over that version was answered", {},
                     Attribution::kUnknown);
  }
  return passed(expected, "answered, " + cite(well), well);
}

}  // namespace parley::judge
