#include "reports/oscal.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

#include "reports/oscal_common.h"
#include "reports/plain_text.h"
#include "reports/uuid.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

json::object control_of(const judge::RequirementResult& row) {
  const std::string id = oscal_token(row.id);
  json::array properties;
  properties.push_back(oscal_property("modality", judge::to_string(row.modality)));
  properties.push_back(oscal_property("method", row.method));
  properties.push_back(oscal_property("basis", judge::to_string(row.basis)));
  properties.push_back(oscal_property("source", row.clause));
  properties.push_back(oscal_property("binds", row.bound));
  const std::string statement = row.statement.empty() ? row.title : row.statement;
  json::array parts;
  parts.push_back(
      json::object{{"id", id + "_smt"}, {"name", "statement"}, {"prose", oscal_line(statement)}});
  parts.push_back(
      json::object{{"id", id + "_obj"},
                   {"name", "assessment-objective"},
                   {"prose", "Determine whether the following holds: " + oscal_line(statement)}});
  return {{"id", id},
          {"title", oscal_line(row.title.empty() ? row.id : row.title)},
          {"props", std::move(properties)},
          {"parts", std::move(parts)}};
}

}  // namespace

std::string render_oscal_catalog(const judge::RunResult& result) {
  std::set<std::string> placed;
  json::array groups;
  for (const judge::ObligationResult& obligation : result.obligations) {
    json::array controls;
    for (const judge::RequirementResult& row : result.requirements) {
      const auto& ids = obligation.requirements;
      if (std::ranges::find(ids, row.id) == ids.end() || !placed.insert(row.id).second) continue;
      controls.push_back(control_of(row));
    }
    json::object group{{"id", oscal_token(obligation.id)},
                       {"class", "obligation"},
                       {"title", oscal_line(obligation.clause + " " + obligation.title)}};
    if (!controls.empty()) group["controls"] = std::move(controls);
    groups.push_back(std::move(group));
  }
  json::array others;
  for (const judge::RequirementResult& row : result.requirements) {
    if (!placed.contains(row.id)) others.push_back(control_of(row));
  }
  json::object catalog{{"uuid", name_uuid(result.run.id + " catalog")},
                       {"metadata", oscal_metadata(result, "Requirement catalogue of the profile " +
                                                               result.run.profile_id)}};
  if (!groups.empty()) catalog["groups"] = std::move(groups);
  if (!others.empty()) catalog["controls"] = std::move(others);
  return oscal_document("catalog", std::move(catalog));
}

std::string render_oscal_plan(const judge::RunResult& result) {
  const std::string tested = name_uuid(result.run.id + " who is tested");
  json::array resources;
  resources.push_back(json::object{{"uuid", tested},
                                   {"title", "Who is tested"},
                                   {"description", oscal_line(under_test(result.run))}});
  resources.push_back(
      json::object{{"uuid", name_uuid(result.run.id + " catalog resource")},
                   {"title", "Requirement catalogue"},
                   {"rlinks", json::array{json::object{{"href", kOscalCatalogFile}}}}});
  return oscal_document(
      "assessment-plan",
      {{"uuid", name_uuid(result.run.id + " plan")},
       {"metadata", oscal_metadata(result, "Test plan of the run " + result.run.id)},
       {"import-ssp", {{"href", "#" + tested}}},
       {"reviewed-controls", oscal_reviewed_controls(result)},
       {"back-matter", {{"resources", std::move(resources)}}}});
}

}  // namespace parley::reports
