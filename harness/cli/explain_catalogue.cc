#include "harness/cli/explain_catalogue.h"

#include <algorithm>
#include <ostream>

#include "harness/base/json.h"
#include "harness/judge/check.h"
#include "harness/scenario/examination_kinds.h"
#include "harness/scenario/in_force.h"

namespace parley::cli {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

std::string counted_cases(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " test case" : " test cases");
}

// The checks of a scenario that `wanted` accepts, each once, with its number of test cases.
template <class Wanted>
bool print_checks(const scenario::Scenario& scenario, const Wanted& wanted, std::ostream& out) {
  bool any = false;
  if (scenario.cases.empty()) return any;
  for (const scenario::Check& check : scenario.cases.front().checks) {
    if (!wanted(check)) continue;
    const auto cases = std::count_if(
        scenario.cases.begin(), scenario.cases.end(), [&](const scenario::TestCase& one) {
          return std::any_of(one.checks.begin(), one.checks.end(),
                             [&](const scenario::Check& other) { return other.id == check.id; });
        });
    out << "    " << scenario.id << "/" << check.id << " (" << check.kind << ", "
        << counted_cases(static_cast<std::size_t>(cases)) << ")\n";
    any = true;
  }
  return any;
}

void print_judges(const Suite& suite, const scenario::Requirement& row, std::ostream& out) {
  bool any = false;
  for (const scenario::Scenario& scenario : suite.library.scenarios) {
    any |= print_checks(
        scenario,
        [&](const scenario::Check& check) { return contains(check.requirements, row.id); }, out);
  }
  for (const scenario::Profile& profile : suite.library.profiles) {
    for (const scenario::Invariant& invariant : profile.invariants) {
      if (!contains(invariant.requirements, row.id)) continue;
      any = true;
      out << "    every test case of profile " << profile.id << ": " << invariant.check << "\n";
    }
  }
  for (const scenario::Examination& one : row.examinations) {
    any = true;
    out << "    the document register: " << one.kind << " " << canonical(one.arguments) << "\n";
  }
  if (any) return;
  if (row.exclusion) {
    out << "    nothing: " << row.exclusion->reason << "\n    (" << row.exclusion->reviewer << ", "
        << scenario::date_text(row.exclusion->date) << ")\n";
  } else if (row.phase != scenario::Phase::kBase) {
    out << "    nothing yet: it belongs to a later phase\n";
  } else {
    out << "    nothing yet: a gap in the coverage\n";
  }
}

void explain_requirement(const Suite& suite, const scenario::Requirement& row, std::ostream& out) {
  out << row.id << "  " << row.title << "\n  " << row.statement << "\n\n";
  for (const scenario::Obligation& obligation : suite.library.obligations) {
    if (!contains(obligation.requirements, row.id)) continue;
    out << "  obligation: Art. " << obligation.article << " (" << obligation.id << "), "
        << obligation.title << "\n";
  }
  for (const scenario::Citation& citation : row.citations) {
    const scenario::Document* document = suite.library.find_document(citation.document);
    out << "  source:     " << scenario::citations_text({citation})
        << (document != nullptr ? ", " + document->title : "") << "\n";
  }
  out << "  basis:      " << scenario::to_string(row.basis)
      << (row.concretisation ? ", the threshold or method is ours" : "")
      << "\n  voice:      " << scenario::to_string(row.voice)
      << "\n  modality:   " << scenario::to_string(row.modality) << "\n  binds:     ";
  for (const std::string& bound : row.binds) out << " " << bound;
  out << "\n  seats:     ";
  for (const std::string& seat : row.seats) out << " " << seat;
  out << "\n  phase:      " << scenario::to_string(row.phase)
      << "\n  method:     " << scenario::to_string(row.method) << "\n\n  judged by\n";
  print_judges(suite, row, out);
}

void explain_obligation(const Suite& suite, const scenario::Obligation& obligation,
                        std::ostream& out) {
  out << "Art. " << obligation.article << " (" << obligation.id << ")  " << obligation.title
      << "\n  " << obligation.statement << "\n\n  binds: the " << obligation.binds << "\n";
  for (const scenario::Service& service : suite.library.services) {
    const scenario::InForce force =
        scenario::in_force(suite.library, obligation, service.id, TimePoint::max());
    out << "  " << service.title << ": from " << scenario::date_text(*force.since)
        << (force.decision.empty() ? "" : ", extended by " + force.decision) << "\n";
  }
  out << "\n  requirements\n";
  for (const std::string& id : obligation.requirements) {
    const scenario::Requirement* row = suite.library.find_requirement(id);
    if (row == nullptr) continue;
    out << "  " << id << "  " << row->title << "\n";
    print_judges(suite, *row, out);
  }
}

void print_arguments(const std::vector<std::string_view>& required,
                     const std::vector<std::string_view>& optional, std::ostream& out) {
  for (const std::string_view name : required) out << "  argument " << name << "\n";
  for (const std::string_view name : optional) out << "  argument " << name << " (optional)\n";
}

void explain_check(const Suite& suite, const judge::CheckKind& kind, std::ostream& out) {
  out << kind.name << "\n  " << kind.summary << "\n  judged "
      << (kind.invariant ? "in every test case" : "where a scenario declares it") << "\n";
  print_arguments(kind.required, kind.optional, out);
  if (kind.invariant) {
    for (const scenario::Profile& profile : suite.library.profiles) {
      for (const scenario::Invariant& invariant : profile.invariants) {
        if (invariant.check != kind.name) continue;
        out << "  profile " << profile.id << ":";
        for (const std::string& id : invariant.requirements) out << " " << id;
        out << "\n";
      }
    }
    return;
  }
  out << "\n  declared by\n";
  for (const scenario::Scenario& scenario : suite.library.scenarios) {
    print_checks(
        scenario, [&](const scenario::Check& check) { return check.kind == kind.name; }, out);
  }
}

void explain_examination(const Suite& suite, const scenario::ExaminationKind& kind,
                         std::ostream& out) {
  out << kind.name << "\n  " << kind.summary << "\n  judged over the document register\n";
  print_arguments(kind.required, kind.optional, out);
  out << "\n  rows that name it\n";
  for (const scenario::Requirement& row : suite.library.requirements) {
    for (const scenario::Examination& one : row.examinations) {
      if (one.kind != kind.name) continue;
      out << "    " << row.id << " " << canonical(one.arguments) << "\n";
    }
  }
}

}  // namespace

bool explain_catalogue(const Suite& suite, const std::string& id, std::ostream& out) {
  const std::string article = id.starts_with("Art. ") ? id.substr(5) : id;
  if (const scenario::Requirement* row = suite.library.find_requirement(id)) {
    explain_requirement(suite, *row, out);
  } else if (const auto* obligation = suite.library.find_obligation(article)) {
    explain_obligation(suite, *obligation, out);
  } else if (const judge::CheckKind* kind = judge::find_check_kind(id)) {
    explain_check(suite, *kind, out);
  } else if (const auto* examination = scenario::find_examination_kind(id)) {
    explain_examination(suite, *examination, out);
  } else {
    return false;
  }
  return true;
}

std::vector<std::string> catalogue_ids(const Suite& suite) {
  std::vector<std::string> ids;
  for (const scenario::Requirement& row : suite.library.requirements) ids.push_back(row.id);
  for (const scenario::Obligation& one : suite.library.obligations) {
    ids.push_back(one.id);
    ids.push_back(one.article);
  }
  for (const judge::CheckKind& kind : judge::check_kinds()) ids.emplace_back(kind.name);
  for (const scenario::ExaminationKind& kind : scenario::examination_kinds()) {
    ids.emplace_back(kind.name);
  }
  return ids;
}

}  // namespace parley::cli
