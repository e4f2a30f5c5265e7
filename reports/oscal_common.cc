#include "reports/oscal_common.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "reports/plain_text.h"

namespace parley::reports {
namespace {

json::array control_ids(const judge::RunResult& result, bool applicable) {
  json::array out;
  for (const judge::RequirementResult& row : result.requirements) {
    const bool applies = row.status != judge::RequirementStatus::kNotApplicable;
    if (applies == applicable) out.push_back(json::object{{"control-id", oscal_token(row.id)}});
  }
  return out;
}

}  // namespace

json::object oscal_property(std::string_view name, std::string_view value) {
  return {{"name", name}, {"ns", kOscalNamespace}, {"value", oscal_line(value)}};
}

std::string oscal_line(std::string_view text) {
  const std::string line = one_line(text);
  const std::size_t first = line.find_first_not_of(' ');
  if (first == std::string::npos) return "-";
  return line.substr(first, line.find_last_not_of(' ') - first + 1);
}

std::string oscal_token(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool other = (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    if (out.empty() && !letter) out = "x";
    out += letter || other ? c : '-';
  }
  return out.empty() ? "x" : out;
}

json::object oscal_metadata(const judge::RunResult& result, std::string_view title) {
  json::array properties;
  properties.push_back(
      oscal_property("harness", result.run.harness_name + " " + result.run.harness_version));
  properties.push_back(oscal_property("catalogue-sha256", result.run.catalogue_digest));
  return {{"title", oscal_line(title)},
          {"last-modified", utc_text(result.run.ended)},
          {"version", oscal_line(result.run.profile_version)},
          {"oscal-version", "1.1.3"},
          {"props", std::move(properties)},
          {"remarks", kWhatItIs}};
}

json::object oscal_reviewed_controls(const judge::RunResult& result) {
  json::object selection;
  if (json::array ids = control_ids(result, true); !ids.empty()) {
    selection["include-controls"] = std::move(ids);
  }
  if (json::array ids = control_ids(result, false); !ids.empty()) {
    selection["exclude-controls"] = std::move(ids);
    selection["remarks"] = "Excluded: not in force or not applicable on " +
                           (result.run.as_of.empty() ? "that day" : result.run.as_of) + ".";
  }
  json::array selections;
  selections.push_back(std::move(selection));
  return {{"control-selections", std::move(selections)}};
}

std::string oscal_document(std::string_view name, json::object document) {
  json::object out;
  out[name] = std::move(document);
  return canonical(out) + "\n";
}

}  // namespace parley::reports
