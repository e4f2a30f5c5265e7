#include "reports/cover_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "reports/anchors.h"
#include "reports/identification_html.h"
#include "reports/markup.h"
#include "reports/milestones_html.h"
#include "reports/table_html.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

using judge::RequirementStatus;
using judge::RunResult;
using judge::Statement;

std::string profile_text(const RunResult& result) {
  return result.run.profile_id + " " + result.run.profile_version;
}

std::string statement_text(const RunResult& result) {
  const std::string to = "to profile " + profile_text(result);
  switch (result.statement) {
    case Statement::kConformant:
      return "✓ Conformant " + to;
    case Statement::kConformantWithWaivers:
      return "✓ Conformant with waivers " + to;
    case Statement::kNotConformant:
      return "✕ Not conformant " + to;
    case Statement::kNoStatement:
      break;
  }
  return result.run.mode == judge::Mode::kNightly
             ? "– No statement of conformity: runs outside of certification give none"
             : "– No statement of conformity: not everything that it needs was decided";
}

std::string tested_items(const RunResult& result) {
  std::string out;
  for (const judge::SeatHolder& seat : result.run.seats) {
    if (seat.under_test) out += (out.empty() ? "" : "; ") + holder(seat) + " as " + seat.seat;
  }
  return out.empty() ? "none: mocks of Parley held every seat" : out;
}

void append_cover_fact(std::string& out, std::string_view name, std::string_view value) {
  fmt::format_to(std::back_inserter(out), "<div><dt>{}</dt><dd>{}</dd></div>", name,
                 escaped_content(value));
}

bool only_mocks(const judge::RunInfo& run) {
  return std::ranges::none_of(run.seats, &judge::SeatHolder::under_test);
}

// "3 failed, 1 was inconclusive"; nothing for what there was none of.
std::string counts_text(const judge::Counts& cases) {
  std::string out = std::to_string(cases.pass) + " passed";
  const auto add = [&out](std::uint64_t count, std::string_view what) {
    if (count > 0) out += ", " + std::to_string(count) + " " + std::string(what);
  };
  add(cases.fail, "failed");
  add(cases.inconclusive, "inconclusive");
  add(cases.error, "ended in an error of the test system");
  add(cases.not_applicable, "not applicable");
  add(cases.not_tested, "not run");
  return out;
}

std::uint64_t judged_rows(const RunResult& result) {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      result.requirements,
      [](const judge::RequirementResult& row) { return !row.checks.empty(); }));
}

void append_points(std::string& out, const RunResult& result) {
  if (result.obligations.empty()) return;
  out += table_begin(
      "Points of Regulation (EU) 2022/1925 and what was observed in the tested "
      "requirements mapped to them",
      {"Point", "Subject", "Status"});
  for (const judge::ObligationResult& point : result.obligations) {
    fmt::format_to(std::back_inserter(out),
                   "<tr class=\"{}\"><th scope=\"row\">{}</th><td>{}</td><td class=\"v\">{} {}</td>"
                   "</tr>\n",
                   judge::to_string(point.status), link_to(anchor(point.id), point.clause),
                   escaped_content(point.title), symbol(point.status), word(point.status));
  }
  out += kTableEnd;
}

void append_tiles(std::string& out, const RunResult& result) {
  const judge::Counts& cases = result.summary.cases;
  const std::pair<std::string_view, std::uint64_t> tiles[] = {
      {"Test cases", cases.total},
      {"✓ Pass", cases.pass},
      {"✕ Fail", cases.fail},
      {"? Inconclusive", cases.inconclusive},
      {"! Error", cases.error},
      {"– Not applicable", cases.not_applicable},
      {"○ Not tested", cases.not_tested},
      {"Unstable", result.summary.unstable}};
  out += "<h3>Test cases by verdict</h3><dl class=\"tiles\">";
  for (const auto& [name, count] : tiles) {
    fmt::format_to(std::back_inserter(out), "<div{}><dt>{}</dt><dd>{}</dd></div>",
                   count == 0 ? " class=\"zero\"" : "", name, count);
  }
  out += "</dl>\n";
}

}  // namespace

std::string cover(const Page& page) {
  const RunResult& result = page.result;
  const judge::RunInfo& run = result.run;
  std::string out = fmt::format(
      "<p class=\"kicker\">Messaging interoperability, Article 7 of Regulation (EU) 2022/1925</p>"
      "<h1>Conformance test report</h1><p class=\"sentence {}\"><strong>{} {}</strong>, profile "
      "{}</p><p>{}</p><dl class=\"cover\">",
      judge::to_string(result.verdict), symbol(result.verdict), word(result.verdict),
      escaped_content(profile_text(result)), escaped_content(statement_text(result)));
  const judge::Identification& stated = run.identification;
  const auto or_not_stated = [](const std::string& text) -> std::string_view {
    return text.empty() ? kNotStated : std::string_view(text);
  };
  append_cover_fact(out, "Report", report_id(run));
  append_cover_fact(out, "Edition", "confidential: shows what the test's persons wrote");
  append_cover_fact(out, "Replaces",
                    stated.amends.empty() ? "no earlier report" : std::string_view(stated.amends));
  append_cover_fact(out, "Items under test", tested_items(result));
  append_cover_fact(out, "Laboratory", or_not_stated(stated.laboratory));
  append_cover_fact(out, "Customer", or_not_stated(stated.client));
  append_cover_fact(out, "Authorised by", or_not_stated(stated.authorised_by));
  append_cover_fact(out, "Date of issue", or_not_stated(stated.issued));
  out +=
      "</dl><p class=\"box\">This is a test report. It is not a decision under Regulation (EU) "
      "2022/1925.</p>";
  if (run.state == judge::RunState::kInterrupted) {
    out +=
        "<p class=\"box warn\"><strong>This run was interrupted.</strong> What is missing below "
        "was not tested.</p>";
  }
  return out;
}

std::string summary_words(const RunResult& result) {
  const judge::RunInfo& run = result.run;
  std::string out =
      "<p>Parley plays the parts of a messaging service and of the providers that connect to it. "
      "It "
      "lets them exchange texts and files, writes down what each of them does, and judges these "
      "records by rules that were fixed before.</p><p>";
  out += only_mocks(run) ? std::string(
                               "<strong>Every part was played by a mock of Parley. This "
                               "report therefore says nothing about any product</strong>; "
                               "it shows that the tests themselves work.")
                         : escaped_content(under_test(run));
  fmt::format_to(std::back_inserter(out), "</p><p>Of {} of profile {}, {}.",
                 counted(result.summary.cases.total, "test case"),
                 escaped_content(profile_text(result)), counts_text(result.summary.cases));
  if (result.summary.cases.total > 0 && result.summary.cases.pass == result.summary.cases.total) {
    out += " No non-conformity was observed in the tested requirements.";
  }
  fmt::format_to(
      std::back_inserter(out),
      "</p><p>What this does not say: whether anybody complies with the law, which is for the "
      "European Commission to find. Results speak of the tested items alone, and of the "
      "obligations "
      "in force {}. {} of the catalogue's {} were judged; <a href=\"#scope\">the others and "
      "why</a> "
      "stand in a list of their own. Results that rest on a surrogate are marked: the real shape "
      "of "
      "those messages is not public, and ours stands in.</p>",
      run.as_of.empty() ? std::string("on the day of the run") : "on " + escaped_content(run.as_of),
      judged_rows(result), counted(result.summary.requirements.total, "requirement"));
  if (run.network == "sim") {
    out += "<p>Time was simulated: a month of the test's world passes in a moment.</p>";
  }
  return out;
}

std::string summary_section(const Page& page) {
  std::string out = summary_words(page.result);
  out += "<p>Laboratory's ledger: " + escaped_content(ledger_text(page.result.run)) + ".</p>";
  out += milestones_part(page.result);
  out += obstacles_part(page.result);
  append_points(out, page.result);
  append_tiles(out, page.result);
  return out;
}

}  // namespace parley::reports
