#include "mocks/cast/service_hosts.h"

#include <algorithm>
#include <array>

namespace parley::mocks {

// A name that looks like one of WhatsApp's resolves inside the World only. Messenger's real hosts
// for third parties are not public: its names are surrogates of a domain that is reserved for
// tests. The ports of the two chat hosts differ, so that one proxy can serve both.
std::span<const ServiceHosts> service_hosts() {
  static const std::array<ServiceHosts, 2> kServices = {{
      {kWhatsapp,
       {"v.whatsapp.net", 443},
       {"chat.whatsapp.net", 5222},
       {"web.whatsapp.net", 443},
       {"mmg.whatsapp.net", 443},
       {"whatsapp.com", 443},
       "egress.whatsapp.net",
       "WHATSAPP"},
      {"messenger",
       {"enlistment.messenger.test", 443},
       {"chat.messenger.test", 5223},
       {"web.messenger.test", 443},
       {"media.messenger.test", 443},
       {"keys.messenger.test", 443},
       "egress.messenger.test",
       "MESSENGER"},
  }};
  return kServices;
}

const ServiceHosts* find_service_hosts(std::string_view service) {
  const auto found = std::ranges::find(service_hosts(), service, &ServiceHosts::service);
  return found == service_hosts().end() ? nullptr : &*found;
}

const ServiceHosts& whatsapp_hosts() { return service_hosts().front(); }

std::string token_audience(const ServiceHosts& hosts) { return "https://" + hosts.enlistment.host; }

}  // namespace parley::mocks
