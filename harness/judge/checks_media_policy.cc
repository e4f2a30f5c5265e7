// Checks on what hosts of media promise: references that nobody guesses, limits, retention. The
// limit and the period are surrogates of the harness (harness/wire/media_policy.h).
#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"
#include "harness/judge/message_trace.h"
#include "harness/wire/media_policy.h"

namespace parley::judge {
namespace {

constexpr std::int64_t kLeastReferences = 8;
constexpr double kLeastBits = 128;

/// How many symbols an alphabet has that all of these characters are in.
std::size_t alphabet_of(const std::vector<std::string>& texts) {
  bool digits = true;
  bool hex = true;
  for (const std::string& text : texts) {
    for (const char c : text) {
      const bool digit = c >= '0' && c <= '9';
      digits = digits && digit;
      hex = hex && (digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '-');
    }
  }
  if (digits) return 10;
  return hex ? 16 : 64;
}

/// The entropy that the references can have at most, judged by the characters that differ between
/// them.
double bits_of(const std::vector<std::string>& references) {
  std::size_t length = references.front().size();
  for (const std::string& reference : references) length = std::min(length, reference.size());
  std::size_t varying = 0;
  for (std::size_t i = 0; i < length; ++i) {
    const bool differs = std::ranges::any_of(
        references, [&](const std::string& text) { return text[i] != references.front()[i]; });
    if (differs) ++varying;
  }
  return static_cast<double>(varying) * std::log2(static_cast<double>(alphabet_of(references)));
}

Blame blame_of(const CaseView& view, const CheckInput& input) {
  return view.blame(text_argument(input.arguments, "blames"));
}

std::string days(Duration duration) {
  return plural(static_cast<std::size_t>(
                    std::chrono::duration_cast<std::chrono::hours>(duration).count() / 24),
                "day");
}

}  // namespace

Finding judge_references_unguessable(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string at = text_argument(input.arguments, "at");
  const std::int64_t least =
      std::max(kLeastReferences, optional_count(input.arguments, "count").value_or(0));
  const std::string expected = "references that " + at + " gives have 128 bits or more, and differ";
  std::vector<std::string> references;
  Evidence evidence;
  for (const Record* record : view.events(at, "media-stored")) {
    references.emplace_back(get_string(record->facts, "reference").value_or(""));
    evidence.push_back(record->seq);
  }
  const std::set<std::string> distinct(references.begin(), references.end());
  if (distinct.size() < references.size()) {
    return failed(
        "reference-repeated", expected,
        plural(references.size(), "file") + " under " + plural(distinct.size(), "reference"),
        evidence, blame_of(view, input));
  }
  if (static_cast<std::int64_t>(references.size()) < least) {
    return undecided("too-few", expected,
                     plural(references.size(), "reference") + ", too few to judge", evidence,
                     Attribution::kUnknown);
  }
  const double bits = bits_of(references);
  const std::string observed = plural(references.size(), "reference") + ", at most " +
                               std::to_string(static_cast<int>(bits)) + " bits each";
  if (bits < kLeastBits) {
    return failed("guessable", expected, observed, evidence, blame_of(view, input));
  }
  return passed(expected, observed, evidence);
}

Finding judge_size_limit(const CheckInput& input) {
  const CaseView view(input.records);
  const Blame blame = blame_of(view, input);
  const std::string fits_label = text_argument(input.arguments, "fits");
  const std::string exceeds_label = text_argument(input.arguments, "exceeds");
  const std::string at = text_argument(input.arguments, "at");
  const auto limit = static_cast<std::int64_t>(wire::kLargestMediaFile);
  const std::string expected = "a file of " + std::to_string(limit) +
                               " bytes, the published limit, is shown, and a larger one refused";
  const StepView* fits = view.step(fits_label);
  const StepView* exceeds = view.step(exceeds_label);
  if (fits == nullptr) return view.not_reached(fits_label);
  if (exceeds == nullptr) return view.not_reached(exceeds_label);
  if (fits->end == nullptr) return view.not_performed(*fits);
  if (exceeds->end == nullptr) return view.not_performed(*exceeds);
  const auto size_of = [](const StepView& step) {
    return step.arguments() == nullptr ? 0 : whole_number(*step.arguments(), "size").value_or(0);
  };
  if (size_of(*fits) != limit || size_of(*exceeds) <= limit) {
    return harness_error("not-at-the-limit", expected,
                         "the files have " + std::to_string(size_of(*fits)) + " and " +
                             std::to_string(size_of(*exceeds)) + " bytes");
  }
  const Evidence evidence = {fits->end->seq, exceeds->end->seq};
  const std::string_view fits_error = fits->error_code();
  if (fits_error == "limit" || fits_error == "refused") {
    return failed("limit-too-low", expected, "the file at the limit was refused", evidence, blame);
  }
  if (!fits->ok()) return view.not_performed(*fits);
  const Record* shown = event_of(view, at, "message", fits->message_id());
  if (shown == nullptr || whole_number(shown->facts, "size") != limit) {
    return failed("not-delivered", expected, at + " was not shown the file at the limit", evidence,
                  blame);
  }
  if (exceeds->ok()) {
    return failed("no-limit", expected, "the larger file was taken", evidence, blame);
  }
  if (exceeds->error_code() != "limit" && exceeds->error_code() != "refused") {
    return undecided("no-defined-error", expected,
                     "the larger file failed with " + std::string(exceeds->error_code()), evidence,
                     blame);
  }
  return passed(expected, "shown, and refused with \"" + std::string(exceeds->error_code()) + "\"",
                {fits->end->seq, shown->seq, exceeds->end->seq});
}

Finding judge_retention_bounded(const CheckInput& input) {
  const CaseView view(input.records);
  const Blame blame = blame_of(view, input);
  const std::string expected = "the file can be had for " + days(wire::kMediaRetention) +
                               ", the stated time, and then is gone";
  std::array<const StepView*, 3> steps{};
  const std::array<std::string, 3> labels = {text_argument(input.arguments, "message"),
                                             text_argument(input.arguments, "kept"),
                                             text_argument(input.arguments, "gone")};
  Evidence evidence;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    steps[i] = view.step(labels[i]);
    if (steps[i] == nullptr) return view.not_reached(labels[i]);
    if (!steps[i]->ok()) return view.not_performed(*steps[i]);
    evidence.push_back(steps[i]->end->seq);
  }
  const auto age = [&](std::size_t i) { return steps[i]->end->time - steps[0]->end->time; };
  if (age(1) > wire::kMediaRetention || age(2) <= wire::kMediaRetention) {
    return harness_error("wrong-ages", expected,
                         "it was asked for after " + days(age(1)) + " and after " + days(age(2)),
                         evidence);
  }
  const auto status = [&](std::size_t i) {
    return whole_number(*steps[i]->outcome(), "status").value_or(0);
  };
  const std::string observed = std::to_string(status(1)) + " after " + days(age(1)) + ", " +
                               std::to_string(status(2)) + " after " + days(age(2));
  if (status(1) == 404 || status(1) == 410) {
    return failed("gone-too-early", expected, observed, evidence, blame);
  }
  if (status(2) == 200) return failed("kept-too-long", expected, observed, evidence, blame);
  if (status(1) != 200 || (status(2) != 404 && status(2) != 410)) {
    return undecided("no-answer", expected, observed, evidence, blame);
  }
  return passed(expected, observed, evidence);
}

}  // namespace parley::judge
