#include "reports/waivers_html.h"

#include <algorithm>

#include "harness/judge/waivers.h"
#include "reports/markup.h"

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
  out += "<tr><th scope=\"row\">" + escaped(one.id) + "</th><td>" +
         std::string(state_text(one.state)) + "</td><td><code>" + escaped(one.requirement) +
         "</code></td><td><code>" + escaped(one.case_id) + "</code> <code>" +
         escaped(one.check_id) + "</code> " + escaped(one.finding) + "</td><td>" +
         escaped(one.owner) + "</td><td>" + escaped(one.expires) + "</td><td>" +
         escaped(one.reason) + "</td></tr>";
}

}  // namespace

void append_waivers(std::string& out, const judge::RunResult& result) {
  if (result.waivers.empty()) return;
  out +=
      "<section id=\"waivers\"><h2>Waivers and deviations</h2><p>A waiver changes no verdict: what "
      "failed is shown as failed. It covers exactly one finding, until its last day; held to " +
      escaped(result.run.waivers_as_of) +
      ".</p><table><caption>Waivers</caption><thead><tr><th scope=\"col\">Waiver</th><th "
      "scope=\"col\">State</th><th scope=\"col\">Requirement</th><th "
      "scope=\"col\">Finding</th><th scope=\"col\">Owner</th><th scope=\"col\">Until</th><th "
      "scope=\"col\">Reason</th></tr></thead><tbody>";
  for (const judge::Waiver& one : result.waivers) {
    if (in_trouble(one)) append_row(out, one);
  }
  for (const judge::Waiver& one : result.waivers) {
    if (!in_trouble(one)) append_row(out, one);
  }
  out += "</tbody></table></section>\n";
}

}  // namespace parley::reports
