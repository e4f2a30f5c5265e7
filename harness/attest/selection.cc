#include "harness/attest/selection.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "harness/base/encoding.h"
#include "harness/base/json_members.h"
#include "harness/crypto/hash.h"

namespace parley::attest {
namespace {

constexpr std::size_t kMaxFilters = 1000;
constexpr std::size_t kMaxFilter = 512;
constexpr JsonLimits kLimits{.bytes = 1024 * 1024, .depth = 4};

// The reverse of Filter::text().
Result<scenario::Filter> read_filter(std::string_view text) {
  using Kind = scenario::Filter::Kind;
  if (!text.starts_with("--")) return scenario::parse_filter(text);
  const std::string_view pattern = text.substr(std::min(text.find(' '), text.size() - 1) + 1);
  for (const Kind kind : {Kind::kTag, Kind::kRequirement, Kind::kClause, Kind::kSeat, Kind::kPhase,
                          Kind::kMilestone}) {
    if (scenario::Filter{kind, std::string(pattern), true}.text() != text) continue;
    return scenario::make_filter(kind, pattern, true);
  }
  return make_error(ErrorCode::kInvalid, "there is no such filter: \"" + std::string(text) + "\"");
}

}  // namespace

std::string selection_text(const scenario::Plan& plan) {
  json::array filters;
  for (const std::string& filter : plan.filters) filters.push_back(json::string(filter));
  json::object out{{"filters", std::move(filters)}, {"profile", plan.profile->id}};
  if (plan.claim.stated()) out["ics"] = scenario::to_json(plan.claim);
  return canonical(out) + "\n";
}

Result<scenario::Plan> plan_of_selection(std::string_view text, const scenario::Library& library) {
  const std::string name(kSelectionFile);
  PARLEY_ASSIGN(const json::value value, parse_json(text, name, kLimits));
  PARLEY_ASSIGN(JsonMembers members, JsonMembers::of(value, name));
  PARLEY_ASSIGN(const std::string profile, members.text("profile", kMaxFilter));
  PARLEY_ASSIGN(const json::array* items, members.array("filters", kMaxFilters));
  std::vector<scenario::Filter> filters;
  for (const json::value& item : *items) {
    PARLEY_ASSIGN(const std::string filter, text_of(item, members.where("filters"), kMaxFilter));
    PARLEY_ASSIGN(scenario::Filter read, read_filter(filter));
    filters.push_back(std::move(read));
  }
  scenario::Claim claim;
  if (members.has("ics")) {
    PARLEY_TRY(members.object("ics"));
    PARLEY_ASSIGN(claim, scenario::claim_from_json(value.at("ics"), members.where("ics")));
  }
  PARLEY_TRY(members.end());
  PARLEY_ASSIGN(scenario::Plan plan, scenario::make_plan(library, profile, filters, claim));
  if (selection_text(plan) != text) {
    return make_error(ErrorCode::kInvalid, "is not written as this version writes it", name);
  }
  return plan;
}

std::string plan_digest(const scenario::Plan& plan) {
  return hex(crypto::sha256(as_bytes(canonical(scenario::to_json(plan)))));
}

}  // namespace parley::attest
