#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <vector>

#include "harness/judge/waivers.h"
#include "reports/oscal.h"
#include "reports/oscal_common.h"
#include "reports/plain_text.h"
#include "reports/uuid.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

class Results {
 public:
  explicit Results(const judge::RunResult& result) : result_(result) {
    for (const judge::CaseResult& one : result.cases) {
      if (one.verdict) observe(one);
    }
    for (const judge::ExaminationResult& one : result.examinations) observe(one);
    for (const judge::Waiver& one : result.waivers) {
      if (one.state == judge::WaiverState::kApplied) accept(one);
    }
    for (const judge::RequirementResult& row : result.requirements) {
      if (row.status != judge::RequirementStatus::kNotApplicable) find(row);
    }
  }

  json::object take() && {
    const judge::RunInfo& run = result_.run;
    json::array properties;
    properties.push_back(oscal_property("statement", judge::to_string(result_.statement)));
    properties.push_back(oscal_property("verdict", judge::to_string(result_.verdict)));
    properties.push_back(oscal_property("mode", judge::to_string(run.mode)));
    properties.push_back(oscal_property("state", judge::to_string(run.state)));
    properties.push_back(oscal_property("run-id", run.id));
    properties.push_back(oscal_property("seed", std::to_string(run.seed)));
    properties.push_back(oscal_property("network", run.network));
    json::object out{
        {"uuid", name_uuid(run.id + " result")},
        {"title", oscal_line("Run " + run.id)},
        {"description", oscal_line(statement_sentence(result_) + " " + under_test(run))},
        {"start", utc_text(run.started)},
        {"end", utc_text(run.ended)},
        {"props", std::move(properties)},
        {"reviewed-controls", oscal_reviewed_controls(result_)}};
    if (!observations_.empty()) out["observations"] = std::move(observations_);
    if (!risks_.empty()) out["risks"] = std::move(risks_);
    if (!findings_.empty()) out["findings"] = std::move(findings_);
    return out;
  }

 private:
  std::string observation_of(std::string_view what) const {
    return name_uuid(result_.run.id + " observation " + std::string(what));
  }
  std::string risk_of(std::string_view waiver) const {
    return name_uuid(result_.run.id + " risk " + std::string(waiver));
  }

  std::string remarks_of(const judge::CaseResult& one) const {
    std::string out;
    for (const judge::CheckResult& check : one.checks) {
      const std::string note = notes(result_, one.id, check);
      if (check.finding.verdict == judge::Verdict::kPass && note.empty()) continue;
      out += check.id + ": " + std::string(word(check.finding.verdict)) + " (" +
             check.finding.code + "), " + expected_and_seen(check.finding) +
             "; blamed: " + blamed(check.finding) + (note.empty() ? "" : "; note: " + note) + "\n";
    }
    if (!one.engine_error.empty()) out += "stopped: " + one_line(one.engine_error) + "\n";
    return out;
  }

  void observe(const judge::CaseResult& one) {
    json::array properties;
    properties.push_back(oscal_property("verdict", judge::to_string(*one.verdict)));
    for (const std::string& name : surrogates_of(one)) {
      properties.push_back(oscal_property("surrogate", name));
    }
    json::array evidence;
    evidence.push_back(json::object{{"href", "transcript.jsonl"},
                                    {"description", oscal_line(counted(one.records, "record") +
                                                               " of the test case " + one.id)}});
    json::object out{{"uuid", observation_of(one.id)},
                     {"title", oscal_line(one.id)},
                     {"description", oscal_line(one.title + ": verdict " +
                                                std::string(judge::to_string(*one.verdict)))},
                     {"methods", json::array{"TEST"}},
                     {"types", json::array{"control-objective"}},
                     {"collected", utc_text(one.started + one.duration)},
                     {"props", std::move(properties)},
                     {"relevant-evidence", std::move(evidence)}};
    if (std::string remarks = remarks_of(one); !remarks.empty()) out["remarks"] = remarks;
    observations_.push_back(std::move(out));
  }

  void observe(const judge::ExaminationResult& one) {
    json::array properties;
    properties.push_back(oscal_property("verdict", judge::to_string(one.finding.verdict)));
    json::array evidence;
    for (const judge::DocumentReference& document : one.documents) {
      evidence.push_back(json::object{
          {"description",
           oscal_line(document.document + ", " + document.date + ", sha256 " + document.digest)}});
    }
    json::object out{{"uuid", observation_of(one.id)},
                     {"title", oscal_line(one.id)},
                     {"description", oscal_line(expected_and_seen(one.finding))},
                     {"methods", json::array{"EXAMINE"}},
                     {"types", json::array{"control-objective"}},
                     {"collected", utc_text(result_.run.started)},
                     {"props", std::move(properties)}};
    if (!evidence.empty()) out["relevant-evidence"] = std::move(evidence);
    observations_.push_back(std::move(out));
  }

  void accept(const judge::Waiver& one) {
    json::array properties;
    properties.push_back(oscal_property("waiver", one.id));
    properties.push_back(oscal_property("owner", one.owner));
    risks_.push_back(
        json::object{{"uuid", risk_of(one.id)},
                     {"title", oscal_line("Waiver " + one.id)},
                     {"description", oscal_line(one.requirement + ": " + one.finding + " of " +
                                                one.check_id + " in " + one.case_id)},
                     {"statement", oscal_line(one.reason)},
                     {"status", "deviation-approved"},
                     {"deadline", one.expires + "T23:59:59Z"},
                     {"props", std::move(properties)}});
  }

  static std::pair<const char*, const char*> state_of(judge::RequirementStatus status) {
    switch (status) {
      case judge::RequirementStatus::kSatisfied:
        return {"satisfied", "pass"};
      case judge::RequirementStatus::kNotSatisfied:
      case judge::RequirementStatus::kSatisfiedWithWaiver:
        return {"not-satisfied", "fail"};
      default:
        return {"not-satisfied", "other"};
    }
  }

  // The observations that speak to a row, each once.
  json::array related(const judge::RequirementResult& row) const {
    std::vector<std::string> names;
    for (const judge::CheckReference& reference : row.checks) {
      if (!reference.verdict) continue;  // of a case that was not executed
      const std::string& name =
          reference.case_id == judge::kRegister ? reference.check_id : reference.case_id;
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
    json::array out;
    for (const std::string& name : names) {
      out.push_back(json::object{{"observation-uuid", observation_of(name)}});
    }
    return out;
  }

  void find(const judge::RequirementResult& row) {
    const auto [state, reason] = state_of(row.status);
    json::array properties;
    properties.push_back(oscal_property("status", judge::to_string(row.status)));
    properties.push_back(oscal_property("disposition", judge::to_string(row.disposition)));
    properties.push_back(oscal_property("basis", judge::to_string(row.basis)));
    std::string description = std::string(word(row.status));
    if (!row.reason.empty()) description += ": " + row.reason;
    if (!caveat(row.basis).empty()) description += "; " + std::string(caveat(row.basis));
    json::object out{{"uuid", name_uuid(result_.run.id + " finding " + row.id)},
                     {"title", oscal_line(row.id + " " + row.title)},
                     {"description", oscal_line(description)},
                     {"target",
                      {{"type", "objective-id"},
                       {"target-id", oscal_token(row.id) + "_obj"},
                       {"status", {{"state", state}, {"reason", reason}}}}},
                     {"props", std::move(properties)}};
    if (json::array list = related(row); !list.empty()) {
      out["related-observations"] = std::move(list);
    }
    json::array risks;
    for (const std::string& id : row.waivers) {
      risks.push_back(json::object{{"risk-uuid", risk_of(id)}});
    }
    if (!risks.empty()) out["related-risks"] = std::move(risks);
    findings_.push_back(std::move(out));
  }

  const judge::RunResult& result_;
  json::array observations_;
  json::array risks_;
  json::array findings_;
};

}  // namespace

std::string render_oscal_results(const judge::RunResult& result) {
  json::array results;
  results.push_back(Results(result).take());
  return oscal_document(
      "assessment-results",
      {{"uuid", name_uuid(result.run.id + " results")},
       {"metadata", oscal_metadata(result, "Test results of the run " + result.run.id)},
       {"import-ap", {{"href", kOscalPlanFile}}},
       {"results", std::move(results)}});
}

}  // namespace parley::reports
