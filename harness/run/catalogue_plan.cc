#include "harness/run/catalogue_plan.h"

#include <utility>

#include "harness/judge/examine.h"
#include "harness/scenario/account.h"
#include "harness/scenario/in_force.h"

namespace parley::run {
namespace {

judge::Modality modality_of(scenario::Modality modality) {
  switch (modality) {
    case scenario::Modality::kMust:
      return judge::Modality::kMust;
    case scenario::Modality::kShould:
      return judge::Modality::kShould;
    case scenario::Modality::kMay:
      return judge::Modality::kMay;
  }
  return judge::Modality::kMust;
}

// A requirement that we inferred rests on our own design until a partner's private overlay says
// more.
judge::Basis basis_of(scenario::Basis basis) {
  return basis == scenario::Basis::kInference ? judge::Basis::kNativeDerived
                                              : judge::Basis::kPublic;
}

judge::RequirementPlan row_plan(const scenario::RowAccount& account) {
  const scenario::Requirement& requirement = *account.row;
  judge::RequirementPlan row;
  row.id = requirement.id;
  row.title = requirement.title;
  row.statement = requirement.statement;
  row.clause = requirement.source;
  row.voice = std::string(scenario::to_string(requirement.voice));
  row.mark = std::string(scenario::to_string(requirement.basis));
  row.phase = std::string(scenario::to_string(requirement.phase));
  row.binds = requirement.binds;
  row.modality = modality_of(requirement.modality);
  row.basis = basis_of(requirement.basis);
  row.method = std::string(scenario::to_string(requirement.method));
  row.coverage = account.coverage;
  row.reason = account.reason;
  row.unclaimed = account.unclaimed;
  if (account.in_force.since) row.since = scenario::date_text(*account.in_force.since);
  return row;
}

judge::ObligationPlan obligation_plan(const scenario::Library& library,
                                      const scenario::Obligation& obligation,
                                      const std::string& service, TimePoint as_of) {
  const scenario::InForce force = scenario::in_force(library, obligation, service, as_of);
  judge::ObligationPlan out{obligation.id, "Art. " + obligation.article, obligation.title,
                            obligation.requirements, std::string(judge::side_of(obligation.binds))};
  out.in_force = force.in_force;
  if (force.since) out.since = scenario::date_text(*force.since);
  out.decision = force.decision;
  out.reason = force.reason;
  return out;
}

}  // namespace

CataloguePlan catalogue_plan(const scenario::Library& library, const scenario::Plan& plan,
                             TimePoint as_of) {
  CataloguePlan out;
  for (const scenario::RowAccount& account : scenario::account(library, plan, as_of)) {
    out.requirements.push_back(row_plan(account));
  }
  for (const scenario::Obligation& obligation : library.obligations) {
    out.obligations.push_back(obligation_plan(library, obligation, plan.profile->service, as_of));
  }
  return out;
}

std::vector<judge::ExaminationResult> examine_rows(
    const scenario::Library& library, const scenario::Plan& plan, const CataloguePlan& rows,
    std::span<const scenario::RegisterEntry> documents, TimePoint as_of) {
  std::vector<judge::ExaminationResult> out;
  for (const judge::RequirementPlan& plan_row : rows.requirements) {
    const scenario::Requirement* row = library.find_requirement(plan_row.id);
    const bool judged = plan_row.coverage == scenario::Coverage::kExamined ||
                        plan_row.coverage == scenario::Coverage::kChecked;
    if (row == nullptr || !judged || !plan.selection.has(*row)) continue;
    for (judge::ExaminationResult& one :
         judge::examine(library, *row, documents, plan.profile->service, as_of)) {
      out.push_back(std::move(one));
    }
  }
  return out;
}

void describe_plan(judge::RunInfo& info, const scenario::Plan& plan) {
  info.profile_id = plan.profile->id;
  info.profile_version = plan.profile->version;
  info.service = plan.profile->service;
  info.as_of = scenario::date_text(info.started);
  info.ics.clear();
  for (const scenario::ClaimAnswer& one : plan.claim.answers) {
    info.ics.push_back({one.group, one.name, one.claimed});
  }
}

}  // namespace parley::run
