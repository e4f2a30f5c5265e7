#include "harness/cli/served_places.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iterator>

#include "harness/cli/console_line.h"
#include "mocks/cast/hosts.h"
#include "mocks/gatekeeper/enlistment.h"

namespace parley::cli {
namespace {

void add_service(const mocks::ServiceHosts& hosts, std::vector<ServedPlace>& out) {
  const std::string before = out.empty() ? "" : std::string(hosts.service) + "-";
  out.push_back({before + "enlistment", hosts.enlistment, "https",
                 std::string(mocks::gatekeeper::kEnlistmentPath)});
  out.push_back({before + "chat", hosts.chat, "tcp", ""});
  out.push_back({before + "web-chat", hosts.web_chat, "wss", std::string(mocks::kWebChatPath)});
  out.push_back({before + "media", hosts.media, "https", ""});
  out.push_back({before + "jwks", hosts.keys, "https", std::string(mocks::kGatekeeperKeysPath)});
}

std::string variable_name(std::string_view text) {
  std::string out = "PARLEY_";
  for (const char c : text) {
    const bool small = c >= 'a' && c <= 'z';
    const bool other = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    out += small ? static_cast<char>(c - 'a' + 'A') : other ? c : '_';
  }
  return out;
}

std::string port_of(std::string_view reached_at) {
  return std::string(reached_at.substr(reached_at.rfind(':') + 1));
}

// A shell takes everything between single quotes as it is, but for a single quote.
std::string shell_quoted(std::string_view value) {
  const bool plain = !value.empty() && std::ranges::all_of(value, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_./:@-").find(c) != std::string_view::npos;
  });
  if (plain) return std::string(value);
  std::string out = "'";
  for (const char c : value) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// What curl's --resolve wants.
std::string resolve_of(const StandingPlace& place) {
  const std::string port = port_of(place.reached_at);
  return place.address.host + ":" + port + ":" +
         place.reached_at.substr(0, place.reached_at.size() - port.size() - 1);
}

void add_people(const mocks::Cast& cast, Variables& out) {
  for (const mocks::PartnerSettings& partner : cast.partners) {
    const std::string name = variable_name(partner.id);
    out.emplace_back(name + "_ISSUER", mocks::partner_base_url(partner.id));
    out.emplace_back(name + "_INTEGRATOR", std::to_string(partner.integrator));
  }
  for (const mocks::PartnerUserSettings& user : cast.partner_users) {
    out.emplace_back(variable_name(user.id) + "_IDENTIFIER", user.identifier);
  }
  for (const mocks::WhatsappUserSettings& user : cast.whatsapp_users) {
    out.emplace_back(variable_name(user.id) + "_NUMBER", user.number);
  }
}

}  // namespace

std::vector<ServedPlace> places_of(const mocks::Cast& cast, ServedSide side) {
  std::vector<ServedPlace> out;
  if (side == ServedSide::kGatekeeper) {
    for (const mocks::GatekeeperSettings& one : cast.gatekeepers) {
      add_service(*mocks::find_service_hosts(one.service), out);
    }
    return out;
  }
  for (const mocks::PartnerSettings& partner : cast.partners) {
    out.push_back({partner.id, mocks::partner_host(partner.id), "https",
                   std::string(mocks::kPartnerKeysPath)});
    if (!partner.proxy) continue;
    for (const mocks::GatekeeperSettings& one : cast.gatekeepers) {
      const mocks::ServiceHosts& hosts = *mocks::find_service_hosts(one.service);
      const bool first = &one == &cast.gatekeepers.front();
      out.push_back({partner.id + "-proxy" + (first ? "" : "-" + one.service),
                     mocks::partner_proxy_host(partner.id, hosts), "tcp", ""});
    }
  }
  return out;
}

std::string StandingPlace::url() const {
  if (scheme == "tcp") return {};
  return scheme + "://" + address.host + ":" + port_of(reached_at) + path;
}

Variables environment_of(const Standing& standing, const mocks::Cast& cast) {
  Variables out = {{"PARLEY_SIDE", std::string(to_string(standing.side))},
                   {"PARLEY_SEED", std::to_string(standing.seed)},
                   {"PARLEY_CA_FILE", standing.ca_file},
                   {"PARLEY_NOISE_ROOT", standing.noise_root}};
  for (const StandingPlace& place : standing.places) {
    const std::string name = variable_name(place.name);
    out.emplace_back(name + "_HOST", place.address.host);
    out.emplace_back(name + "_ADDRESS", place.reached_at);
    if (place.scheme == "tcp") continue;
    out.emplace_back(name + "_URL", place.url());
    out.emplace_back(name + "_RESOLVE", resolve_of(place));
  }
  out.emplace_back("PARLEY_TOKEN_AUDIENCE", mocks::token_audience(cast.hosts()));
  add_people(cast, out);
  if (!standing.admin.empty()) out.emplace_back("PARLEY_ADMIN_URL", standing.admin);
  return out;
}

std::string environment_text(const Variables& variables) {
  std::string out = "# Written by parley serve; true for as long as it stands by.\n";
  for (const auto& [name, value] : variables) out += name + "=" + shell_quoted(value) + "\n";
  return out;
}

std::string announcement(const Standing& standing, const ServedCast& cast) {
  std::string out = fmt::format("parley serve: the mock {} stands by (seed {})\n{}\n\n",
                                to_string(standing.side), standing.seed, terminal_text(cast.title));
  std::size_t width = 0;
  for (const StandingPlace& place : standing.places) width = std::max(width, place.name.size());
  for (const StandingPlace& place : standing.places) {
    fmt::format_to(std::back_inserter(out), "  {:<{}}  {} -> {}", place.name, width,
                   place.address.text(), place.reached_at);
    if (!place.url().empty()) out += "  " + place.url();
    out += "\n";
  }
  fmt::format_to(std::back_inserter(out),
                 "\n  Noise root public key  {}\n  CA certificate         {}\n",
                 standing.noise_root, terminal_text(standing.ca_file));
  if (!standing.admin.empty()) {
    fmt::format_to(std::back_inserter(out),
                   "  admin endpoint         {}\n  admin token            {}\n", standing.admin,
                   standing.admin_token);
  }
  std::string others;
  for (const driver::ActorSpec& actor : cast.actors) {
    if (!plays(standing.side, actor.kind)) others += (others.empty() ? "" : ", ") + actor.id;
  }
  if (!others.empty()) out += "\nthe product's: " + others + "\n";
  for (const std::string& step : cast.left_to_others) {
    out += "left to the product: " + terminal_text(step) + "\n";
  }
  return out;
}

json::object announcement_json(const Standing& standing, const Variables& variables) {
  json::array places;
  for (const StandingPlace& place : standing.places) {
    places.push_back({{"name", place.name},
                      {"host", place.address.host},
                      {"port", place.address.port},
                      {"reached_at", place.reached_at},
                      {"url", place.url()}});
  }
  json::object environment;
  for (const auto& [name, value] : variables) environment[name] = value;
  json::object out = {{"serving", to_string(standing.side)},
                      {"seed", standing.seed},
                      {"places", std::move(places)},
                      {"environment", std::move(environment)}};
  if (!standing.admin.empty()) out["admin_token"] = standing.admin_token;
  return out;
}

}  // namespace parley::cli
