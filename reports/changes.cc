#include "reports/changes.h"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "harness/base/json.h"
#include "reports/markdown.h"
#include "reports/plain_text.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

using judge::Changes;
using judge::Comparison;
using judge::Difference;

constexpr std::array<ChangeList, 6> kLists{
    {{"newly_failing", "Newly failing", &Changes::newly_failing},
     {"still_failing", "Still failing", &Changes::still_failing},
     {"changed", "Otherwise changed", &Changes::changed},
     {"fixed", "Fixed", &Changes::fixed},
     {"added", "Added", &Changes::added},
     {"removed", "Removed", &Changes::removed}}};

std::string line_of(const Difference& one) {
  std::string out = one.what + ": ";
  if (one.before.empty()) {
    out += one.after;
  } else if (one.after.empty()) {
    out += "was " + one.before;
  } else {
    out += one.before + " -> " + one.after;
  }
  if (!one.detail.empty()) out += " (" + one.detail + ")";
  return one_line(out);
}

void append_text(std::string& out, std::string_view title, const std::vector<Difference>& list) {
  if (list.empty()) return;
  out += std::string(title) + ": " + std::to_string(list.size()) + "\n";
  for (const Difference& one : list) out += "  " + line_of(one) + "\n";
}

json::array to_json(const std::vector<Difference>& list) {
  json::array out;
  for (const Difference& one : list) {
    out.push_back(json::object{{"what", one_line(one.what)},
                               {"before", plain_lines(one.before)},
                               {"after", plain_lines(one.after)},
                               {"detail", plain_lines(one.detail)}});
  }
  return out;
}

json::object to_json(const Changes& changes) {
  json::object out;
  for (const ChangeList& one : kLists) out[one.key] = to_json(changes.*one.list);
  return out;
}

void append_md(std::string& out, std::string_view title, const std::vector<Difference>& list) {
  if (list.empty()) return;
  out += "### " + std::string(title) + " (" + std::to_string(list.size()) + ")\n\n" +
         "| What | Before | After | Why |\n| --- | --- | --- | --- |\n";
  for (const Difference& one : list) {
    out += "| " + markdown_text(one.what) + " | " + markdown_text(one.before) + " | " +
           markdown_text(one.after) + " | " + markdown_text(one.detail) + " |\n";
  }
  out += "\n";
}

}  // namespace

std::span<const ChangeList> change_lists() { return kLists; }

std::string changes_sentence(const Comparison& comparison) {
  if (!comparison.regressed()) return "nothing newly fails";
  return "newly failing: " + counted(comparison.cases.newly_failing.size(), "test case") + ", " +
         counted(comparison.requirements.newly_failing.size(), "requirement");
}

std::string render_changes_text(const Comparison& comparison) {
  std::string out = "from " + comparison.before + "\nto   " + comparison.after + "\n\n";
  for (const ChangeList& one : kLists) {
    append_text(out, std::string(one.title) + ", test cases", comparison.cases.*one.list);
    append_text(out, std::string(one.title) + ", requirements", comparison.requirements.*one.list);
  }
  append_text(out, "Tightened", comparison.tightened);
  append_text(out, "Changed texts", comparison.texts);
  append_text(out, "Environment", comparison.environment);
  return out + changes_sentence(comparison) + "\n";
}

std::string render_changes_json(const Comparison& comparison) {
  return canonical(json::object{{"format", "parley-comparison/1"},
                                {"before", comparison.before},
                                {"after", comparison.after},
                                {"regressed", comparison.regressed()},
                                {"cases", to_json(comparison.cases)},
                                {"requirements", to_json(comparison.requirements)},
                                {"tightened", to_json(comparison.tightened)},
                                {"texts", to_json(comparison.texts)},
                                {"environment", to_json(comparison.environment)}}) +
         "\n";
}

std::string render_changes_md(const Comparison& comparison) {
  std::string out = "## Changes: " + changes_sentence(comparison) + "\n\nFrom " +
                    markdown_text(comparison.before) + " to " + markdown_text(comparison.after) +
                    ".\n\n";
  for (const ChangeList& one : kLists) {
    append_md(out, std::string(one.title) + ": test cases", comparison.cases.*one.list);
    append_md(out, std::string(one.title) + ": requirements", comparison.requirements.*one.list);
  }
  append_md(out, "Tightened", comparison.tightened);
  append_md(out, "Changed texts", comparison.texts);
  append_md(out, "Environment", comparison.environment);
  return out;
}

}  // namespace parley::reports
