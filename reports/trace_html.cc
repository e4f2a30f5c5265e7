#include "reports/trace_html.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/anchors.h"
#include "reports/markup.h"
#include "reports/record_html.h"
#include "reports/sequence.h"
#include "reports/sequence_diagram.h"
#include "reports/table_html.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

using judge::CaseResult;
using judge::Verdict;

constexpr RecordLimits kLeanLimits{240, 32};
constexpr RecordLimits kFullLimits{2000, 256};
// Beyond, only what is cited is decoded, so that a flood of records stays readable.
constexpr std::size_t kDecodedRecords = 400;

// What the case's records are to show.
struct Trace {
  DiagramScope scope;
  bool lean = true;  ///< acts may share a row
  bool decode_all = false;
  RecordLimits limits = kLeanLimits;

  bool cites(const Act& act) const { return scope.cited.contains(act.seq); }
};

Trace trace_of(const CaseResult& result, std::size_t records) {
  Trace out;
  for (const judge::CheckResult& check : result.checks) {
    const auto& evidence = check.finding.evidence;
    out.scope.cited.insert(evidence.begin(), evidence.end());
    if (check.finding.verdict == Verdict::kPass) continue;
    out.scope.marked.insert(evidence.begin(), evidence.end());
  }
  if (result.verdict != Verdict::kPass) {
    out.lean = false;
    out.scope.complete = true;
    out.decode_all = records <= kDecodedRecords;
    out.limits = kFullLimits;
  }
  return out;
}

std::string who(const Act& act) {
  std::string out = act.from == act.to ? act.from : act.from + " → " + act.to;
  if (act.from != act.to && !act.seen_by.empty()) out += ", seen by " + act.seen_by;
  return out;
}

// Rows go without the end tags that HTML lets one leave out: a report has tens of thousands.
void append_act(std::string& out, const CaseResult& result, const Act& act, const Trace& trace,
                const evidence::Record& record) {
  const bool marked = trace.scope.marked.contains(act.seq);
  const bool decoded = trace.cites(act) || trace.decode_all;
  out += marked ? "<tr class=\"mark\"" : "<tr";
  if (decoded) out += " id=\"" + record_anchor(result.id, act.seq) + "\"";
  fmt::format_to(std::back_inserter(out), "><td>{}{}<td>{}<td>{}<td>", marked ? "▶ " : "", act.seq,
                 seconds_text(act.at), escaped_content(who(act)));
  const std::string label = act.tap + " " + escaped_content(act.label);
  if (!decoded) {
    out += label + "\n";
    return;
  }
  fmt::format_to(std::back_inserter(out), "<details{}><summary>{}</summary>{}</details>\n",
                 marked ? " open" : "", label, record_fields(record, trace.limits));
}

// Acts that follow each other between the same two parties, none of them a step or cited.
class Exchange {
 public:
  bool empty() const { return acts_.empty(); }
  const Act& first() const { return *acts_.front(); }
  std::size_t size() const { return acts_.size(); }

  /// False where the act is not between these two.
  bool take(const Act& act) {
    std::string_view a = a_;
    std::string_view b = b_;
    for (const std::string_view party : {std::string_view(act.from), std::string_view(act.to)}) {
      if (party == a || party == b) continue;
      if (a.empty()) {
        a = party;
      } else if (b.empty()) {
        b = party;
      } else {
        return false;
      }
    }
    a_ = a;
    b_ = b;
    acts_.push_back(&act);
    return true;
  }

  void append_row(std::string& out) const {
    const Act& last = *acts_.back();
    fmt::format_to(std::back_inserter(out), "<tr><td>{}–{}<td>{}", first().seq, last.seq,
                   seconds_text(first().at));
    if (last.at != first().at) out += "–" + seconds_text(last.at);
    fmt::format_to(std::back_inserter(out), "<td>{}{}{}<td>", escaped_content(a_),
                   b_.empty() ? "" : ", ", escaped_content(b_));
    std::string_view tap;
    for (const Act* act : acts_) {
      if (act != acts_.front()) out += "; ";
      if (act->tap != tap) out += act->tap + " ";
      tap = act->tap;
      out += std::to_string(act->seq) + " " + direction(*act) + escaped_content(act->label);
    }
    out += "\n";
  }

 private:
  std::string direction(const Act& act) const {
    if (act.from != act.to) return act.from == a_ ? "→ " : "← ";
    return b_.empty() ? "" : escaped_content(act.from) + ": ";
  }

  std::string_view a_;
  std::string_view b_;
  std::vector<const Act*> acts_;
};

void append_rows(std::string& out, const CaseResult& result, const Sequence& sequence,
                 const Trace& trace, std::span<const evidence::Record> records) {
  Exchange exchange;
  const auto finish = [&] {
    const Exchange done = std::exchange(exchange, {});
    if (done.size() == 1) append_act(out, result, done.first(), trace, records[done.first().index]);
    if (done.size() > 1) done.append_row(out);
  };
  for (const Act& act : sequence.acts) {
    if (!trace.lean || act.tap == "step" || trace.cites(act)) {
      finish();
      append_act(out, result, act, trace, records[act.index]);
    } else if (!exchange.take(act)) {
      finish();
      exchange.take(act);
    }
  }
  finish();
}

}  // namespace

void append_trace(std::string& out, const CaseResult& result,
                  std::span<const evidence::Record> records) {
  const Trace trace = trace_of(result, records.size());
  const Sequence sequence = sequence_of(records, trace.scope.cited);
  const Diagram diagram = render_sequence_svg(sequence, trace.scope);
  out +=
      "<figure class=\"sequence\"><div class=\"scroll\" role=\"group\" tabindex=\"0\" "
      "aria-label=\"Sequence diagram\">" +
      diagram.svg + "</div><figcaption>" +
      (diagram.acts < sequence.acts.size() ? "The steps of the test, and the acts that its checks "
                                             "are about; the table has every act."
                                           : "Who did what, in order.") +
      " Numbers are those of the records.</figcaption></figure>";
  std::string caption = "Records of " + result.id + ": the same in words";
  if (sequence.hidden > 0) {
    caption += "; " + counted(sequence.hidden, "further record") + " in the transcript";
  }
  out += table_begin(caption, {"Record", "Seconds", "Who", "What"}, "acts");
  append_rows(out, result, sequence, trace, records);
  out += kTableEnd;
}

}  // namespace parley::reports
