#include "reports/kill_matrix_html.h"

#include <fmt/format.h>

#include <iterator>

#include "reports/markup.h"
#include "reports/page_style.h"
#include "reports/proof_html.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

void append_row(std::string& out, std::string_view name, const std::string& value) {
  fmt::format_to(std::back_inserter(out), "<tr><th scope=\"row\">{}</th><td>{}</td></tr>",
                 escaped(name), escaped(value));
}

void append_counts(std::string& out, const Proof& proof) {
  out +=
      "<section aria-labelledby=\"counts\"><h2 id=\"counts\">Counts</h2><table><caption>Defective "
      "products and what became of them</caption><tbody>";
  append_row(out, "Kinds of check", std::to_string(proof.checks.size()));
  append_row(out, "Of them without a defect of their own",
             std::to_string(std::ranges::count_if(
                 proof.checks, [](const ProofCheck& check) { return !check.shown(); })));
  append_row(out, "Defects", std::to_string(proof.quirks.size()));
  for (const char* status : {"KILLED", "KILLED_BY_OTHER", "SURVIVED", "VOID", "EQUIVALENT"}) {
    append_row(out, status, std::to_string(proof.count(status)));
  }
  if (proof.runs > 0) append_row(out, "Test cases run", std::to_string(proof.runs));
  append_row(out, "Matrix SHA-256", proof.digest);
  out += "</tbody></table>";
  append_troubles(out, proof);
  out += "</section>";
}

void append_quirks(std::string& out, const Proof& proof) {
  out +=
      "<section aria-labelledby=\"defects\"><h2 id=\"defects\">Defects</h2><table><caption>Every "
      "named deviation</caption><thead><tr><th scope=\"col\">Defect</th><th scope=\"col\">Of "
      "whom</th><th scope=\"col\">What it does</th><th scope=\"col\">Against</th><th "
      "scope=\"col\">Status</th></tr></thead><tbody>";
  for (const ProofQuirk& quirk : proof.quirks) {
    fmt::format_to(std::back_inserter(out),
                   "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td><td>{}</td><td>"
                   "{}</td></tr>\n",
                   escaped(quirk.id), escaped(quirk.role), escaped(quirk.summary),
                   escaped(quirk.requirement), escaped(quirk.status));
  }
  out += "</tbody></table>";
  append_equivalents(out, proof);
  append_reasons(out, proof.excused, "What impostors pass", "Impostor and test case");
  append_unshown(out, proof);
  out += "</section>";
}

}  // namespace

std::string render_kill_matrix_html(const Proof& proof) {
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta "
      "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      "<title>Kill matrix</title><style>";
  out += kPageStyle;
  out +=
      "</style></head><body><a class=\"skip\" href=\"#main\">Skip to the "
      "matrix</a><header><h1>Kill "
      "matrix</h1><p>Which check finds which deliberate defect, and what it says of "
      "it.</p></header><main id=\"main\">";
  append_counts(out, proof);
  out += "<section aria-labelledby=\"checks\"><h2 id=\"checks\">Checks</h2>";
  append_checks(out, proof, true);
  append_reasons(out, proof.alike, "Kinds of check that found exactly the same defects", "Checks");
  out += "</section>";
  append_quirks(out, proof);
  out += "<section aria-labelledby=\"rest\"><h2 id=\"rest\">Left out</h2>";
  append_reasons(out, proof.left_out, "What was left out", "Left out");
  out += "</section></main></body></html>\n";
  return out;
}

}  // namespace parley::reports
