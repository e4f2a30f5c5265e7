#include "reports/milestones_html.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "harness/scenario/claim.h"
#include "harness/scenario/ixit.h"
#include "reports/markup.h"
#include "reports/table_html.h"

namespace parley::reports {
namespace {

std::string_view milestone_about(std::string_view id) {
  for (const scenario::ClaimItem& item : scenario::claim_items()) {
    if (item.group == "milestones" && item.name == id) return item.about;
  }
  return {};
}

std::string_view state_text(judge::MilestoneState state) {
  switch (state) {
    case judge::MilestoneState::kReached:
      return "✓ Reached";
    case judge::MilestoneState::kNotReached:
      return "✕ Not reached";
    case judge::MilestoneState::kUndetermined:
      return "? Undetermined";
    case judge::MilestoneState::kNotClaimed:
      return "– Not claimed";
  }
  return "? Undetermined";
}

std::string question(const judge::ClaimStated& claim) {
  for (const scenario::ClaimItem& item : scenario::claim_items()) {
    if (item.group == claim.group && item.name == claim.item) {
      return std::string(item.group) + "." + std::string(item.name) + ": " +
             std::string(item.about);
    }
  }
  return claim.item;
}

std::string about(std::string_view name) {
  for (const scenario::IxitItem& item : scenario::ixit_items()) {
    if (name == std::string(item.group) + "." + std::string(item.name)) {
      return std::string(name) + ": " + std::string(item.about);
    }
  }
  return std::string(name);
}

}  // namespace

std::string milestones_part(const judge::RunResult& result) {
  if (result.milestones.empty()) return {};
  std::string out =
      "<h3 id=\"milestones\">Milestones</h3><p>A milestone is reached where test cases of it "
      "were executed, all of these passed, each in one attempt that counts, and the others do not "
      "apply to the items under test. What was not tested, or needs what is not claimed, leaves it "
      "undetermined.</p>";
  out += table_begin("Milestones of the framework and what the test cases say of them",
                     {"Milestone", "Subject", "State", "Passed", "Test cases", "Of the others"});
  for (const judge::MilestoneResult& one : result.milestones) {
    fmt::format_to(std::back_inserter(out),
                   "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"v\">{}</td><td "
                   "class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>\n",
                   escaped_content(one.id), escaped_content(milestone_about(one.id)),
                   state_text(one.state), one.cases.pass, one.cases.total,
                   escaped_content(one.reason));
  }
  return out + std::string(kTableEnd);
}

std::string obstacles_part(const judge::RunResult& result) {
  if (result.obstacles.empty()) return {};
  std::string out = "<h3 id=\"obstacles\">";
  out += result.statement == judge::Statement::kNotConformant
             ? "Why the statement is not conformant"
             : "Why there is no statement";
  out += "</h3><ul>";
  for (const std::string& one : result.obstacles) out += "<li>" + escaped_content(one) + "</li>";
  return out + "</ul>\n";
}

std::string claims_table(const judge::RunInfo& run) {
  if (run.ics.empty()) return {};
  std::string out = table_begin("Implementation conformance statement (ICS)", {});
  for (const judge::ClaimStated& one : run.ics) {
    out += fact_row(question(one), one.claimed ? "claimed" : "not claimed");
  }
  return out + std::string(kTableEnd);
}

std::string ixit_table(const judge::RunInfo& run) {
  if (run.ixit.empty()) return {};
  std::string out = table_begin("Extra information for testing (IXIT)", {});
  for (const judge::IxitStated& one : run.ixit) out += fact_row(about(one.item), one.value);
  return out + std::string(kTableEnd);
}

}  // namespace parley::reports
