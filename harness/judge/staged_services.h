// For tests: a made-up test case of two services, WhatsApp with alice and Messenger with anna, and
// a partner acme whose users bob and rob are one person, enlisted at both.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/judge/staged_case.h"

namespace parley::judge {

inline StagedCase two_services(std::vector<std::string> iut = {}) {
  StagedCase staged({}, false);
  const auto user = [](std::string_view kind, std::string_view service) {
    return json::object{{"kind", kind}, {"service", service}};
  };
  json::object facts = {{"case", "staged"}, {"matrix", json::object{}}};
  // Who does not say which service it is, is WhatsApp's.
  facts["actors"] = {{"wa", {{"kind", "gatekeeper"}}},
                     {"me", user("gatekeeper", "messenger")},
                     {"alice", {{"kind", "whatsapp-user"}}},
                     {"anna", user("whatsapp-user", "messenger")},
                     {"acme", {{"kind", "partner"}}},
                     {"bob", {{"kind", "partner-user"}, {"of", "acme"}}},
                     {"rob", user("partner-user", "messenger")}};
  if (!iut.empty()) facts["iut"] = texts(iut);
  staged.step_record("case.begin", std::move(facts));
  return staged;
}

}  // namespace parley::judge
