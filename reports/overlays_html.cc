#include "reports/overlays_html.h"

#include <fmt/format.h>

#include <iterator>

#include "harness/base/join.h"
#include "reports/markup.h"
#include "reports/plain_text.h"
#include "reports/table_html.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

std::string overlays_table(const judge::RunInfo& run) {
  std::string out =
      table_begin("Overlays of the wire profile, in the order in which they were laid",
                  {"Overlay", "Operations that it defines", "SHA-256 of the file"});
  for (const judge::WireOverlay& one : run.wire_overlays) {
    fmt::format_to(std::back_inserter(out),
                   "<tr><th scope=\"row\">{}</th><td>{}</td><td><code>{}</code></td></tr>\n",
                   escaped_content(one.id), escaped_content(joined(one.operations)),
                   escaped_content(one.digest));
  }
  return out + std::string(kTableEnd);
}

std::string resting_rows(const judge::CaseResult& one) {
  std::string out;
  for (const judge::CheckResult& check : one.checks) {
    if (check.overlaid.empty()) continue;
    fmt::format_to(
        std::back_inserter(out),
        "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"v\">{}</td><td>{}</td></tr>\n",
        escaped_content(one.id), escaped_content(check.id),
        std::string(symbol(check.finding.verdict)) + " " + std::string(word(check.finding.verdict)),
        escaped_content(joined(check.overlaid)));
  }
  return out;
}

}  // namespace

std::string overlays_section(const judge::RunResult& result) {
  if (result.run.wire_overlays.empty()) return {};
  std::string out =
      "<h3>Overlays of the wire profile</h3><p>Private files took the place of operations of the "
      "wire profile. Where a check rests on one "
      "of these, its verdict is about the shapes in that file, which this report does not show; "
      "who "
      "verifies the run needs the same file.</p>" +
      overlays_table(result.run);
  std::string rows;
  for (const judge::CaseResult& one : result.cases) rows += resting_rows(one);
  if (rows.empty()) return out + "<p>No result rests on them.</p>";
  return out +
         table_begin("Results that rest on an overlay",
                     {"Test case", "Check", "Verdict", "Operations"}) +
         rows + std::string(kTableEnd);
}

}  // namespace parley::reports
