#include "reports/method_html.h"

#include <fmt/format.h>

#include <iterator>
#include <map>
#include <span>

#include "harness/judge/finding.h"
#include "reports/anchors.h"
#include "reports/markup.h"
#include "reports/table_html.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

struct Term {
  std::string_view name;
  std::string_view meaning;
};

constexpr Term kVerdicts[] = {
    {"✓ Pass",
     "What was observed conforms to what the test is about, and all messages seen were "
     "valid. It is never the default: a test without a judged check is an error."},
    {"✕ Fail",
     "What was observed does not conform to at least one requirement, or a message was "
     "invalid. It outranks everything that went wrong later."},
    {"? Inconclusive",
     "Neither can be said: the test did not come to its subject, or a peer or the "
     "network was at fault."},
    {"! Error", "The test system failed. It is never laid to the items under test."},
    {"– Not applicable", "The item does not offer what the test needs."},
    {"○ Not tested", "Selected, and not run. The reason is given."}};

constexpr Term kRules[] = {
    {"R1",
     "A check's verdicts give that of the attempt: the worst counts. A failed check of the "
     "test's preparation or ending counts as inconclusive."},
    {"R2",
     "Attempts give the verdict of the test case: the worst of all. None is dropped, and a "
     "later pass does not undo a fail."},
    {"R3",
     "Test cases give the status of a requirement: any fail of somebody whom it binds, and it "
     "is not satisfied; anything else than pass, or no test, and it is undetermined."},
    {"R4",
     "Requirements give the status of a point. Only those count that say must and bind the "
     "gatekeeper; what partners' software does never touches it. Advice that is not followed "
     "is listed as such."},
    {"R5",
     "Points, and requirements that say must, give the statement, as far as they bind those whose "
     "items are under test: any not satisfied, and it is not conformant; any undetermined, an "
     "incomplete plan, or a run outside of certification, and there is no statement."},
    {"R6", "A waiver never changes a verdict. It is shown beside it."},
    {"R7",
     "A measured value is compared with its limit as it is (simple acceptance). Value, unit, "
     "number of values and limit stand in the check."}};

void append_terms(std::string& out, std::string_view caption, std::string_view term,
                  std::span<const Term> terms) {
  out += table_begin(caption, {term, "Meaning"});
  for (const Term& one : terms) out += fact_row(one.name, one.meaning);
  out += kTableEnd;
}

// What became of an invariant in the whole run.
struct Always {
  std::string demands;
  std::vector<std::string> requirements;
  std::size_t held = 0;
  std::size_t idle = 0;
  std::size_t other = 0;
};

void append_always(std::string& out, const judge::RunResult& result) {
  std::map<std::string, Always> kinds;
  for (const judge::CaseResult& one : result.cases) {
    for (const judge::CheckResult& check : one.checks) {
      if (!check.invariant()) continue;
      Always& kind = kinds[check.kind];
      kind.demands = check.finding.expected;
      kind.requirements = check.requirements;
      const bool pass = check.finding.verdict == judge::Verdict::kPass;
      const bool idle = pass && check.finding.code == judge::kNothingToJudge;
      ++(idle ? kind.idle : pass ? kind.held : kind.other);
    }
  }
  out +=
      "<h3 id=\"always\">What is always judged</h3><p>These checks are held to every test case, "
      "whatever it is about. Where a case has nothing that could break one, its pass supports no "
      "requirement.</p>";
  out += scroll_begin("What is always judged") +
         table_begin("Checks that are judged in every test case, and in how many",
                     {"Check", "Demands", "Requirements", "Held", "Nothing to judge", "Not held"});
  for (const auto& [kind, always] : kinds) {
    fmt::format_to(std::back_inserter(out),
                   "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td class=\"n\">{}</td><td "
                   "class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
                   escaped_content(kind), escaped_content(always.demands),
                   requirement_links(always.requirements), always.held, always.idle, always.other);
  }
  out += std::string(kTableEnd) + std::string(kScrollEnd);
}

}  // namespace

std::string method_section(const judge::RunResult& result) {
  std::string out =
      "<p>Each test case seats the parties in a world of its own, takes them through written steps "
      "and records every act at every place where somebody of Parley stands: HTTP at both ends, "
      "frames and stanzas of the chat connection, messages at the clients, and what the harness "
      "did. "
      "Checks are functions over these records alone. The same records always give the same "
      "verdict, "
      "so a verifier can judge them again.</p><p>Which test cases are run is decided by the "
      "profile "
      "and by what the items under test offer, before the first message. There were no deviations "
      "from the method beyond what this report lists as not tested. Blame goes to the kind of "
      "actor "
      "that would have had to behave otherwise; where that cannot be told, it is left open.</p>";
  append_terms(out, "Verdicts", "Verdict", kVerdicts);
  append_terms(out, "Decision rule: how verdicts roll up", "Rule", kRules);
  append_always(out, result);
  out +=
      std::string("<p>Measurement uncertainty: ") +
      (result.run.network == "sim"
           ? "times are those of a virtual clock, read without error; they are properties of the "
             "simulation, not of any product's speed."
           : "times are read from one steady clock of one machine; scheduling may add to them.") +
      " Letters beside a requirement say how sure its source is: F read in a primary or "
      "well-corroborated one, F2 in a second-hand copy, K known text that is still to be checked, "
      "I our inference.</p>";
  return out;
}

}  // namespace parley::reports
