#include "reports/indicators_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <iterator>

#include "harness/base/json.h"
#include "harness/base/json_order.h"
#include "reports/anchors.h"
#include "reports/markup.h"
#include "reports/table_html.h"

namespace parley::reports {
namespace {

struct TimeIndicator {
  std::string_view name;
  std::vector<Duration> Timings::* values;
  std::string_view definition;
};

constexpr TimeIndicator kTimes[] = {
    {"Delivery of a message", &Timings::delivery,
     "from a client's encryption of a message until the receiver's client shows it, where the "
     "receiver was connected all the while"},
    {"Acknowledgement of a message", &Timings::acknowledgement,
     "from a client's sending of a message until the gatekeeper's acknowledgement reaches it"},
    {"Answer to an HTTP request", &Timings::http_answer,
     "from an HTTP request until its response, as the caller saw both"}};

std::string millis(Duration time) {
  const std::int64_t tenths = time.count() / 100'000;
  return fmt::format("{}.{}", tenths / 10, tenths % 10);
}

void append_times(std::string& out, const Page& page) {
  Timings all;
  for (const CaseSection& one : page.cases) all.add(one.timings);
  out += scroll_begin("Times in the test's worlds") +
         table_begin("Times in the test's worlds, in milliseconds",
                     {"Indicator", "n", "p50", "p95", "p99", "Greatest"}, "nums");
  for (const TimeIndicator& indicator : kTimes) {
    std::vector<Duration>& values = all.*indicator.values;
    std::ranges::sort(values);
    fmt::format_to(std::back_inserter(out), "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td>",
                   indicator.name, values.size());
    for (const unsigned percent : {50U, 95U, 99U, 100U}) {
      out += "<td class=\"n\">" +
             (values.empty() ? std::string("–") : millis(percentile(values, percent))) + "</td>";
    }
    out += "</tr>\n";
  }
  out += std::string(kTableEnd) + std::string(kScrollEnd) + "<dl class=\"terms\">";
  for (const TimeIndicator& indicator : kTimes) {
    fmt::format_to(std::back_inserter(out), "<dt>{}</dt><dd>{}.</dd>", indicator.name,
                   indicator.definition);
  }
  out +=
      "</dl><p>Formula: the p-th percentile of n values is the one at place ⌈p · n / 100⌉ of the "
      "ascending list (nearest rank). Test cases in which the harness disturbed somebody on "
      "purpose are left out. Raw data: transcript.jsonl, the records' times.</p>";
  if (page.result.run.network == "sim") {
    out +=
        "<p class=\"box\">Time is simulated here: these values come from the latencies that the "
        "seed gave the network. They say nothing about any product's speed; they serve to compare "
        "runs of the same seed.</p>";
  }
}

// "568 of 568 (100.0 %)", in integers.
std::string share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "0 of 0";
  const std::uint64_t permille = (part * 1000 + whole / 2) / whole;
  return fmt::format("{} of {} ({}.{} %)", part, whole, permille / 10, permille % 10);
}

void append_shares(std::string& out, const judge::RunResult& result) {
  const judge::Counts& cases = result.summary.cases;
  const auto judged = static_cast<std::uint64_t>(std::ranges::count_if(
      result.requirements,
      [](const judge::RequirementResult& row) { return !row.checks.empty(); }));
  out += table_begin("Shares of this run", {"Indicator", "Value", "Formula"});
  const auto row = [&out](std::string_view name, const std::string& value, std::string_view how) {
    fmt::format_to(std::back_inserter(out),
                   "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n", name, value, how);
  };
  const std::uint64_t executed = cases.total - cases.not_applicable - cases.not_tested;
  row("Test cases that passed", share(cases.pass, executed), "passed / executed");
  row("Test cases that were executed", share(executed, cases.total - cases.not_applicable),
      "executed / planned and applicable");
  row("Unstable test cases", share(result.summary.unstable, executed),
      "attempts differ in their verdict / executed");
  row("Requirements judged", share(judged, result.summary.requirements.total),
      "with a check or an examination / all of the catalogue");
  row("Requirements satisfied",
      share(result.summary.requirements.satisfied, result.summary.requirements.total),
      "satisfied without waiver / all of the catalogue");
  out += kTableEnd;
}

// What checks measured by themselves, as they tell it.
void append_measures(std::string& out, const judge::RunResult& result) {
  std::string rows;
  for (const judge::CaseResult& one : result.cases) {
    for (const judge::CheckResult& check : one.checks) {
      if (check.finding.measures.empty()) continue;
      std::string values;
      for (const auto* measure : in_canonical_order(check.finding.measures)) {
        const json::value& value = measure->value();
        const std::string text =
            value.is_string() ? std::string(value.get_string()) : canonical(value);
        fmt::format_to(std::back_inserter(values), "<dt>{}<dd>{}", escaped_content(measure->key()),
                       escaped_content(shortened(text, 200)));
      }
      fmt::format_to(std::back_inserter(rows),
                     "<tr><th scope=\"row\">{} {}</th><td><dl class=\"fields\">{}</dl></td></tr>\n",
                     link_to(anchor(one.id), one.id), escaped_content(check.id), values);
    }
  }
  if (rows.empty()) return;
  out += "<details><summary>What checks measured, with their formulas and raw numbers</summary>" +
         table_begin("Measured by checks; ratios are in thousandths", {"Check", "Values"}) + rows +
         std::string(kTableEnd) + "</details>";
}

}  // namespace

Duration percentile(const std::vector<Duration>& sorted, unsigned percent) {
  const std::size_t place = (sorted.size() * percent + 99) / 100;
  return sorted[place == 0 ? 0 : place - 1];
}

std::string indicators_section(const Page& page) {
  std::string out;
  append_times(out, page);
  append_shares(out, page.result);
  append_measures(out, page.result);
  return out;
}

}  // namespace parley::reports
