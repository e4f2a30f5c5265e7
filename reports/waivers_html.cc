#include "reports/waivers_html.h"

#include <algorithm>

#include "harness/judge/waivers.h"
#include "reports/markup.h"
#include "reports/page.h"
#include "reports/table_html.h"

namespace parley::reports {
namespace {

std::string_view state_text(judge::WaiverState state) {
  switch (state) {
    case judge::WaiverState::kApplied:
      return "✓ Applies";
    case judge::WaiverState::kExpired:
      return "✕ Expired: it waives nothing";
    case judge::WaiverState::kStale:
      return "✕ Stale: the finding was not there";
    case judge::WaiverState::kNotJudged:
      return "○ Not judged in this run";
  }
  return "○ Not judged in this run";
}

bool in_trouble(const judge::Waiver& waiver) { return judge::waivers_troubled({&waiver, 1}); }

void append_row(std::string& out, const judge::Waiver& one) {
  out += "<tr><th scope=\"row\" id=\"waiver-" + escaped(one.id) + "\">" + escaped(one.id) +
         "</th><td>" + std::string(state_text(one.state)) + "</td><td><code>" +
         escaped(one.requirement) + "</code></td><td><code>" + escaped(one.case_id) +
         "</code> <code>" + escaped(one.check_id) + "</code> " + escaped(one.finding) +
         "</td><td>" + escaped(one.owner) + "</td><td>" + escaped(one.expires) + "</td><td>" +
         escaped(one.reason) + "</td></tr>";
}

}  // namespace

std::string waivers_section(const judge::RunResult& result) {
  const std::string& deviations = result.run.identification.deviations;
  std::string out = "<p>Deviations from the method, additions to it and exclusions: " +
                    (deviations.empty() ? std::string(kNotStated) : escaped_content(deviations)) +
                    ".</p>\n";
  if (result.waivers.empty()) return out + "<p>No finding of this run is waived.</p>\n";
  out +=
      "<p>A waiver changes no verdict: what failed is shown as failed. It covers exactly one "
      "finding, until its last day; held to " +
      escaped_content(result.run.waivers_as_of) + ".</p>\n" + scroll_begin("Waivers") +
      table_begin("Waivers",
                  {"Waiver", "State", "Requirement", "Finding", "Owner", "Until", "Reason"});
  for (const bool troubled : {true, false}) {
    for (const judge::Waiver& one : result.waivers) {
      if (in_trouble(one) == troubled) append_row(out, one);
    }
  }
  return out + std::string(kTableEnd) + std::string(kScrollEnd);
}

}  // namespace parley::reports
