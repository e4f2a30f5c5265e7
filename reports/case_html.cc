#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <iterator>

#include "harness/base/json.h"
#include "harness/base/json_order.h"
#include "harness/judge/finding.h"
#include "reports/anchors.h"
#include "reports/html.h"
#include "reports/markup.h"
#include "reports/table_html.h"
#include "reports/trace_html.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

using judge::CaseResult;
using judge::CheckResult;
using judge::Verdict;

bool passed(const CaseResult& result) { return result.verdict == Verdict::kPass; }

// An invariant that held is told in a line of its own; all else is a row among the checks.
bool in_table(const CheckResult& check) {
  return !check.invariant() || check.finding.verdict != Verdict::kPass;
}

bool judged_nothing(const CheckResult& check) {
  return check.finding.code == judge::kNothingToJudge;
}

// What was measured, behind the sentence that says it.
std::string measures_of(const judge::Finding& finding) {
  if (finding.measures.empty()) return {};
  std::string out = "<details><summary>Measured</summary><dl class=\"fields\">";
  for (const auto* measure : in_canonical_order(finding.measures)) {
    const json::value& value = measure->value();
    const std::string text = value.is_string() ? std::string(value.get_string()) : canonical(value);
    fmt::format_to(std::back_inserter(out), "<dt>{}<dd>{}", escaped_content(measure->key()),
                   escaped_content(text));
  }
  return out + "</dl></details>";
}

std::string check_name(const CaseResult& result, const CheckResult& check) {
  std::string out = check.finding.verdict == Verdict::kPass
                        ? escaped_content(check.id)
                        : link_to(finding_anchor(result.id, check.id), check.id);
  if (check.invariant()) out += " <small>always judged</small>";
  if (check.basis == judge::Basis::kSurrogate) out += " <small>surrogate</small>";
  if (!check.overlaid.empty()) out += " <small>overlay</small>";
  return out;
}

void append_checks(std::string& out, const CaseResult& result, bool traced) {
  std::string rows;
  for (const CheckResult& check : result.checks) {
    if (!in_table(check)) continue;
    fmt::format_to(std::back_inserter(rows),
                   "<tr class=\"{}\"><td class=\"v\">{} {}</td><th scope=\"row\">{}</th><td>{}</td>"
                   "<td>{}</td><td>{}{}</td><td>{}</td></tr>\n",
                   judge::to_string(check.finding.verdict), symbol(check.finding.verdict),
                   word(check.finding.verdict), check_name(result, check),
                   requirement_links(check.requirements), escaped_content(check.finding.expected),
                   escaped_content(check.finding.observed), measures_of(check.finding),
                   record_links(result.id, check.finding.evidence, traced));
  }
  if (rows.empty()) return;
  out += "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Checks\">" +
         table_begin("Checks of " + result.id,
                     {"Verdict", "Check", "Requirements", "Expected", "Seen", "Records"}) +
         rows + std::string(kTableEnd) + "</div>";
}

// What the invariants demand stands once in the report, not in every case.
void append_upheld(std::string& out, const CaseResult& result) {
  std::string held;
  std::string idle;
  for (const CheckResult& check : result.checks) {
    if (in_table(check)) continue;
    if (judged_nothing(check)) {
      idle += (idle.empty() ? "" : ", ") + escaped_content(check.id);
    } else {
      fmt::format_to(std::back_inserter(held), "<li>{} {}: {}{}</li>",
                     symbol(check.finding.verdict), escaped_content(check.id),
                     escaped_content(check.finding.observed), measures_of(check.finding));
    }
  }
  if (held.empty() && idle.empty()) return;
  out += "<p><a href=\"#always\">Always judged</a>, and held:</p>";
  if (!held.empty()) out += "<ul class=\"upheld\">" + held + "</ul>";
  if (!idle.empty()) out += "<p class=\"facts\">Nothing to judge here for: " + idle + ".</p>";
}

void append_left_out(std::string& out, const CaseResult& result) {
  if (result.left_out.empty()) return;
  out += "<p>Left out, and shown by nothing here:</p><ul class=\"left-out\">";
  for (const judge::LeftOutCheck& one : result.left_out) {
    fmt::format_to(std::back_inserter(out), "<li>{} ({}): {}</li>", escaped_content(one.id),
                   requirement_links(one.requirements), escaped_content(one.reason));
  }
  out += "</ul>";
}

void append_head(std::string& out, const CaseResult& result, const judge::RunInfo& run) {
  fmt::format_to(
      std::back_inserter(out),
      "<details class=\"case {0}\" id=\"{1}\"{2}><summary><span class=\"verdict\">{3} {4}"
      "</span> <code>{5}</code> {6}</summary>\n<p>{7}</p><p class=\"facts\">Requirements: "
      "{8}. Time in the world: {9}. Records: {10}. File: <code>{11}</code>.</p>",
      result.verdict ? judge::to_string(*result.verdict) : judge::to_string(result.disposition),
      anchor(result.id), passed(result) ? "" : " open", symbol(result), word(result),
      escaped_content(result.id), escaped_content(result.title), escaped_content(result.purpose),
      requirement_links(result.requirements), duration_words(result.duration), result.records,
      escaped_content(result.file));
  if (!result.reason.empty()) out += "<p>Reason: " + escaped_content(result.reason) + "</p>";
  append_left_out(out, result);
  if (result.unstable || result.attempts.size() > 1) {
    out += "<p>Attempts:";
    for (const judge::AttemptResult& attempt : result.attempts) {
      fmt::format_to(
          std::back_inserter(out), " {} {}{}{}.", symbol(attempt.verdict), word(attempt.verdict),
          attempt.reason.empty() ? "" : ", run again: ", escaped_content(attempt.reason));
    }
    out += "</p>";
  }
  if (!passed(result) && result.verdict) {
    out +=
        "<p>See it again: <code>" + escaped_content(command_again(run, result.id)) + "</code></p>";
  }
  if (!result.engine_error.empty()) {
    out += "<div class=\"card error\"><p><strong>! The engine stopped.</strong> " +
           escaped_content(result.engine_error) + "</p></div>";
  }
}

}  // namespace

CaseSection render_case_html(const CaseResult& result, const judge::RunInfo& run,
                             std::span<const evidence::Record> records) {
  CaseSection out;
  append_head(out.html, result, run);
  append_checks(out.html, result, !records.empty());
  append_upheld(out.html, result);
  if (!records.empty()) append_trace(out.html, result, records);
  out.html += "</details>\n";
  out.timings = timings_of(records);
  return out;
}

}  // namespace parley::reports
