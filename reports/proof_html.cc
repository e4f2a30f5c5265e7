#include "reports/proof_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "reports/markup.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

std::size_t shown(const Proof& proof) {
  return static_cast<std::size_t>(std::ranges::count_if(proof.checks, &ProofCheck::shown));
}

std::string_view summary_of(const Proof& proof, const std::string& quirk) {
  const auto found = std::ranges::find(proof.quirks, quirk, &ProofQuirk::id);
  return found == proof.quirks.end() ? std::string_view() : std::string_view(found->summary);
}

std::string finds_of(const Proof& proof, const ProofCheck& check, bool collateral) {
  std::string out;
  for (const ProofFind& find : check.finds) {
    if (!find.named && !collateral) continue;
    fmt::format_to(std::back_inserter(out), "<li><code>{}</code>", escaped(find.quirk));
    if (find.named) out += " " + escaped(summary_of(proof, find.quirk));
    fmt::format_to(std::back_inserter(out), " Finding: <em>{}</em>{}", escaped(find.finding),
                   find.named ? "." : ", as collateral.");
    if (collateral && !find.shown_by.empty()) {
      out += " Shown by <code>" + escaped(find.shown_by) + "</code>.";
    }
    out += "</li>";
  }
  return out.empty() ? "None." : "<ul>" + out + "</ul>";
}

// What has been shown, and of which kinds it has not.
void append_claim(std::string& out, const Proof& proof) {
  const std::size_t kinds = shown(proof);
  fmt::format_to(
      std::back_inserter(out),
      "<p>This suite judges by {} of check. For {} of them a deliberately defective product was "
      "put into a seat, and that check caught it: it failed for the reason, and laid the blame to "
      "the party, that had been written down beforehand. {} went into this, each one named "
      "deviation of one party; {} were caught. Nor may any check fail where nobody has a defect: "
      "the gate that every change of the "
      "suite passes demands it.</p>",
      counted(proof.checks.size(), "kind"),
      kinds == proof.checks.size() ? "each" : std::to_string(kinds),
      counted(proof.quirks.size(), "such defect"), proof.count("KILLED"));
  if (proof.impostors > 0) {
    fmt::format_to(
        std::back_inserter(out),
        "<p>{} took the seats one after another: parties that follow no rule at all, but say yes, "
        "or no, or nothing to everything, repeat, delay, lie or talk nonsense. None of them passes "
        "a test case that judges it, but for {} in which what it does is right.</p>",
        counted(proof.impostors, "impostor"), counted(proof.excused.size(), "test case"));
  }
  if (proof.scenario_checks > 0) {
    fmt::format_to(std::back_inserter(out),
                   "<p>The scenarios declare {}, each of one of those kinds. {} were themselves "
                   "seen failing for a defect.</p>",
                   counted(proof.scenario_checks, "check"),
                   proof.scenario_checks - proof.unshown.size());
  }
  if (kinds == proof.checks.size()) return;
  out += "<p class=\"box\"><strong>Not shown to be able to fail:</strong>";
  for (const ProofCheck& check : proof.checks) {
    if (!check.shown()) out += " <code>" + escaped(check.kind) + "</code>";
  }
  out += ". A pass of these says less than that of the others.</p>";
}

constexpr std::string_view kLimits =
    "<p>What this shows: none of those checks is one that always passes, and each failed for the "
    "reason that is its own. What it does not show:</p><ul><li>That every defect which a "
    "product can have is found: only those that somebody thought of were tried.</li><li>That the "
    "requirements are read rightly. The defective products and the checks were written by the same "
    "hands; what the checks demand stands in the catalogue with its sources.</li><li>Anything "
    "about "
    "the products of this run. What was found of them stands in its test cases.</li><li>Anything "
    "about test cases that were added from outside the suite.</li></ul>";

}  // namespace

void append_checks(std::string& out, const Proof& proof, bool collateral) {
  if (proof.checks.empty()) return;
  out +=
      "<table><caption>Kinds of check and the defects that each was seen to "
      "find</caption><thead><tr><th scope=\"col\">Check</th><th scope=\"col\">Demands</th><th "
      "scope=\"col\">Defects found</th></tr></thead><tbody>";
  for (const ProofCheck& check : proof.checks) {
    fmt::format_to(std::back_inserter(out),
                   "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n",
                   escaped(check.kind), escaped(check.demands), finds_of(proof, check, collateral));
  }
  out += "</tbody></table>";
}

void append_equivalents(std::string& out, const Proof& proof) {
  std::string rows;
  for (const ProofQuirk& quirk : proof.quirks) {
    if (quirk.equivalent.empty()) continue;
    fmt::format_to(std::back_inserter(rows),
                   "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td></tr>",
                   escaped(quirk.id), escaped(quirk.summary), escaped(quirk.equivalent));
  }
  if (rows.empty()) return;
  out +=
      "<table><caption>Defects that no check can see</caption><thead><tr><th "
      "scope=\"col\">Defect</th><th scope=\"col\">What it does</th><th scope=\"col\">Why it cannot "
      "be seen</th></tr></thead><tbody>" +
      rows + "</tbody></table>";
}

void append_reasons(std::string& out, const std::vector<ProofReason>& reasons, const char* caption,
                    const char* what) {
  if (reasons.empty()) return;
  fmt::format_to(std::back_inserter(out),
                 "<table><caption>{}</caption><thead><tr><th scope=\"col\">{}</th><th "
                 "scope=\"col\">Why</th></tr></thead><tbody>",
                 escaped(caption), escaped(what));
  for (const ProofReason& reason : reasons) {
    fmt::format_to(std::back_inserter(out), "<tr><th scope=\"row\">{}</th><td>{}</td></tr>",
                   escaped(reason.what),
                   reason.why.empty() ? "Not explained." : escaped(reason.why));
  }
  out += "</tbody></table>";
}

void append_unshown(std::string& out, const Proof& proof) {
  if (proof.unshown.empty()) return;
  out +=
      "<details><summary>Checks of scenarios that no defect made fail, though others of their kind "
      "did</summary><ul>";
  for (const ProofReason& check : proof.unshown) {
    out += "<li><code>" + escaped(check.what) +
           "</code>: " + (check.why.empty() ? "not explained." : escaped(check.why)) + "</li>";
  }
  out += "</ul></details>";
}

void append_troubles(std::string& out, const Proof& proof) {
  if (proof.troubles.empty()) return;
  out += "<div class=\"box\"><p><strong>This matrix is not as it should be:</strong></p><ul>";
  for (const std::string& trouble : proof.troubles) out += "<li>" + escaped(trouble) + "</li>";
  out += "</ul></div>";
}

void append_proof(std::string& out, const Proof& proof) {
  append_claim(out, proof);
  append_troubles(out, proof);
  fmt::format_to(
      std::back_inserter(out),
      "<p>Which check found which defect stands in the kill matrix, accepted with this suite and "
      "built into the program. Its SHA-256 is <code>{}</code>. <code>parley mutants matrix "
      "--diff</code> runs all of it again and tells every difference; <code>parley mutants "
      "explain</code> with the name of a defect tells what it does.</p>",
      escaped(proof.digest));
  out += kLimits;
  out += "<details><summary>Each kind of check with the defects that were made for it</summary>";
  append_checks(out, proof, false);
  out += "</details>";
  append_equivalents(out, proof);
  append_reasons(out, proof.excused, "What impostors pass", "Impostor and test case");
  append_unshown(out, proof);
  append_reasons(out, proof.alike, "Kinds of check that found exactly the same defects", "Checks");
  append_reasons(out, proof.left_out, "What was left out", "Left out");
}

}  // namespace parley::reports
