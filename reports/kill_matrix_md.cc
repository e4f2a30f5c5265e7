#include "reports/kill_matrix_md.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

namespace parley::reports {
namespace {

// Text in a cell of a table: on one line, and no markup.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      out += ' ';
      continue;
    }
    if (std::string_view("\\`*_[]<>|").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

void append_line(std::string& out, std::initializer_list<std::string> cells) {
  out += '|';
  for (const std::string& text : cells) out += " " + text + " |";
  out += '\n';
}

void append_head(std::string& out, std::initializer_list<std::string> cells) {
  append_line(out, cells);
  out += '|';
  for (std::size_t i = 0; i < cells.size(); ++i) out += "---|";
  out += '\n';
}

std::string finds_of(const ProofCheck& check) {
  std::string out;
  for (const ProofFind& find : check.finds) {
    out += (out.empty() ? "" : "<br>") + cell(find.quirk) + ": " + cell(find.finding);
    if (!find.named) out += " (collateral)";
  }
  return out.empty() ? "none" : out;
}

void append_counts(std::string& out, const Proof& proof) {
  append_head(out, {"Count", "Of"});
  append_line(out, {std::to_string(proof.checks.size()), "kinds of check"});
  append_line(out, {std::to_string(std::ranges::count_if(
                        proof.checks, [](const ProofCheck& check) { return !check.shown(); })),
                    "of them without a defect of their own"});
  append_line(out, {std::to_string(proof.quirks.size()), "defects"});
  for (const char* status : {"KILLED", "KILLED_BY_OTHER", "SURVIVED", "VOID", "EQUIVALENT"}) {
    append_line(out, {std::to_string(proof.count(status)), cell(status)});
  }
  if (proof.impostors > 0) append_line(out, {std::to_string(proof.impostors), "impostors"});
  if (proof.scenario_checks > 0) {
    append_line(out, {std::to_string(proof.scenario_checks), "checks of scenarios"});
    append_line(out, {std::to_string(proof.unshown.size()), "of them never seen failing"});
  }
  if (proof.runs > 0) append_line(out, {std::to_string(proof.runs), "test cases run"});
  out += "\nMatrix SHA-256: `" + proof.digest + "`\n";
}

void append_reasons(std::string& out, const std::vector<ProofReason>& reasons,
                    std::string_view title, const std::string& what) {
  if (reasons.empty()) return;
  fmt::format_to(std::back_inserter(out), "\n## {}\n\n", title);
  append_head(out, {what, "Why"});
  for (const ProofReason& reason : reasons) {
    append_line(out, {cell(reason.what), reason.why.empty() ? "not explained" : cell(reason.why)});
  }
}

}  // namespace

std::string render_kill_matrix_md(const Proof& proof) {
  std::string out =
      "# Kill matrix\n\nWhich check finds which deliberate defect, and what it says "
      "of it.\n\n";
  append_counts(out, proof);
  if (!proof.troubles.empty()) out += "\n## Not as it should be\n\n";
  for (const std::string& trouble : proof.troubles) out += "* " + cell(trouble) + "\n";
  out += "\n## Checks\n\n";
  append_head(out, {"Check", "Demands", "Defects found"});
  for (const ProofCheck& check : proof.checks) {
    append_line(out, {cell(check.kind), cell(check.demands), finds_of(check)});
  }
  out += "\n## Defects\n\n";
  append_head(out, {"Defect", "Of whom", "What it does", "Against", "Status"});
  std::vector<ProofReason> equivalents;
  for (const ProofQuirk& quirk : proof.quirks) {
    append_line(out, {cell(quirk.id), cell(quirk.role), cell(quirk.summary),
                      cell(quirk.requirement), cell(quirk.status)});
    if (!quirk.equivalent.empty()) equivalents.push_back({quirk.id, quirk.equivalent});
  }
  append_reasons(out, equivalents, "Defects that no check can see", "Defect");
  append_reasons(out, proof.alike, "Kinds of check that found exactly the same defects", "Checks");
  append_reasons(out, proof.excused, "What impostors pass", "Impostor and test case");
  append_reasons(out, proof.unshown, "Checks of scenarios that no defect made fail", "Check");
  append_reasons(out, proof.left_out, "Left out", "What");
  return out;
}

}  // namespace parley::reports
