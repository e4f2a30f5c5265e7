// Interoperable messages beside native ones: latency and loss as indicators (docs/scenarios.md).
#include <algorithm>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"

namespace parley::judge {
namespace {

constexpr std::int64_t kThousand = 1000;

// One way, from one user to another.
struct Way {
  std::string from;
  std::string to;
  std::vector<std::int64_t> latencies;  // of what arrived, in microseconds, sorted
  std::size_t sent = 0;
  Evidence lost;     // the records of what was sent and did not arrive
  Evidence slowest;  // sent and received

  std::int64_t loss() const {
    return sent == 0 ? 0
                     : static_cast<std::int64_t>(lost.size()) * kThousand /
                           static_cast<std::int64_t>(sent);
  }
  /// The nearest rank.
  std::int64_t percentile(std::size_t percent) const {
    const std::size_t rank = (latencies.size() * percent + 99) / 100;
    return latencies[std::max<std::size_t>(rank, 1) - 1];
  }
};

std::int64_t microseconds(Duration d) {
  return std::chrono::duration_cast<std::chrono::microseconds>(d).count();
}

Way measure(const CaseView& view, const std::vector<std::string>& ends) {
  Way way{ends[0], ends[1], {}, 0, {}, {}};
  std::map<std::string_view, const Record*> sent;
  std::map<std::string_view, const Record*> arrived;
  for (const Record& record : view.records()) {
    if (record.tap != evidence::Tap::kMessage || record.kind != "message") continue;
    const std::string_view id = get_string(record.facts, "id").value_or("");
    // The first sighting counts; what is sent or shown again is no new message.
    const bool out = record.direction == evidence::Direction::kOut;
    if (out && record.party == way.from && record.peer == way.to) sent.emplace(id, &record);
    if (!out && record.party == way.to) arrived.emplace(id, &record);
  }
  std::int64_t slowest = -1;
  for (const auto& [id, leaving] : sent) {
    ++way.sent;
    const auto arrival = arrived.find(id);
    if (arrival == arrived.end()) {
      way.lost.push_back(leaving->seq);
      continue;
    }
    way.latencies.push_back(microseconds(arrival->second->time - leaving->time));
    if (way.latencies.back() <= slowest) continue;
    slowest = way.latencies.back();
    way.slowest = {leaving->seq, arrival->second->seq};
  }
  std::ranges::sort(way.latencies);
  std::ranges::sort(way.lost);
  return way;
}

// The square root, rounded up.
std::size_t root(std::size_t n) {
  std::size_t r = 0;
  while (r * r < n) ++r;
  return r;
}

json::object measures_of(const Way& way) {
  json::object out = {{"from", way.from},
                      {"to", way.to},
                      {"sent", static_cast<std::int64_t>(way.sent)},
                      {"arrived", static_cast<std::int64_t>(way.latencies.size())},
                      {"loss_milli", way.loss()}};
  if (way.latencies.empty()) return out;
  const std::size_t n = way.latencies.size();
  const std::size_t half_width = (root(n) * 98 + 99) / 100;
  const std::size_t low = n / 2 > half_width ? n / 2 - half_width : 0;
  const std::size_t high = std::min(n - 1, n / 2 + half_width);
  out["p50_us"] = way.percentile(50);
  out["p50_low_us"] = way.latencies[low];
  out["p50_high_us"] = way.latencies[high];
  out["p95_us"] = way.percentile(95);
  out["max_us"] = way.percentile(100);
  json::array all;
  for (const std::int64_t latency : way.latencies) all.emplace_back(latency);
  out["latencies_us"] = std::move(all);
  return out;
}

struct Indicator {
  const char* name;
  std::size_t percent;
};
constexpr Indicator kIndicators[] = {{"p50", 50}, {"p95", 95}, {"max", 100}};

std::int64_t ratio_of(std::int64_t interop, std::int64_t native) {
  return interop * kThousand / std::max<std::int64_t>(native, 1);
}

std::string sentence(const Way& native, const Way& interop) {
  std::string out;
  for (const Indicator& indicator : kIndicators) {
    const std::int64_t a = native.percentile(indicator.percent);
    const std::int64_t b = interop.percentile(indicator.percent);
    out += std::string(indicator.name) + " " + std::to_string(b) + " us against " +
           std::to_string(a) + " us (" + std::to_string(ratio_of(b, a)) + " thousandths); ";
  }
  return out + "lost " + std::to_string(interop.lost.size()) + " of " +
         std::to_string(interop.sent) + " against " + std::to_string(native.lost.size()) + " of " +
         std::to_string(native.sent);
}

struct Thresholds {
  std::int64_t ratio;
  std::int64_t slack;  // microseconds
  std::int64_t loss;
  std::size_t least;
};

Thresholds thresholds_of(const json::object& arguments) {
  const Result<Duration> slack = parse_duration(optional_text(arguments, "slack").value_or("0ms"));
  if (!slack.ok()) throw std::invalid_argument(slack.error().text());
  return {optional_count(arguments, "ratio").value_or(1500), microseconds(*slack),
          optional_count(arguments, "loss").value_or(0),
          static_cast<std::size_t>(optional_count(arguments, "least").value_or(20))};
}

Finding decide(const Way& native, const Way& interop, const Thresholds& limits,
               const std::string& expected, const Blame& blame) {
  if (interop.loss() > native.loss() + limits.loss) {
    const std::string observed =
        "lost " + std::to_string(interop.lost.size()) + " of " + std::to_string(interop.sent) +
        " against " + std::to_string(native.lost.size()) + " of " + std::to_string(native.sent);
    return failed("messages-lost", expected, observed, interop.lost, blame);
  }
  if (interop.latencies.empty()) {
    return undecided("nothing-arrived", expected, "nothing was sent from " + interop.from, {},
                     Attribution::kUnknown);
  }
  const std::string observed = sentence(native, interop);
  for (const Indicator& indicator : kIndicators) {
    const std::int64_t a = native.percentile(indicator.percent);
    const std::int64_t b = interop.percentile(indicator.percent);
    if (ratio_of(b, a) <= limits.ratio || b - a <= limits.slack) continue;
    return failed("slower", expected, observed, interop.slowest, blame);
  }
  return passed(expected, observed, interop.slowest);
}

}  // namespace

Finding judge_not_degraded(const CheckInput& input) {
  const CaseView view(input.records);
  const std::vector<std::string> native_ends = texts_argument(input.arguments, "baseline");
  const std::vector<std::string> interop_ends = texts_argument(input.arguments, "compared");
  const Thresholds limits = thresholds_of(input.arguments);
  const std::string expected = "latency of interoperable messages at most " +
                               std::to_string(limits.ratio) +
                               " thousandths of the native one, and loss at most " +
                               std::to_string(limits.loss) + " thousandths above it";
  if (native_ends.size() != 2 || interop_ends.size() != 2) {
    return harness_error("bad-arguments", expected, "a way has a sender and a receiver");
  }
  const Way native = measure(view, native_ends);
  const Way interop = measure(view, interop_ends);
  Finding finding;
  if (native.latencies.size() < limits.least || interop.sent < limits.least) {
    finding = undecided("too-few", expected,
                        plural(native.latencies.size(), "native message") + " arrived and " +
                            plural(interop.sent, "interoperable one") + " were sent",
                        {}, Attribution::kUnknown);
  } else {
    finding = decide(native, interop, limits, expected,
                     view.blame(text_argument(input.arguments, "blames")));
  }
  finding.measures = {
      {"formula", "interop * 1000 / native, for each of p50, p95 and max"},
      {"native", measures_of(native)},
      {"interop", measures_of(interop)},
      {"limits",
       {{"ratio_milli", limits.ratio}, {"slack_us", limits.slack}, {"loss_milli", limits.loss}}}};
  if (native.latencies.empty() || interop.latencies.empty()) return finding;
  for (const Indicator& indicator : kIndicators) {
    finding.measures[std::string(indicator.name) + "_ratio_milli"] =
        ratio_of(interop.percentile(indicator.percent), native.percentile(indicator.percent));
  }
  return finding;
}

}  // namespace parley::judge
