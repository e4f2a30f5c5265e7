// Which of the gatekeeper's core platform services the actors of a test case belong to. Each
// service has a gatekeeper, hosts and users of its own; partners serve all.
#pragma once

#include <string_view>

#include "harness/judge/case_view.h"

namespace parley::judge {

/// "whatsapp", "messenger"; empty for a partner and for nobody of the cast. A user who names none
/// is of the only gatekeeper's service, or of WhatsApp.
std::string_view service_of(const CaseView& view, std::string_view actor);

/// The service's gatekeeper; empty where the cast has none.
std::string_view gatekeeper_of(const CaseView& view, std::string_view service);

/// The service of the other end of what the record shows, by its host or as the actor that it is;
/// empty where it is of none.
std::string_view service_of_peer(const CaseView& view, const Record& record);

/// The service that has a host of that name, as the mocks name their hosts; else empty.
std::string_view service_at(std::string_view host);

}  // namespace parley::judge
