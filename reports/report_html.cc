#include <fmt/format.h>

#include <iterator>

#include "reports/anchors.h"
#include "reports/annexes_html.h"
#include "reports/cover_html.h"
#include "reports/coverage_html.h"
#include "reports/findings_html.h"
#include "reports/html.h"
#include "reports/identification_html.h"
#include "reports/indicators_html.h"
#include "reports/integrity_html.h"
#include "reports/markup.h"
#include "reports/method_html.h"
#include "reports/obligations_html.h"
#include "reports/page.h"
#include "reports/page_style.h"
#include "reports/proof_html.h"
#include "reports/traceability_html.h"
#include "reports/waivers_html.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

std::string changes_section(const Page& page) {
  if (!page.changes.empty()) return std::string(page.changes);
  return "<p>Not compared with an earlier report.</p>";
}

// "text" of "text.delivery[to=partner]".
std::string_view area_of(std::string_view id) { return id.substr(0, id.find_first_of(".[")); }

std::string cases_section(const Page& page) {
  std::string out =
      "<p>Passing test cases are folded, the others open. Times are those of the test's world. The "
      "diagram of a case that passed has its steps and the acts that its checks are about; its "
      "table "
      "has every act, with all fields of those that a check cites. In print, folded cases are one "
      "line each.</p>\n";
  std::string_view area;
  std::string_view scenario;
  for (std::size_t i = 0; i < page.result.cases.size(); ++i) {
    const judge::CaseResult& one = page.result.cases[i];
    if (area_of(one.id) != area) {
      area = area_of(one.id);
      out += "<h3 id=\"area-" + anchor(area) + "\">" + escaped_content(area) + "</h3>\n";
    }
    if (one.scenario != scenario) {
      scenario = one.scenario;
      if (one.scenario != one.id) out += "<span id=\"" + anchor(scenario) + "\"></span>";
    }
    const bool given = i < page.cases.size() && !page.cases[i].html.empty();
    out += given ? page.cases[i].html : render_case_html(one, page.result.run, {}).html;
  }
  return out;
}

struct Part {
  bool new_page;  ///< begins one in print
  std::string_view id;
  std::string_view title;
  std::string (*write)(const Page&);
};

// The order of a test report after ISO/IEC 17025 and 9646; the cover stands before it.
constexpr Part kParts[] = {
    {true, "summary", "1 Summary", summary_section},
    {false, "changes", "2 Changes since the previous report", changes_section},
    {false, "identification", "3 Identification",
     [](const Page& page) { return identification_section(page.result); }},
    {false, "method", "4 Method and decision rule",
     [](const Page& page) { return method_section(page.result); }},
    {false, "scope", "5 Scope and coverage",
     [](const Page& page) { return scope_section(page.result); }},
    {true, "obligations", "6 Results by obligation",
     [](const Page& page) { return obligations_section(page.result); }},
    {true, "findings", "7 Findings", findings_section},
    {false, "waivers", "8 Waivers and deviations",
     [](const Page& page) { return waivers_section(page.result); }},
    {false, "opinions", "9 Opinions and interpretations",
     [](const Page& page) { return opinions_section(page.result.run.identification); }},
    {true, "cases", "10 Test cases", cases_section},
    {false, "indicators", "11 Indicators", indicators_section},
    {true, "annex-a", "Annex A: What the items offer (ICS, IXIT)",
     [](const Page& page) { return capabilities_section(page.result); }},
    {false, "annex-b", "Annex B: Traceability",
     [](const Page& page) { return traceability_section(page.result); }},
    {false, "annex-c", "Annex C: Environment and versions",
     [](const Page& page) { return environment_section(page.result); }},
    {false, "annex-d", "Annex D: Glossary", [](const Page&) { return glossary_section(); }},
    {false, "annex-e", "Annex E: Integrity",
     [](const Page& page) { return integrity_section(page.result); }},
    {false, "annex-f", "Annex F: How this suite was proven",
     [](const Page& page) {
       std::string out;
       append_proof(out, page.proof);
       return out;
     }},
    {false, "annex-g", "Annex G: Accessibility of this report",
     [](const Page&) { return accessibility_section(); }}};

void append_head(std::string& out, const judge::RunResult& result) {
  const std::string id = escaped(result.run.id);
  fmt::format_to(
      std::back_inserter(out),
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta "
      "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; img-src data:\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\"><meta name=\"color-scheme\" content=\"light "
      "dark\"><title>{} {}: conformance test report {}, profile "
      "{}</title><style>{}{}</style></head>\n",
      symbol(result.verdict), word(result.verdict), id, escaped(result.run.profile_id), kPageStyle,
      running_titles(result.run.id, result_digest(result)));
}

void append_contents(std::string& out) {
  out += "<nav aria-label=\"Contents\"><h2>Contents</h2><ol>";
  for (const Part& part : kParts) {
    fmt::format_to(std::back_inserter(out), "<li><a href=\"#{}\">{}</a></li>", part.id, part.title);
  }
  out += "</ol></nav>\n";
}

}  // namespace

std::string render_html(const judge::RunResult& result, std::span<const CaseSection> case_sections,
                        const Proof& proof, std::string_view changes) {
  const Page page{result, case_sections, proof, changes};
  std::size_t size = 0;
  for (const CaseSection& section : case_sections) size += section.html.size();
  std::string out;
  out.reserve(size + 2 * 1024 * 1024);
  append_head(out, result);
  out += "<body><a class=\"skip\" href=\"#main\">Skip to the results</a>\n<header>" + cover(page) +
         "</header>\n";
  append_contents(out);
  out += "<main id=\"main\">\n";
  for (const Part& part : kParts) {
    fmt::format_to(std::back_inserter(out),
                   "<section class=\"part{2}\" aria-labelledby=\"{0}\"><h2 id=\"{0}\">{1}</h2>\n",
                   part.id, part.title, part.new_page ? " page" : "");
    out += part.write(page);
    out += "</section>\n";
  }
  out += "</main><footer><p>End of report " + escaped_content(report_id(result.run)) +
         "</p></footer></body></html>\n";
  return out;
}

}  // namespace parley::reports
