#include "reports/identification_html.h"

#include "reports/markup.h"
#include "reports/page.h"
#include "reports/table_html.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

std::string or_not_stated(const std::string& text) {
  return text.empty() ? std::string(kNotStated) : text;
}

std::string party_text(const std::string& party) {
  return party.empty() ? std::string(kNotStated) : "that of the " + party + " party";
}

std::string item_text(const judge::Identification& stated) {
  return stated.item.empty() || stated.item_version.empty()
             ? stated.item
             : stated.item + " " + stated.item_version;
}

std::string world_time(const judge::RunInfo& run) {
  return utc_text(run.started) + " to " + utc_text(run.ended) +
         (run.network == "sim" ? " (simulated)" : "");
}

}  // namespace

std::string_view report_id(const judge::RunInfo& run) {
  return run.identification.report.empty() ? run.id : run.identification.report;
}

std::string ledger_text(const judge::RunInfo& run) {
  if (!run.ledger) return "the run is in none";
  return run.ledger->origin + ", entry " + std::to_string(run.ledger->index) + "; " +
         std::to_string(run.ledger->previous_runs) + " earlier runs of the same items and profile";
}

std::string opinions_section(const judge::Identification& stated) {
  if (stated.opinions.empty()) {
    return "<p>None. Everything in this report is what was observed, or follows from it by the "
           "decision rule.</p>\n";
  }
  std::string out =
      "<p>What follows is held by the persons named. It was not observed, and does not follow from "
      "the decision rule.</p>\n";
  for (const judge::Opinion& one : stated.opinions) {
    out += "<figure class=\"opinion\"><blockquote><p>" + escaped_content(one.text) +
           "</p></blockquote><figcaption>Opinion of " + escaped_content(one.by) +
           "</figcaption></figure>\n";
  }
  return out;
}

std::string identification_section(const judge::RunResult& result) {
  const judge::RunInfo& run = result.run;
  const judge::Identification& stated = run.identification;
  std::string out = table_begin("The report", {});
  out += fact_row("Unique identification", report_id(run));
  out += fact_row("Run", run.id);
  out += fact_row("Replaces", stated.amends.empty() ? "no earlier report" : stated.amends);
  out += fact_row("Laboratory", or_not_stated(stated.laboratory));
  out += fact_row("Its address", or_not_stated(stated.address));
  out += fact_row("Place of the tests", or_not_stated(stated.place));
  out += fact_row("Whose statement (ISO/IEC 17000)", party_text(stated.party));
  out += fact_row("Customer", or_not_stated(stated.client));
  out += fact_row("Customer's contact", or_not_stated(stated.contact));
  out += fact_row("Item, as the customer names it", or_not_stated(item_text(stated)));
  out += fact_row("Item received on", or_not_stated(stated.received));
  out += fact_row("Tests performed", world_time(run));
  out += fact_row("Date of issue", or_not_stated(stated.issued));
  out += fact_row("Authorised by", or_not_stated(stated.authorised_by));
  out += fact_row("Method", "profile " + run.profile_id + " " + run.profile_version +
                                ", see the method and decision rule");
  out += fact_row("Sampling", or_not_stated(stated.sampling));
  out += fact_row("Results of external providers", or_not_stated(stated.external_providers));
  out += fact_row("Laboratory's ledger", ledger_text(run));
  out += kTableEnd;

  out += table_begin("Items under test and who stood beside them", {"Seat", "Held by", "Role"});
  for (const judge::SeatHolder& seat : result.run.seats) {
    out += "<tr><th scope=\"row\">" + escaped_content(seat.seat) + "</th><td>" +
           escaped_content(holder(seat)) + "</td><td>" +
           (seat.under_test ? "under test" : "peer, played by Parley") + "</td></tr>\n";
  }
  out += kTableEnd;

  out += table_begin("What was asked", {});
  out += fact_row("Core platform service", or_not_stated(run.service));
  out += fact_row("Obligations as of", or_not_stated(run.as_of));
  out += fact_row("Mode", judge::to_string(run.mode));
  out += fact_row("State of the run", judge::to_string(run.state));
  out += fact_row("Statement", judge::to_string(result.statement));
  out += fact_row("Addressing", run.addressing);
  out += kTableEnd;
  return out +
         "<p>The results relate only to the items tested. This report is not to be reproduced "
         "except "
         "in full; each sheet of the results by obligation may be lifted out as an annex if it is "
         "left whole.</p>";
}

}  // namespace parley::reports
