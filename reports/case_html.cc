#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <iterator>
#include <set>

#include "harness/base/json.h"
#include "reports/html.h"
#include "reports/markup.h"
#include "reports/sequence.h"
#include "reports/sequence_diagram.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

// Ids of elements: what is no letter or digit becomes "-", so that they work in links.
std::string anchor(std::string_view id) {
  std::string out = "case-";
  for (const char c : id) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    out += plain ? c : '-';
  }
  return out;
}

std::string list_of(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + escaped(word);
  return out.empty() ? "none" : out;
}

std::string evidence_of(const judge::Finding& finding) {
  if (finding.evidence.empty()) return "none";
  std::string out;
  for (const std::uint64_t seq : finding.evidence) {
    out += (out.empty() ? "" : ", ") + std::to_string(seq);
  }
  return out;
}

std::string attribution_words(judge::Attribution attribution) {
  switch (attribution) {
    case judge::Attribution::kIut:
      return "the implementation under test";
    case judge::Attribution::kPeer:
      return "a peer of the implementation under test";
    case judge::Attribution::kNetwork:
      return "the network";
    case judge::Attribution::kConfig:
      return "the configuration";
    case judge::Attribution::kDriver:
      return "the driver";
    case judge::Attribution::kHarness:
      return "the harness itself";
    case judge::Attribution::kNone:
      return "nobody";
    case judge::Attribution::kUnknown:
      return "not known";
  }
  return "not known";
}

// "partner-user: a peer of the implementation under test".
std::string blamed_words(const judge::Finding& finding) {
  const std::string party = finding.blamed.empty() ? "" : escaped(finding.blamed) + ": ";
  return party + attribution_words(finding.attribution);
}

// Why it failed, on one card: what was demanded, what was seen, where, and how to see it again.
void append_card(std::string& out, const judge::CaseResult& result, const judge::CheckResult& check,
                 const judge::RunInfo& run) {
  const judge::Finding& finding = check.finding;
  fmt::format_to(
      std::back_inserter(out),
      "<div class=\"card {}\"><h4>{} {}: {}</h4><dl>"
      "<dt>Expected</dt><dd>{}</dd><dt>Seen</dt><dd>{}</dd><dt>Finding</dt><dd><code>{}</code></dd>"
      "<dt>Blamed</dt><dd>{}</dd><dt>Evidence</dt><dd>records {} of this case in "
      "transcript.jsonl</dd><dt>Requirements</dt><dd>{}</dd><dt>Basis</dt><dd>{}{}</dd>"
      "<dt>See it again</dt><dd><code>{}</code></dd></dl></div>",
      judge::to_string(finding.verdict), symbol(finding.verdict), word(finding.verdict),
      escaped(check.id), escaped(finding.expected), escaped(finding.observed),
      escaped(finding.code), blamed_words(finding), evidence_of(finding),
      list_of(check.requirements.empty() ? result.requirements : check.requirements),
      judge::to_string(check.basis),
      caveat(check.basis).empty() ? "" : ": " + std::string(caveat(check.basis)),
      escaped(command_again(run, result.id)));
}

// What was measured, behind the sentence that says it.
std::string measures_of(const judge::Finding& finding) {
  if (finding.measures.empty()) return {};
  std::string out = "<details><summary>Measured</summary><dl>";
  for (const auto& [name, value] : finding.measures) {
    const std::string text = value.is_string() ? std::string(value.get_string()) : canonical(value);
    fmt::format_to(std::back_inserter(out), "<dt>{}</dt><dd>{}</dd>", escaped(name), escaped(text));
  }
  return out + "</dl></details>";
}

void append_checks(std::string& out, const judge::CaseResult& result) {
  out +=
      "<table><caption>Checks</caption><thead><tr><th scope=\"col\">Verdict</th><th "
      "scope=\"col\">Check</th><th scope=\"col\">Requirements</th><th "
      "scope=\"col\">Expected</th><th scope=\"col\">Seen</th></tr></thead><tbody>";
  for (const judge::CheckResult& check : result.checks) {
    fmt::format_to(std::back_inserter(out),
                   "<tr class=\"{}\"><td>{} {}</td><th scope=\"row\">{}{}</th><td>{}</td><td>{}"
                   "</td><td>{}{}</td></tr>",
                   judge::to_string(check.finding.verdict), symbol(check.finding.verdict),
                   word(check.finding.verdict), escaped(check.id),
                   check.invariant() ? " <small>always judged</small>" : "",
                   list_of(check.requirements), escaped(check.finding.expected),
                   escaped(check.finding.observed), measures_of(check.finding));
  }
  out += "</tbody></table>";
}

std::string since_start(Duration at) {
  constexpr std::int64_t kDay = 86'400'000;
  const std::int64_t millis = at.count() / 1'000'000;
  if (millis >= kDay) {
    return fmt::format("{} d {}.{:03} s", millis / kDay, millis % kDay / 1000, millis % 1000);
  }
  return fmt::format("{}.{:03} s", millis / 1000, millis % 1000);
}

void append_sequence(std::string& out, const judge::CaseResult& result,
                     std::span<const evidence::Record> records) {
  const Sequence sequence = sequence_of(records);
  std::set<std::uint64_t> marked;
  for (const judge::CheckResult& check : result.checks) {
    if (check.finding.verdict == judge::Verdict::kPass) continue;
    marked.insert(check.finding.evidence.begin(), check.finding.evidence.end());
  }
  out += "<figure class=\"sequence\">" + render_sequence_svg(sequence, anchor(result.id), marked) +
         "<figcaption>Who did what, in order; numbers are those of the transcript's "
         "records.</figcaption></figure>";
  out += "<table class=\"acts\"><caption>The same in words";
  if (sequence.hidden > 0) {
    out += "; " + counted(sequence.hidden, "further record") + " in the transcript";
  }
  out +=
      "</caption><thead><tr><th scope=\"col\">Record</th><th scope=\"col\">Time</th><th "
      "scope=\"col\">From</th><th scope=\"col\">To</th><th scope=\"col\">Tap</th><th "
      "scope=\"col\">What</th></tr></thead><tbody>";
  for (const Act& act : sequence.acts) {
    fmt::format_to(std::back_inserter(out),
                   "<tr{}><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td>"
                   "<td>{}</td></tr>",
                   marked.contains(act.seq) ? " class=\"mark\"" : "", act.seq, since_start(act.at),
                   escaped(act.from), act.from == act.to ? "" : escaped(act.to), act.tap,
                   escaped(act.label));
  }
  out += "</tbody></table>";
}

}  // namespace

std::string render_case_html(const judge::CaseResult& result, const judge::RunInfo& run,
                             std::span<const evidence::Record> records) {
  const bool pass = result.verdict == judge::Verdict::kPass;
  std::string out = fmt::format(
      "<details class=\"case {}\" id=\"{}\"{}><summary><span class=\"verdict\">{} {}</span> "
      "<code>{}</code> {}</summary><p>{}</p>",
      result.verdict ? judge::to_string(*result.verdict) : judge::to_string(result.disposition),
      anchor(result.id), pass ? "" : " open", symbol(result), word(result), escaped(result.id),
      escaped(result.title), escaped(result.purpose));
  fmt::format_to(std::back_inserter(out),
                 "<p class=\"facts\">Requirements: {}. Time in the world: {}. Records: {}. File: "
                 "<code>{}</code>.</p>",
                 list_of(result.requirements), since_start(result.duration), result.records,
                 escaped(result.file));
  if (!result.reason.empty()) out += "<p>Reason: " + escaped(result.reason) + "</p>";
  if (!result.engine_error.empty()) {
    out += "<div class=\"card error\"><h4>! The engine stopped</h4><p>" +
           escaped(result.engine_error) + "</p></div>";
  }
  for (const judge::CheckResult& check : result.checks) {
    if (check.finding.verdict != judge::Verdict::kPass) append_card(out, result, check, run);
  }
  if (!result.checks.empty()) append_checks(out, result);
  if (!records.empty()) append_sequence(out, result, records);
  return out + "</details>\n";
}

}  // namespace parley::reports
