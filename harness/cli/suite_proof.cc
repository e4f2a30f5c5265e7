#include "harness/cli/suite_proof.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/base/join.h"
#include "harness/crypto/hash.h"
#include "harness/judge/check.h"

namespace parley::cli {
namespace {

using mocks::quirks::Quirk;
using mocks::quirks::Separation;
using mocks::quirks::Unshown;

constexpr std::string_view kAccepted = "mocks/quirks/kill-matrix.json";

// What trials leave out, as they are made by prove/trials.h.
const std::vector<reports::ProofReason>& left_out() {
  static const std::vector<reports::ProofReason> kLeftOut = {
      {"Test cases in which a defect finds nothing to change",
       "They take the same course with the defect as without it."},
      {"More than two variants of a scenario, for one defect",
       "Other defects are tried with others, and what the accepted matrix names is always run; "
       "--all-variants runs all."},
      {"Test cases with files of more than 1 MiB, for most defects",
       "They take longer than many others; they are run for the defects that one of their own "
       "checks must find."},
      {"Sockets",
       "Trials run in simulation, where the same seed gives the same bytes. Over sockets the same "
       "checks judge the same kinds of records."},
      {"Rows of the catalogue that are judged by documents",
       "They rest on what a register attests. No product acts in them, so none can be defective."}};
  return kLeftOut;
}

bool names(const Quirk& quirk, std::string_view check, std::string_view finding) {
  return std::ranges::any_of(quirk.kills, [&](const mocks::quirks::Kill& kill) {
    return kill.check == check && (kill.finding == "*" || kill.finding == finding);
  });
}

// The rows of one matrix by the quirk's id.
std::map<std::string, const json::object*, std::less<>> rows_of(const json::object& matrix) {
  std::map<std::string, const json::object*, std::less<>> out;
  const json::array* rows = get_array(matrix, "rows");
  if (rows == nullptr) return out;
  for (const json::value& value : *rows) {
    const json::object* row = value.if_object();
    if (row != nullptr) out[std::string(get_string(*row, "quirk").value_or(""))] = row;
  }
  return out;
}

void add_columns(const json::object& matrix, reports::Proof& out) {
  const json::array* columns = get_array(matrix, "columns");
  if (columns == nullptr) return;
  for (const json::value& column : *columns) {
    if (!column.is_string()) continue;
    reports::ProofCheck check;
    check.kind = column.get_string();
    const judge::CheckKind* kind = judge::find_check_kind(check.kind);
    if (kind != nullptr) {
      check.demands = kind->summary;
    } else {
      out.troubles.push_back("there is no check of the kind " + check.kind);
    }
    out.checks.push_back(std::move(check));
  }
}

void add_finds(const Quirk& quirk, const json::object& row, reports::Proof& out) {
  const json::object* killed = get_object(row, "killed");
  if (killed == nullptr) return;
  const json::object* shown_by = get_object(row, "shown_by");
  for (reports::ProofCheck& check : out.checks) {
    const json::array* findings = get_array(*killed, check.kind);
    if (findings == nullptr) continue;
    for (const json::value& value : *findings) {
      if (!value.is_string()) continue;
      reports::ProofFind find{quirk.id, std::string(value.get_string()), false, {}};
      find.named = names(quirk, check.kind, find.finding);
      if (shown_by != nullptr) {
        find.shown_by = get_string(*shown_by, check.kind + "/" + find.finding).value_or("");
      }
      check.finds.push_back(std::move(find));
    }
  }
}

// Kinds that exactly the same quirks kill, with the reason that somebody gave.
std::vector<reports::ProofReason> alike_of(const reports::Proof& proof,
                                           std::span<const Separation> separations) {
  std::map<std::set<std::string>, std::vector<std::string>> groups;
  for (const reports::ProofCheck& check : proof.checks) {
    std::set<std::string> killers;
    for (const reports::ProofFind& find : check.finds) killers.insert(find.quirk);
    if (!killers.empty()) groups[killers].push_back(check.kind);
  }
  std::vector<reports::ProofReason> out;
  for (const auto& [killers, kinds] : groups) {
    if (kinds.size() < 2) continue;
    reports::ProofReason reason{joined(kinds), {}};
    for (const Separation& one : separations) {
      const bool explains = std::ranges::all_of(kinds, [&one](const std::string& kind) {
        return std::ranges::find(one.checks, kind) != one.checks.end();
      });
      if (explains) reason.why = one.why;
    }
    out.push_back(std::move(reason));
  }
  return out;
}

void add_impostors(const json::object& matrix, std::span<const prove::Excuse> excuses,
                   reports::Proof& out) {
  const json::array* impostors = get_array(matrix, "impostors");
  for (const json::value& value : impostors == nullptr ? json::array() : *impostors) {
    const json::object* row = value.if_object();
    const json::array* passed = row == nullptr ? nullptr : get_array(*row, "excused");
    if (passed == nullptr) continue;
    ++out.impostors;
    const std::string impostor(get_string(*row, "impostor").value_or(""));
    for (const json::value& test_case : *passed) {
      if (!test_case.is_string()) continue;
      const std::string id(test_case.get_string());
      const prove::Excuse* excuse = prove::find_excuse(excuses, impostor, id);
      if (excuse == nullptr) out.troubles.push_back(impostor + " passes " + id);
      out.excused.push_back({impostor + ": " + id, excuse == nullptr ? "" : excuse->why});
    }
  }
}

void add_scenario_checks(const json::object& matrix, std::span<const Unshown> declared,
                         reports::Proof& out) {
  out.scenario_checks = static_cast<std::size_t>(
      std::max<std::int64_t>(0, get_int(matrix, "scenario_checks").value_or(0)));
  const json::array* unshown = get_array(matrix, "unshown");
  for (const json::value& check : unshown == nullptr ? json::array() : *unshown) {
    if (!check.is_string()) continue;
    const std::string_view name = check.get_string();
    const auto reason = std::ranges::find(declared, name, &Unshown::check);
    out.unshown.push_back({std::string(name), reason == declared.end() ? "" : reason->why});
  }
}

}  // namespace

reports::Proof proof_of(const json::object& matrix, std::span<const Quirk> quirks,
                        std::span<const Separation> separations,
                        std::span<const prove::Excuse> excuses, std::span<const Unshown> unshown) {
  reports::Proof out;
  out.digest = hex(crypto::sha256(as_bytes(canonical(matrix))));
  out.left_out = left_out();
  add_columns(matrix, out);
  auto rows = rows_of(matrix);
  for (const Quirk& quirk : quirks) {
    const auto row = rows.find(quirk.id);
    if (row == rows.end()) {
      out.troubles.push_back("the matrix does not have " + quirk.id);
      continue;
    }
    out.quirks.push_back(
        {quirk.id, std::string(evidence::to_string(quirk.role)), quirk.summary, quirk.requirement,
         std::string(get_string(*row->second, "status").value_or("")), quirk.equivalent});
    add_finds(quirk, *row->second, out);
    rows.erase(row);
  }
  for (const auto& [id, row] : rows) {
    out.troubles.push_back("the catalogue does not have " + id);
  }
  out.alike = alike_of(out, separations);
  add_impostors(matrix, excuses, out);
  add_scenario_checks(matrix, unshown, out);
  return out;
}

reports::Proof proof_of(const prove::KillMatrix& seen, std::span<const Quirk> quirks,
                        std::span<const Separation> separations,
                        std::span<const prove::Excuse> excuses, std::span<const Unshown> unshown) {
  reports::Proof out = proof_of(prove::to_json(seen), quirks, separations, excuses, unshown);
  out.runs = seen.runs;
  for (const prove::Row& row : seen.rows) {
    const bool good =
        row.status == prove::RowStatus::kKilled || row.status == prove::RowStatus::kEquivalent;
    if (!good) out.troubles.push_back(row.quirk + ": " + std::string(to_string(row.status)));
    for (const std::string& complaint : row.complaints) {
      out.troubles.push_back(row.quirk + ": " + complaint);
    }
  }
  for (const std::string& trouble : seen.baseline.troubles) {
    out.troubles.push_back("without any defect: " + trouble);
  }
  for (const prove::ImpostorRow& row : seen.impostors) {
    for (const std::string& test_case : row.green) {
      out.troubles.push_back(row.impostor + " passes " + test_case);
    }
  }
  for (const std::string& check : seen.unkilled) {
    out.troubles.push_back(check + ": no defect shows it failing");
  }
  return out;
}

Result<json::object> embedded_matrix(const Suite& suite) {
  const auto file = std::ranges::find(suite.files, kAccepted, &NamedFile::path);
  if (file == suite.files.end()) {
    return make_error(ErrorCode::kInvalid, "there is no accepted matrix", std::string(kAccepted));
  }
  constexpr JsonLimits kLimits{.bytes = 16 * 1024 * 1024, .depth = 16};
  PARLEY_ASSIGN(json::value parsed,
                parse_json(as_text(file->content), std::string(kAccepted), kLimits));
  if (!parsed.is_object()) {
    return make_error(ErrorCode::kInvalid, "is no JSON object", std::string(kAccepted));
  }
  return std::move(parsed.get_object());
}

std::optional<reports::Proof> accepted_proof(const Suite& suite,
                                             std::vector<Diagnostic>& diagnostics) {
  const Result<json::object> matrix = embedded_matrix(suite);
  if (!matrix.ok()) {
    Diagnostic diagnostic;
    diagnostic.file = kAccepted;
    diagnostic.code = "unreadable";
    diagnostic.message = matrix.error().message;
    diagnostics.push_back(std::move(diagnostic));
    return std::nullopt;
  }
  const std::size_t before = diagnostics.size();
  const std::vector<Quirk> quirks = suite.quirks(diagnostics);
  const std::vector<Separation> separations = suite.separations(diagnostics);
  const std::vector<prove::Excuse> excuses = suite.excuses(diagnostics);
  const std::vector<Unshown> unshown = suite.unshown(diagnostics);
  if (diagnostics.size() != before) return std::nullopt;
  return proof_of(*matrix, quirks, separations, excuses, unshown);
}

judge::SuiteInfo suite_info(const reports::Proof& proof) {
  return {{proof.digest, proof.quirks.size(), proof.checks.size()}};
}

}  // namespace parley::cli
