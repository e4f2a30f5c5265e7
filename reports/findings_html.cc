#include "reports/findings_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "harness/base/join.h"
#include "reports/anchors.h"
#include "reports/markup.h"
#include "reports/plain_text.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

using judge::CaseResult;
using judge::CheckResult;
using judge::Verdict;

struct NonPass {
  const CaseResult* of = nullptr;  ///< null for an examination
  const CheckResult* check = nullptr;
  const judge::ExaminationResult* examination = nullptr;
  bool traced = false;  ///< the case's records are in the page

  const judge::Finding& finding() const {
    return check != nullptr ? check->finding : examination->finding;
  }
};

std::vector<NonPass> non_passes(const Page& page) {
  std::vector<NonPass> out;
  for (std::size_t i = 0; i < page.result.cases.size(); ++i) {
    const CaseResult& one = page.result.cases[i];
    const bool traced = i < page.cases.size() && !page.cases[i].html.empty();
    for (const CheckResult& check : one.checks) {
      if (check.finding.verdict != Verdict::kPass) out.push_back({&one, &check, nullptr, traced});
    }
  }
  for (const judge::ExaminationResult& one : page.result.examinations) {
    if (one.finding.verdict == Verdict::kFail) out.push_back({nullptr, nullptr, &one});
  }
  std::ranges::stable_sort(out, [](const NonPass& a, const NonPass& b) {
    return a.finding().verdict > b.finding().verdict;  // the worst is the greatest
  });
  return out;
}

void append_fact(std::string& out, std::string_view name, std::string_view html) {
  fmt::format_to(std::back_inserter(out), "<dt>{}</dt><dd>{}</dd>", name, html);
}

// Each requirement with our sentence and its source: what was demanded, and by whom.
std::string demands(const Page& page, const std::vector<std::string>& ids) {
  std::string out;
  for (const std::string& id : ids) {
    const auto row = std::ranges::find(page.result.requirements, id, &judge::RequirementResult::id);
    out += "<p>" + link_to(anchor(id), id);
    if (row != page.result.requirements.end()) {
      out += ": " + escaped_content(row->statement.empty() ? row->title : row->statement);
      if (!row->clause.empty()) out += " <small>" + escaped_content(row->clause) + "</small>";
    }
    out += "</p>";
  }
  return out.empty() ? "none" : out;
}

const ProofQuirk* find_quirk(const Proof& proof, const std::string& id) {
  const auto found = std::ranges::find(proof.quirks, id, &ProofQuirk::id);
  return found == proof.quirks.end() ? nullptr : &*found;
}

// Deliberate defects with this very finding: those that were made for it, or where there is none,
// those that led to it besides; and of these the ones of the side that is to blame, if any.
std::vector<const ProofQuirk*> causes_of(const Proof& proof, const CheckResult& check) {
  std::vector<const ProofQuirk*> named;
  std::vector<const ProofQuirk*> besides;
  const auto kind = std::ranges::find(proof.checks, check.kind, &ProofCheck::kind);
  if (kind == proof.checks.end()) return {};
  for (const ProofFind& find : kind->finds) {
    const ProofQuirk* quirk = find_quirk(proof, find.quirk);
    if (quirk == nullptr || find.finding != check.finding.code) continue;
    (find.named ? named : besides).push_back(quirk);
  }
  std::vector<const ProofQuirk*> all = named.empty() ? besides : named;
  const std::string_view side = judge::side_of(check.finding.blamed);
  std::vector<const ProofQuirk*> same_side;
  std::ranges::copy_if(all, std::back_inserter(same_side), [&](const ProofQuirk* quirk) {
    return !side.empty() && judge::side_of(quirk->role) == side;
  });
  return same_side.empty() ? all : same_side;
}

std::string likely_cause(const Proof& proof, const CheckResult& check) {
  constexpr std::size_t kMost = 3;
  const std::vector<const ProofQuirk*> causes = causes_of(proof, check);
  if (causes.empty()) {
    return "No deliberate defect of this suite's proof led to the same finding; what was seen, and "
           "the records, say more.";
  }
  std::string out = "This check found the same of products that deliberately do this:<ul>";
  for (std::size_t i = 0; i < causes.size() && i < kMost; ++i) {
    out += "<li>" + escaped_content(causes[i]->summary) + "</li>";
  }
  out += "</ul>";
  return causes.size() <= kMost ? out
                                : out + "and of " + counted(causes.size() - kMost, "other") + ".";
}

// "partner-user: a peer of the implementation under test".
std::string laid_to(const judge::Finding& finding) {
  return (finding.blamed.empty() ? "" : escaped_content(finding.blamed) + ": ") +
         std::string(attribution_words(finding.attribution));
}

std::string records_of(const NonPass& one) {
  if (one.of == nullptr) return "the document register";
  if (one.finding().evidence.empty()) return "no single record; see the test case";
  return "records " + record_links(one.of->id, one.finding().evidence, one.traced) +
         " of this test case in transcript.jsonl";
}

void append_card(std::string& out, const Page& page, const NonPass& one) {
  const judge::Finding& finding = one.finding();
  const std::string& id = one.check != nullptr ? one.check->id : one.examination->id;
  const std::string_view of = one.of != nullptr ? std::string_view(one.of->id) : judge::kRegister;
  // The register's own row has the anchor of an examination.
  const std::string place =
      one.of != nullptr ? " id=\"" + finding_anchor(of, id) + "\"" : std::string();
  fmt::format_to(std::back_inserter(out),
                 "<article class=\"card {}\"{}><h3>{} {}: {}</h3><p class=\"facts\">{}</p><dl>",
                 judge::to_string(finding.verdict), place, symbol(finding.verdict),
                 word(finding.verdict), escaped_content(id),
                 one.of != nullptr ? "Test case " + link_to(anchor(of), of)
                                   : "<a href=\"#documents\">Document register</a>");
  append_fact(out, "Expected", escaped_content(finding.expected));
  append_fact(out, "Seen", escaped_content(finding.observed));
  append_fact(out, "Laid to", laid_to(finding));
  if (one.check != nullptr) append_fact(out, "Likely cause", likely_cause(page.proof, *one.check));
  append_fact(out, "Bears on",
              one.check == nullptr
                  ? demands(page, {one.examination->requirement})
                  : demands(page, one.check->requirements.empty() ? one.of->requirements
                                                                  : one.check->requirements));
  append_fact(out, "Evidence", records_of(one));
  if (one.check != nullptr && one.check->basis != judge::Basis::kPublic) {
    append_fact(out, "Basis",
                std::string(judge::to_string(one.check->basis)) + ": " +
                    std::string(caveat(one.check->basis)));
  }
  if (one.check != nullptr && !one.check->overlaid.empty()) {
    append_fact(out, "Overlay",
                "rests on shapes that a private overlay of the wire profile defined: " +
                    escaped_content(joined(one.check->overlaid)));
  }
  append_fact(out, "Finding", "<code>" + escaped_content(finding.code) + "</code>");
  if (one.of != nullptr) {
    append_fact(out, "See it again",
                "<code>" + escaped_content(command_again(page.result.run, one.of->id)) + "</code>");
  }
  out += "</dl></article>\n";
}

void append_engine_errors(std::string& out, const Page& page) {
  for (const CaseResult& one : page.result.cases) {
    if (one.engine_error.empty()) continue;
    fmt::format_to(std::back_inserter(out),
                   "<article class=\"card error\"><h3>! Error: the engine stopped</h3><p "
                   "class=\"facts\">Test case {}</p><dl>",
                   link_to(anchor(one.id), one.id));
    append_fact(out, "Seen", escaped_content(one.engine_error));
    append_fact(out, "Laid to", attribution_words(judge::Attribution::kHarness));
    append_fact(out, "See it again",
                "<code>" + escaped_content(command_again(page.result.run, one.id)) + "</code>");
    out += "</dl></article>\n";
  }
}

}  // namespace

std::string findings_section(const Page& page) {
  const std::vector<NonPass> found = non_passes(page);
  std::string out;
  for (const NonPass& one : found) append_card(out, page, one);
  append_engine_errors(out, page);
  if (out.empty()) return "<p>None: everything that was judged passed.</p>";
  return "<p>" + counted(found.size(), "finding") +
         ", the worst first. Each says what was demanded, what was seen instead, and how to see it "
         "again.</p>" +
         out;
}

}  // namespace parley::reports
