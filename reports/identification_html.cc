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

std::string world_time(const judge::RunInfo& run) {
  return utc_text(run.started) + " to " + utc_text(run.ended) +
         (run.network == "sim" ? " (simulated)" : "");
}

}  // namespace

std::string identification_section(const judge::RunResult& result) {
  const judge::RunInfo& run = result.run;
  std::string out = table_begin("The report", {});
  out += fact_row("Unique identification", run.id);
  out += fact_row("Laboratory, its address", kNotStated);
  out += fact_row("Place of the tests", kNotStated);
  out += fact_row("Customer and contact", kNotStated);
  out += fact_row("Items received on", kNotStated);
  out += fact_row("Tests performed", world_time(run));
  out += fact_row("Date of issue", kNotStated);
  out += fact_row("Authorised by", kNotStated);
  out += fact_row("Method", "profile " + run.profile_id + " " + run.profile_version +
                                ", see the method and decision rule");
  out += fact_row("Sampling", "none: every item was tested as it was given");
  out += fact_row("Results of external providers", "none");
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
