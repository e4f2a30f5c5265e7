#include "harness/judge/service_view.h"

#include <array>
#include <string>
#include <vector>

namespace parley::judge {
namespace {

constexpr std::string_view kUsualService = "whatsapp";

struct Domain {
  std::string_view name;
  std::string_view service;
};
// Where the services live in every World; mocks/cast/service_hosts.cc gives them these names.
constexpr std::array<Domain, 3> kDomains{{{".whatsapp.net", kUsualService},
                                          {"whatsapp.com", kUsualService},
                                          {".messenger.test", "messenger"}}};

std::string_view said_by(const json::object& actor) {
  return get_string(actor, "service").value_or(std::string_view());
}

std::string_view service_of_gatekeeper(const json::object& actor) {
  const std::string_view said = said_by(actor);
  return said.empty() ? kUsualService : said;
}

}  // namespace

std::string_view service_of(const CaseView& view, std::string_view actor) {
  const json::object* facts = view.actor(actor);
  const std::string_view kind =
      facts == nullptr ? "partner" : get_string(*facts, "kind").value_or("partner");
  if (kind == "partner") return {};
  if (kind == "gatekeeper") return service_of_gatekeeper(*facts);
  if (!said_by(*facts).empty()) return said_by(*facts);
  const std::vector<std::string_view> gatekeepers = view.actors_of_kind("gatekeeper");
  return gatekeepers.size() == 1 ? service_of_gatekeeper(*view.actor(gatekeepers.front()))
                                 : kUsualService;
}

std::string_view gatekeeper_of(const CaseView& view, std::string_view service) {
  for (const std::string_view id : view.actors_of_kind("gatekeeper")) {
    if (service_of_gatekeeper(*view.actor(id)) == service) return id;
  }
  return {};
}

std::string_view service_of_peer(const CaseView& view, const Record& record) {
  const std::string_view by_host = service_at(record.peer);
  return by_host.empty() ? service_of(view, record.peer) : by_host;
}

std::string_view service_at(std::string_view host) {
  for (const Domain& domain : kDomains) {
    if (host.ends_with(domain.name)) return domain.service;
  }
  return {};
}

}  // namespace parley::judge
