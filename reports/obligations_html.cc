#include "reports/obligations_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <vector>

#include "reports/anchors.h"
#include "reports/markup.h"
#include "reports/table_html.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

using judge::ObligationResult;
using judge::RequirementResult;
using judge::RequirementStatus;
using judge::RunResult;

constexpr std::string_view kBoundSide = "gatekeeper";

const RequirementResult* find_row(const RunResult& result, std::string_view id) {
  const auto found = std::ranges::find(result.requirements, id, &RequirementResult::id);
  return found == result.requirements.end() ? nullptr : &*found;
}

// Whether its fails are those of others than whom the law binds.
bool failed_by_others_alone(const RequirementResult& row) {
  return !row.failed_by.empty() && std::ranges::none_of(row.failed_by, [](const std::string& side) {
    return side == kBoundSide || side == "unknown";
  });
}

std::string status_text(const RequirementResult& row) {
  if (row.modality == judge::Modality::kShould && row.status == RequirementStatus::kNotSatisfied) {
    return "✕ Recommendation not followed";
  }
  return std::string(symbol(row.status)) + " " + std::string(word(row.status));
}

// Whose voice, how binding, how sure: "law, must (K)".
std::string level(const RequirementResult& row) {
  std::string out =
      row.voice + (row.voice.empty() ? "" : ", ") + std::string(judge::to_string(row.modality));
  if (!row.mark.empty()) out += " (" + row.mark + ")";
  return out;
}

std::string remarks(const RequirementResult& row, bool of_a_point) {
  std::vector<std::string> out;
  if (!row.reason.empty()) out.push_back(row.reason);
  for (const std::string& id : row.waivers) out.push_back("waived by " + id);
  if (!row.failed_by.empty()) {
    std::string who;
    for (const std::string& side : row.failed_by) who += (who.empty() ? "" : ", ") + side;
    out.push_back("fails laid to: " + who);
    if (of_a_point && failed_by_others_alone(row)) {
      out.push_back("does not touch the status of this point");
    }
  }
  if (row.basis != judge::Basis::kPublic) out.emplace_back(caveat(row.basis));
  std::string text;
  for (const std::string& one : out) text += (text.empty() ? "" : "; ") + one;
  return text.empty() ? "–" : text;
}

// How much speaks for the status, and the way to all of it.
std::string evidence(const RequirementResult& row) {
  if (row.checks.empty()) return "–";
  std::set<std::string_view> cases;
  for (const judge::CheckReference& check : row.checks) cases.insert(check.case_id);
  return link_to(anchor(row.id),
                 counted(row.checks.size(), "check") + " in " + counted(cases.size(), "test case"));
}

void append_rows(std::string& out, const std::vector<const RequirementResult*>& rows,
                 bool of_a_point) {
  for (const RequirementResult* row : rows) {
    fmt::format_to(
        std::back_inserter(out),
        "<tr class=\"{}\"><th scope=\"row\">{}</th><td>{} <small>{}; binds {}</small></td><td>"
        "{}</td><td class=\"v\">{}</td><td>{}</td><td>{}</td></tr>\n",
        judge::to_string(row->status), link_to(anchor(row->id), row->id),
        escaped_content(row->statement.empty() ? row->title : row->statement),
        escaped_content(row->clause), escaped_content(row->bound), escaped_content(level(*row)),
        status_text(*row), escaped_content(remarks(*row, of_a_point)), evidence(*row));
  }
}

void append_table(std::string& out, const std::string& caption,
                  const std::vector<const RequirementResult*>& rows, bool of_a_point) {
  out +=
      scroll_begin(caption) +
      table_begin(caption, {"Id", "Requirement", "Level", "Status", "Remarks", "Evidence"}, "rows");
  append_rows(out, rows, of_a_point);
  out += std::string(kTableEnd) + std::string(kScrollEnd);
}

std::string force_text(const ObligationResult& point) {
  if (!point.in_force) return point.reason;
  std::string out = "in force";
  if (!point.since.empty()) out += " since " + point.since;
  if (!point.decision.empty()) out += ", extended by " + point.decision;
  return out;
}

std::vector<const RequirementResult*> rows_of(const RunResult& result,
                                              const ObligationResult& point) {
  std::vector<const RequirementResult*> out;
  for (const std::string& id : point.requirements) {
    if (const RequirementResult* row = find_row(result, id)) out.push_back(row);
  }
  return out;
}

void append_sheet(std::string& out, const RunResult& result, const ObligationResult& point) {
  fmt::format_to(
      std::back_inserter(out),
      "<article class=\"sheet {}\" aria-labelledby=\"{}\"><h3 id=\"{}\">{} <span>{}</span>"
      "</h3><p class=\"facts\">Regulation (EU) 2022/1925, CELEX 32022R1925; {}. Report {}, "
      "profile {} {}.</p>",
      judge::to_string(point.status), anchor(point.id), anchor(point.id),
      escaped_content(point.clause), escaped_content(point.title),
      escaped_content(force_text(point)), escaped_content(result.run.id),
      escaped_content(result.run.profile_id), escaped_content(result.run.profile_version));
  append_table(out, "Requirements mapped to " + point.clause, rows_of(result, point), true);
  fmt::format_to(
      std::back_inserter(out), "<p class=\"conclusion\"><strong>{} {}.</strong> {}</p></article>\n",
      symbol(point.status), word(point.status), escaped_content(conclusion(point, result)));
}

void append_unmapped(std::string& out, const RunResult& result) {
  std::set<std::string_view> mapped;
  for (const ObligationResult& point : result.obligations) {
    mapped.insert(point.requirements.begin(), point.requirements.end());
  }
  std::vector<const RequirementResult*> rows;
  for (const RequirementResult& row : result.requirements) {
    if (!mapped.contains(row.id) && !row.checks.empty()) rows.push_back(&row);
  }
  if (rows.empty()) return;
  out +=
      "<article class=\"sheet\" aria-labelledby=\"unmapped\"><h3 id=\"unmapped\">Requirements that "
      "are mapped to no point</h3><p>What the reference offer, and good practice, ask of the "
      "gatekeeper or of partners. Partners are not bound by Article 7; what their software does "
      "is measured against the offer alone.</p>";
  append_table(out, "Judged requirements that are mapped to no point", rows, false);
  out += "</article>\n";
}

std::string ids_with(const std::vector<const RequirementResult*>& rows, RequirementStatus status) {
  std::string out;
  for (const RequirementResult* row : rows) {
    if (row->status != status || row->modality != judge::Modality::kMust) continue;
    if (status == RequirementStatus::kNotSatisfied && failed_by_others_alone(*row)) continue;
    out += (out.empty() ? "" : ", ") + row->id;
  }
  return out;
}

}  // namespace

std::string conclusion(const ObligationResult& point, const RunResult& result) {
  const std::vector<const RequirementResult*> rows = rows_of(result, point);
  const std::string mapped = "the tested requirements mapped to " + point.clause;
  constexpr std::string_view kScope = " This speaks of those requirements and items alone.";
  std::string out;
  switch (point.status) {
    case RequirementStatus::kSatisfied:
      return "No non-conformity was observed in " + mapped + "." + std::string(kScope);
    case RequirementStatus::kSatisfiedWithWaiver:
      return "Every non-conformity observed in " + mapped +
             " is waived: " + ids_with(rows, RequirementStatus::kSatisfiedWithWaiver) + "." +
             std::string(kScope);
    case RequirementStatus::kNotSatisfied:
      return "A non-conformity was observed in " + mapped + ": " +
             ids_with(rows, RequirementStatus::kNotSatisfied) + "." + std::string(kScope);
    case RequirementStatus::kNotApplicable:
      return "Nothing was asked: " + (point.reason.empty() ? "not applicable" : point.reason) + ".";
    case RequirementStatus::kUndetermined:
      break;
  }
  out = "Nothing can be said of " + point.clause + " as a whole";
  if (!point.reason.empty()) return out + ": " + point.reason + ".";
  const std::string open = ids_with(rows, RequirementStatus::kUndetermined);
  if (!open.empty()) out += "; undetermined: " + open;
  out += ".";
  const auto by_others = [](const RequirementResult* row) { return failed_by_others_alone(*row); };
  if (std::ranges::any_of(rows, by_others)) {
    out += " Where others than the gatekeeper failed, its own conduct could not be shown.";
  }
  if (std::ranges::any_of(rows, [](const RequirementResult* row) {
        return row->status == RequirementStatus::kSatisfied;
      })) {
    out += " In the other tested ones no non-conformity was observed.";
  }
  return out;
}

std::string obligations_section(const RunResult& result) {
  std::string out =
      "<p>Only the gatekeeper is bound by Article 7 of Regulation (EU) 2022/1925 and the articles "
      "that go with it. A status speaks of this catalogue's requirements alone: satisfied means "
      "that "
      "no non-conformity was observed in the tested requirements mapped to the point. Functions of "
      "later phases are left out of it. The text of the law is in the Official Journal, OJ L 265, "
      "12.10.2022; the words below are this catalogue's.</p>";
  for (const ObligationResult& point : result.obligations) append_sheet(out, result, point);
  append_unmapped(out, result);
  return out;
}

}  // namespace parley::reports
