#include "reports/annexes_html.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "reports/anchors.h"
#include "reports/markup.h"
#include "reports/milestones_html.h"
#include "reports/overlays_html.h"
#include "reports/page.h"
#include "reports/table_html.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

struct Term {
  std::string_view name;
  std::string_view meaning;
};

constexpr Term kGlossary[] = {
    {"Attempt", "One execution of a test case. All are kept."},
    {"Attribution", "Who would have had to behave otherwise for a check to pass."},
    {"Catalogue", "The list of all requirements, each with its source and whom it binds."},
    {"Check", "A rule that looks at the records of one test case and gives a verdict."},
    {"Gatekeeper", "The provider that the Digital Markets Act obliges, with its servers and apps."},
    {"ICS", "Implementation conformance statement: what an item under test is said to offer."},
    {"Item under test", "The software that a seat was given to, in place of Parley's mock."},
    {"IXIT",
     "Extra information for testing: addresses, accounts and timers of an item under test."},
    {"Mock", "Parley's own implementation of a part, which holds a seat that no product has."},
    {"Obligation, point", "A point of the law to which requirements of the catalogue are mapped."},
    {"Partner", "A provider that connects to the gatekeeper's service under the reference offer."},
    {"Profile", "What is tested in one go: a set of test cases with their requirements."},
    {"Record", "One observed act, with time, place and content."},
    {"Requirement", "One sentence of the catalogue that can be judged."},
    {"Seat",
     "A part in a test: gatekeeper-server, gatekeeper-client, partner-server, partner-client."},
    {"Seed",
     "A number from which all that is random in a run follows, so that it can be repeated."},
    {"Stanza", "A message of the chat protocol between client and gatekeeper."},
    {"Surrogate",
     "A shape that Parley gave to messages whose real one is not public. Findings that "
     "rest on one are marked."},
    {"Tap", "A place where acts are recorded: at an HTTP end, at a chat connection, in a client."},
    {"Test case", "A written sequence of steps with the checks that judge it."},
    {"Transcript", "All records of a run, one per line."},
    {"Waiver", "A written decision not to hold a finding against somebody for a while."},
    {"World", "The closed surroundings of one test case, with a clock and a network of its own."}};

}  // namespace

std::string capabilities_section(const judge::RunResult& result) {
  const judge::RunInfo& run = result.run;
  std::string out = claims_table(run) + ixit_table(run);
  if (out.empty()) {
    out =
        "<p>No conformance statement (ICS) and no extra information for testing (IXIT) of the "
        "items under test were given to this run: " +
        std::string(kNotStated) + ". What was declared instead:</p>";
  }
  out += table_begin("Declared for this run", {});
  for (const judge::SeatHolder& seat : run.seats) {
    out += fact_row("Seat " + seat.seat, holder(seat) + (seat.under_test ? ", under test" : ""));
  }
  out += fact_row("Addressing that the gatekeeper's client uses", run.addressing);
  out += fact_row("Core platform service",
                  run.service.empty() ? std::string(kNotStated) : run.service);
  out += kTableEnd;
  std::string rows;
  for (const judge::CaseResult& one : result.cases) {
    if (one.disposition != judge::Disposition::kNotApplicable) continue;
    fmt::format_to(std::back_inserter(rows), "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
                   link_to(anchor(one.id), one.id), escaped_content(one.reason));
  }
  if (rows.empty())
    return out + "<p>No test case was left out for what an item does not offer.</p>";
  return out + table_begin("Test cases that do not apply", {"Test case", "Why"}) + rows +
         std::string(kTableEnd);
}

std::string environment_section(const judge::RunResult& result) {
  const judge::RunInfo& run = result.run;
  std::string out = table_begin("Environment and versions", {});
  out += fact_row("Harness", run.harness_name + " " + run.harness_version);
  out += fact_row("Profile", run.profile_id + " " + run.profile_version);
  out += fact_row("Network", run.network == "sim" ? "simulated, in memory" : "loopback sockets");
  out += fact_row("Clock", run.network == "sim" ? "virtual, one for each test case"
                                                : "the machine's steady clock");
  out += fact_row("World time", utc_text(run.started) + " to " + utc_text(run.ended));
  out += fact_row("Seed", std::to_string(run.seed));
  out += fact_row("Wire profile", run.wire_profile_id);
  if (run.run_file) {
    out += fact_row("Run file", run.run_file->name + ", SHA-256 " + run.run_file->digest);
  }
  out += fact_row("Mode", judge::to_string(run.mode));
  out += fact_row("Catalogue SHA-256", run.catalogue_digest);
  out += fact_row("Plan SHA-256", run.plan_digest);
  if (!run.suite.kill_matrix.digest.empty()) {
    out += fact_row("Kill matrix SHA-256", run.suite.kill_matrix.digest);
  }
  if (!run.register_digest.empty()) {
    out += fact_row("Document register SHA-256", run.register_digest);
  }
  return out + std::string(kTableEnd) + overlays_section(result);
}

std::string glossary_section() {
  std::string out = "<dl class=\"terms\">";
  for (const Term& term : kGlossary) {
    fmt::format_to(std::back_inserter(out), "<dt>{}</dt><dd>{}</dd>", term.name, term.meaning);
  }
  return out + "</dl>";
}

std::string accessibility_section() {
  return "<p>This page is made to meet WCAG 2.2, level AA, and the clauses of EN 301 549 on web "
         "content. It is one file: it fetches nothing and runs no script, so it reads the same "
         "offline, and it stays complete when all styles are blocked. Verdicts are told by words "
         "and "
         "symbols, never by colour alone. Every sequence diagram is followed by a table of the "
         "same "
         "records. Colours follow the reader's choice of light or dark; at 320 pixels nothing but "
         "wide tables and diagrams scrolls sideways, each by itself and by keyboard. Automatic "
         "checks "
         "with axe-core in a browser accompany the program; no test with assistive technology and "
         "persons has been made. Long lists of records make for long tables: they are folded, and "
         "headings lead past them.</p>";
}

}  // namespace parley::reports
