#include "harness/judge/user_report.h"

#include <algorithm>

#include "harness/judge/other_end.h"
#include "harness/wire/operations.h"

namespace parley::judge {
namespace {

namespace op = wire::op;
using evidence::Direction;

// What passed between the gatekeeper's server and that user.
bool is_stanza(const Sightings& sightings, const Record& record, Direction direction,
               std::string_view user) {
  if (record.kind != "stanza") return false;
  const auto sighting = sightings.at_gatekeeper(record);
  return sighting && sighting->direction == direction && sighting->peer == user;
}

std::string_view id_of(const Record& stanza) {
  const json::object* node = get_object(stanza.facts, "node");
  const json::object* attributes = node == nullptr ? nullptr : get_object(*node, "attrs");
  if (attributes == nullptr) return {};
  return get_string(*attributes, "id").value_or(std::string_view());
}

const Record* answer_to(const CaseView& view, const Record& report, std::string_view user) {
  const Sightings sightings(view);
  for (const Record& record : view.records()) {
    if (record.seq < report.seq || !is_stanza(sightings, record, Direction::kOut, user)) continue;
    const std::string_view operation = get_string(record.facts, "operation").value_or("");
    const bool answers = operation == op::kMessageReportAnswer || operation == op::kServerError;
    if (answers && id_of(record) == id_of(report)) return &record;
  }
  return nullptr;
}

std::vector<std::string> selected_in(const StepView& step) {
  std::vector<std::string> ids;
  const json::object* arguments = step.arguments();
  const json::array* list = arguments == nullptr ? nullptr : get_array(*arguments, "messages");
  for (const json::value& id : list == nullptr ? json::array() : *list) {
    if (id.is_string()) ids.emplace_back(std::string_view(id.get_string()));
  }
  return ids;
}

}  // namespace

bool UserReport::selects(std::string_view id) const {
  return std::find(selected.begin(), selected.end(), id) != selected.end();
}

std::vector<UserReport> user_reports(const CaseView& view, const StepView& step) {
  std::vector<UserReport> reports;
  if (step.operation != "report" || step.begin == nullptr || step.end == nullptr) return reports;
  const Sightings sightings(view);
  for (const Record& record : view.records()) {
    if (record.seq < step.begin->seq || record.seq > step.end->seq) continue;
    if (!is_stanza(sightings, record, Direction::kIn, step.actor)) continue;
    if (get_string(record.facts, "operation") != op::kMessageReport) continue;
    reports.push_back({&step, &record, answer_to(view, record, step.actor), selected_in(step)});
  }
  return reports;
}

std::vector<UserReport> user_reports(const CaseView& view) {
  std::vector<UserReport> all;
  for (const StepView& step : view.steps()) {
    for (UserReport& report : user_reports(view, step)) all.push_back(std::move(report));
  }
  return all;
}

}  // namespace parley::judge
