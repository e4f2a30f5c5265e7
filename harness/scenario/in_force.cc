#include "harness/scenario/in_force.h"

#include <algorithm>

namespace parley::scenario {
namespace {

InForce from(TimePoint first_day, TimePoint as_of, const std::string& by) {
  InForce out;
  out.since = first_day;
  out.in_force = as_of >= first_day;
  if (!out.in_force) out.reason = "not in force before " + date_text(first_day) + " (" + by + ")";
  return out;
}

InForce of_the_law(const Library& library, const Requirement& requirement, const Service& service,
                   TimePoint as_of) {
  std::optional<InForce> first;
  for (const Obligation& obligation : library.obligations) {
    const auto& ids = obligation.requirements;
    if (std::find(ids.begin(), ids.end(), requirement.id) == ids.end()) continue;
    InForce one = in_force(library, obligation, service.id, as_of);
    if (!first || one.since < first->since) first = std::move(one);
  }
  // A row of groups or calls is not due before its functions, whatever general duty it serves.
  const InForce functions =
      from(service.due[static_cast<std::size_t>(requirement.phase)], as_of,
           std::string(to_string(requirement.phase)) + " functions, " + service.title);
  if (!first || (requirement.phase != Phase::kBase && first->since < functions.since)) {
    return functions;
  }
  return *first;
}

InForce of_the_offer(const Library& library, const Requirement& requirement, const Service& service,
                     TimePoint as_of) {
  InForce out = from(service.reference_offer, as_of, "reference offer for " + service.title);
  for (const Citation& citation : requirement.citations) {
    if (citation.version.empty()) continue;
    const Document* document = library.find_document(citation.document);
    const DocumentVersion* version =
        document == nullptr ? nullptr : document->find_version(citation.version);
    if (version == nullptr || !version->date || version->date <= out.since) continue;
    out = from(*version->date, as_of, citation.document + " " + citation.version);
  }
  return out;
}

}  // namespace

std::string date_text(TimePoint date) { return utc_text(date).substr(0, 10); }

InForce in_force(const Library& library, const Obligation& obligation, std::string_view service_id,
                 TimePoint as_of) {
  const Service* service = library.find_service(service_id);
  if (service == nullptr) return {};
  const std::string article = "Art. " + obligation.article + ", " + service->title;
  InForce out = from(service->due[static_cast<std::size_t>(obligation.phase)], as_of, article);
  for (const Extension& extension : library.extensions) {
    const bool counts = extension.obligation == obligation.id && extension.service == service_id &&
                        !extension.decision.empty() && extension.until > *out.since;
    if (!counts) continue;
    out = from(extension.until, as_of, article + ", extended by " + extension.decision);
    out.decision = extension.decision;
  }
  return out;
}

InForce in_force(const Library& library, const Requirement& requirement,
                 std::string_view service_id, TimePoint as_of) {
  const Service* service = library.find_service(service_id);
  if (service == nullptr || requirement.voice == Voice::kAdvisory) return {};
  return requirement.voice == Voice::kLaw ? of_the_law(library, requirement, *service, as_of)
                                          : of_the_offer(library, requirement, *service, as_of);
}

}  // namespace parley::scenario
