#include "harness/attest/verify.h"

#include <algorithm>
#include <array>
#include <exception>
#include <map>
#include <utility>

#include "harness/attest/inspection.h"

namespace parley::attest {
namespace {

constexpr std::size_t kMaxWhy = 600;

struct Row {
  std::string_view id;
  std::string_view text;
  Check check;
  std::array<std::string_view, 4> needs;  ///< that must hold first
};

// In the order in which they are made: what is opened (V20) comes before what is judged by it.
constexpr Row kRows[] = {
    {"V01", "the archive is of the one form that bundles have", check_archive, {}},
    {"V03", "the signer's certificate leads to a trusted root and is valid", check_chain, {"V01"}},
    {"V02", "the statement is signed by that certificate's key", check_envelope, {"V01"}},
    {"V04", "the statement is about this manifest and this result", check_statement, {"V02"}},
    {"V05", "every file is there as the manifest says, and no other", check_files, {"V04"}},
    {"V06", "the result is well-formed and is what was signed", check_result, {"V04"}},
    {"V07", "the transcript has the length and the root that were signed", check_root, {"V05"}},
    {"V08", "the records are of this run, complete and in order", check_records, {"V05", "V06"}},
    {"V09", "the plan is the one that this catalogue gives", check_plan, {"V05", "V06"}},
    {"V10", "the result has every planned test case and no other", check_cases, {"V09"}},
    {"V20",
     "the disclosed records are those that were committed to",
     check_openings,
     {"V07", "V08"}},
    {"V11", "every verdict follows from the records, judged anew", check_verdicts, {"V10", "V20"}},
    {"V12",
     "requirements, obligations and statement follow from the verdicts",
     check_roll_up,
     {"V10"}},
    {"V13", "what is waived may be waived", check_waivers, {"V06"}},
    {"V14", "the bundle answers the one who asked for it", check_nonce, {"V04"}},
    {"V15", "the ledger has the run, opened before it was closed", check_ledger, {"V04", "V06"}},
    {"V16", "earlier runs of the same product are told", check_previous_runs, {"V06"}},
    {"V17", "a time stamp shows when it was signed", check_time_stamp, {"V04"}},
    {"V18", "the reports say what the result says", check_reports, {"V05", "V06"}},
    {"V19", "the harness is one of those that are known to be sound", check_harness, {"V06"}}};

// What comes out of a bundle must not steer the terminal that it is printed on.
std::string printable(std::string text) {
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f) c = '?';
  }
  if (text.size() > kMaxWhy) text = text.substr(0, kMaxWhy) + "...";
  return text;
}

Verdict run_check(const Row& row, Inspection& in) {
  try {
    return row.check(in);
  } catch (const std::exception& e) {
    return fails(std::string("could not be checked: ") + e.what());
  }
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk:
      return "OK";
    case Outcome::kFail:
      return "FAIL";
    case Outcome::kSkipped:
      return "SKIPPED";
  }
  return "FAIL";
}

std::vector<CheckLine> verify_bundle(BytesView archive, const OwnCatalogue& own,
                                     const VerifyOptions& options) {
  Inspection in{.archive = archive, .own = own, .options = options};
  std::vector<CheckLine> lines;
  std::map<std::string_view, Outcome> outcomes;
  for (const Row& row : kRows) {
    const auto missing = std::ranges::find_if(row.needs, [&](std::string_view id) {
      return !id.empty() && outcomes[id] != Outcome::kOk;
    });
    Verdict verdict = missing == row.needs.end()
                          ? run_check(row, in)
                          : skipped("needs " + std::string(*missing) + ", which is not OK");
    outcomes[row.id] = verdict.outcome;
    lines.push_back({row.id, row.text, verdict.outcome, printable(std::move(verdict.why))});
  }
  // Said once, where it is said best.
  if (in.manifest && in.is_public()) {
    const auto judged = std::ranges::find(lines, "V11", &CheckLine::id);
    if (judged->outcome == Outcome::kSkipped && outcomes["V10"] == Outcome::kOk) {
      judged->why = "the public edition has no records to judge; ask for the confidential one";
    }
  }
  std::ranges::sort(lines, {}, &CheckLine::id);
  return lines;
}

Result<std::vector<HarnessListing>> parse_harness_list(std::string_view text) {
  std::vector<HarnessListing> out;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty() || line.starts_with("#")) continue;
    const std::string_view digest = line.substr(0, 64);
    const bool is_digest = digest.size() == 64 &&
                           digest.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    // sha256sum has a "*" before names of binary files.
    if (!is_digest || line.size() < 67 || line[64] != ' ' || (line[65] != ' ' && line[65] != '*')) {
      return make_error(ErrorCode::kInvalid,
                        "must be a digest and a name, as sha256sum writes them",
                        "line " + std::to_string(number));
    }
    out.push_back({std::string(digest), std::string(line.substr(66))});
  }
  return out;
}

bool sound(std::span<const CheckLine> lines) {
  return std::ranges::none_of(lines, [](const CheckLine& line) {
    return line.outcome == Outcome::kFail || (line.id == "V02" && line.outcome != Outcome::kOk);
  });
}

Verdict verdict_of(const Status& status, std::string why_ok) {
  return status.ok() ? holds(std::move(why_ok)) : fails(status.error().text());
}

std::optional<std::string_view> Inspection::file(std::string_view name) const {
  const auto content = evidence::find_entry(entries, name);
  if (!content) return std::nullopt;
  return as_text(*content);
}

bool Inspection::is_public() const {
  return manifest && manifest->edition == evidence::Confidentiality::kPublic;
}

}  // namespace parley::attest
