#include <fmt/format.h>

#include <iterator>

#include "reports/coverage_html.h"
#include "reports/html.h"
#include "reports/markup.h"
#include "reports/page_style.h"
#include "reports/proof_html.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

std::string row(std::string_view name, std::string_view value) {
  return "<tr><th scope=\"row\">" + escaped(name) + "</th><td>" + escaped(value) + "</td></tr>";
}

// In plain language, for readers who do not write software.
void append_summary(std::string& out, const judge::RunResult& result) {
  const judge::Counts& cases = result.summary.cases;
  out += "<section aria-labelledby=\"summary\"><h2 id=\"summary\">Summary</h2><p>";
  out += "Parley ran " + counted(cases.total, "test case") + " of profile <strong>" +
         escaped(result.run.profile_id) + " " + escaped(result.run.profile_version) +
         "</strong>. " + std::to_string(cases.pass) + " passed, " + std::to_string(cases.fail) +
         " failed, " + std::to_string(cases.inconclusive) + " were inconclusive, " +
         std::to_string(cases.error) + " ended in an error of the test system";
  if (cases.not_tested > 0) out += ", " + std::to_string(cases.not_tested) + " were not run";
  out += ".</p><p>" + escaped(under_test(result.run)) + "</p>";
  if (result.run.state == judge::RunState::kInterrupted) {
    out +=
        "<p class=\"box\"><strong>This run was interrupted.</strong> What is missing below was "
        "not tested.</p>";
  }
  if (cases.total > 0 && cases.pass == cases.total) {
    out += "<p>No non-conformity was observed in the tested requirements.</p>";
  }
  out +=
      "<p>What this does not say stands <a href=\"#gaps\">in a list of its own</a>; results "
      "that rest on a surrogate say so, because the real shape of those messages is not "
      "public.</p></section>";
}

void append_identification(std::string& out, const judge::RunResult& result) {
  const judge::RunInfo& run = result.run;
  out +=
      "<section aria-labelledby=\"run\"><h2 id=\"run\">The run</h2><table><caption>What was "
      "run, with what</caption><tbody>";
  out += row("Run", run.id);
  out += row("State", judge::to_string(run.state));
  out += row("Mode", judge::to_string(run.mode));
  out += row("Statement", judge::to_string(result.statement));
  out += row("Harness", run.harness_name + " " + run.harness_version);
  out += row("Network", run.network == "sim" ? "simulated, virtual clock" : "loopback sockets");
  out += row("Seed", std::to_string(run.seed));
  out += row("World time", utc_text(run.started) + " to " + utc_text(run.ended));
  if (!run.as_of.empty()) out += row("Obligations as of", run.as_of);
  if (!run.service.empty()) out += row("Core platform service", run.service);
  out += row("Wire profile", run.wire_profile_id);
  for (const judge::SeatHolder& seat : run.seats) {
    out += row("Seat " + seat.seat, holder(seat) + (seat.under_test ? ", under test" : ""));
  }
  out += row("Addressing", run.addressing);
  out += row("Catalogue SHA-256", run.catalogue_digest);
  out += row("Plan SHA-256", run.plan_digest);
  out += row("Transcript SHA-256", run.transcript_digest);
  if (!run.suite.kill_matrix.digest.empty()) {
    out += row("Kill matrix SHA-256", run.suite.kill_matrix.digest);
  }
  if (!run.register_digest.empty()) out += row("Document register SHA-256", run.register_digest);
  out += "</tbody></table></section>";
}

std::string force_text(const judge::ObligationResult& obligation) {
  if (!obligation.in_force) return obligation.reason;
  std::string out = "yes";
  if (!obligation.since.empty()) out += ", since " + obligation.since;
  if (!obligation.decision.empty()) out += ", extended by " + obligation.decision;
  return out;
}

void append_obligations(std::string& out, const judge::RunResult& result) {
  if (result.obligations.empty()) return;
  out +=
      "<section aria-labelledby=\"obligations\"><h2 id=\"obligations\">Obligations</h2><p>Only the "
      "gatekeeper is bound by Article 7 of Regulation (EU) 2022/1925 and the articles that go with "
      "it. A status speaks of this catalogue's requirements alone: satisfied means that no "
      "non-conformity was observed in the tested requirements mapped to it. Functions of later "
      "phases are left out of it.</p><table><caption>Requirements by "
      "obligation</caption><thead><tr>"
      "<th scope=\"col\">Clause</th><th scope=\"col\">Subject</th><th scope=\"col\">In "
      "force</th><th "
      "scope=\"col\">Status</th><th scope=\"col\">Requirements</th></tr></thead><tbody>";
  for (const judge::ObligationResult& obligation : result.obligations) {
    std::string ids;
    for (const std::string& id : obligation.requirements) ids += (ids.empty() ? "" : ", ") + id;
    std::string status(word(obligation.status));
    if (obligation.in_force && !obligation.reason.empty()) status += ": " + obligation.reason;
    fmt::format_to(std::back_inserter(out),
                   "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                   escaped(obligation.clause), escaped(obligation.title),
                   escaped(force_text(obligation)), escaped(status), escaped(ids));
  }
  out += "</tbody></table></section>";
}

// Whose voice, how binding, how sure: "law, must (K)".
std::string level(const judge::RequirementResult& requirement) {
  std::string out = requirement.voice + (requirement.voice.empty() ? "" : ", ") +
                    std::string(judge::to_string(requirement.modality));
  if (!requirement.mark.empty()) out += " (" + requirement.mark + ")";
  return out;
}

void append_requirements(std::string& out, const judge::RunResult& result) {
  out +=
      "<section aria-labelledby=\"requirements\"><h2 id=\"requirements\">Requirements</h2><p>The "
      "letters say how sure we are of a source: F read in a primary or well-corroborated one, F2 "
      "in a "
      "second-hand copy, K known text that is still to be checked, I our inference.</p>"
      "<table><caption>Judged requirements</caption><thead><tr><th scope=\"col\">Id</th><th "
      "scope=\"col\">Source</th><th scope=\"col\">Level</th><th scope=\"col\">Binds</th><th "
      "scope=\"col\">Statement</th><th scope=\"col\">Status</th><th scope=\"col\">Checks</th>"
      "</tr></thead><tbody>";
  for (const judge::RequirementResult& requirement : result.requirements) {
    if (requirement.disposition == judge::Disposition::kNotTested) continue;  // in the list of gaps
    std::string status(word(requirement.status));
    if (requirement.modality == judge::Modality::kShould &&
        requirement.status == judge::RequirementStatus::kNotSatisfied) {
      status = "Recommendation not followed";
    }
    fmt::format_to(std::back_inserter(out),
                   "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}"
                   "</td><td>{}</td></tr>",
                   escaped(requirement.id), escaped(requirement.clause),
                   escaped(level(requirement)), escaped(requirement.bound),
                   escaped(requirement.statement), status, requirement.checks.size());
  }
  out += "</tbody></table></section>";
}

}  // namespace

std::string render_html(const judge::RunResult& result, std::span<const std::string> case_sections,
                        const Proof& proof) {
  std::size_t size = 0;
  for (const std::string& section : case_sections) size += section.size();
  std::string out;
  out.reserve(size + 64 * 1024);
  out +=
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta "
      "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; img-src data:\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\"><title>";
  out += std::string(symbol(result.verdict)) + " " + std::string(word(result.verdict)) +
         ": conformance test report, profile " + escaped(result.run.profile_id);
  out += "</title><style>";
  out += kPageStyle;
  out +=
      "</style></head><body><a class=\"skip\" href=\"#main\">Skip to the results</a><header>"
      "<h1>Conformance test report</h1><p><strong>" +
      std::string(symbol(result.verdict)) + " " + std::string(word(result.verdict)) +
      "</strong>, profile " + escaped(result.run.profile_id) + " " +
      escaped(result.run.profile_version) +
      "</p><p class=\"box\">This is a test report. It is not a decision under Regulation (EU) "
      "2022/1925.</p></header><main id=\"main\">";
  append_summary(out, result);
  append_identification(out, result);
  append_obligations(out, result);
  append_requirements(out, result);
  append_examinations(out, result);
  append_gaps(out, result);
  append_proof(out, proof);
  out +=
      "<section aria-labelledby=\"cases\"><h2 id=\"cases\">Test cases</h2><p>Passing cases are "
      "folded, the others open. Times are those of the test world.</p>\n";
  for (std::size_t i = 0; i < result.cases.size(); ++i) {
    const bool given = i < case_sections.size() && !case_sections[i].empty();
    out += given ? case_sections[i] : render_case_html(result.cases[i], result.run, {});
  }
  out += "</section></main><footer><p>End of report " + escaped(result.run.id) +
         "</p></footer></body></html>\n";
  return out;
}

}  // namespace parley::reports
