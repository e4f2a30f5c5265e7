#include "harness/cli/serve_run_file.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include "harness/cli/name_lookup.h"
#include "harness/cli/run_file_keys.h"
#include "harness/cli/standing_endpoints.h"
#include "harness/net/outside.h"

namespace parley::cli {
namespace {

constexpr Duration kPatience = std::chrono::seconds(5);
constexpr std::array<std::string_view, 4> kUsedKeys{"seed", "trust", "wire_overlays", "scenarios"};

bool used(const RunFileKey& key) {
  return key.name == "addresses" || std::ranges::find(kUsedKeys, key.name) != kUsedKeys.end();
}

// What it says and a session does without.
std::vector<std::string> without_use(const RunFile& file) {
  std::vector<std::string> out;
  for (const RunFileKey& key : run_file_keys()) {
    if (!used(key) && is_stated(file, key)) out.emplace_back(key.name);
  }
  if (file.claim.stated()) out.emplace_back("ics");
  const auto has = [&file](std::string_view group) {
    return std::ranges::any_of(file.ixit,
                               [&](const auto& one) { return one.name.starts_with(group); });
  };
  for (const std::string_view group : {"timers", "timeouts"}) {
    if (has(std::string(group) + ".")) out.push_back("ixit." + std::string(group));
  }
  if (!file.accounts.empty()) out.emplace_back("ixit.accounts");
  return out;
}

std::string quoted(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "\"" : ", \"") + word + "\"";
  return out;
}

// The side that is not the products'; nullopt without any.
Result<std::optional<ServedSide>> side_of(const RunFile& file) {
  std::optional<ServedSide> out;
  for (const RunFileSeat& seat : file.seats) {
    const bool partners = seat.seat.starts_with("partner");
    const ServedSide mocks = partners ? ServedSide::kGatekeeper : ServedSide::kPartner;
    if (out && *out != mocks) {
      return make_error(
          ErrorCode::kInvalid,
          "products of both sides have seats in it; say with --as whom the mocks play",
          file.name + ": seats");
    }
    out = mocks;
  }
  return out;
}

// The name of the place that serves it, for whoever asks the cast's first partner or service.
std::string place_for(std::string_view use, const mocks::Cast& cast, ServedSide side) {
  if (side == ServedSide::kPartner) return std::string(use);
  const std::string partner = cast.partners.empty() ? "" : cast.partners.front().id;
  return use == "proxy" ? partner + "-proxy" : partner;
}

Result<std::string> address_of(const StandingEndpoint& endpoint) {
  if (endpoint.name.port == 0) {
    return make_error(ErrorCode::kInvalid, "\"" + endpoint.stated + "\" has no port");
  }
  PARLEY_ASSIGN(std::string ip, look_up_host(endpoint.name.host, kPatience));
  return net::Endpoint{std::move(ip), endpoint.name.port}.text();
}

}  // namespace

Result<std::vector<std::string>> apply_run_file(const RunFile& file, const Given& given,
                                                ServeOptions& options) {
  std::vector<std::string> out;
  // Whether the file's word is taken.
  const auto holds = [&](std::string_view key, std::string_view option, bool stated) {
    if (stated && given(option)) out.push_back(won(option, key, file));
    return stated && !given(option);
  };
  if (holds("seats", "--as", !file.seats.empty())) {
    PARLEY_ASSIGN(const std::optional<ServedSide> side, side_of(file));
    options.side = side.value_or(options.side);
  }
  if (holds("seed", "--seed", file.seed.has_value())) options.seed = *file.seed;
  if (holds("trust", "--trust", !file.ca.empty())) options.trust = file.ca;
  if (holds("wire_overlays", "--wire-overlay", !file.wire_overlays.empty())) {
    options.wire_overlays = file.wire_overlays;
  }
  if (holds("scenarios", "--scenarios", !file.scenarios.empty())) options.folders = file.scenarios;
  std::ranges::copy_if(file.ixit, std::back_inserter(options.endpoints),
                       [](const auto& one) { return one.name.starts_with("endpoints."); });
  const std::vector<std::string> unused = without_use(file);
  if (!unused.empty()) {
    out.push_back("a session has no use for " + quoted(unused) + " of " + file.name);
  }
  if (!file.seats.empty()) {
    out.push_back("no driver of " + file.name +
                  " is started: the product comes by itself, and \"seats\" only says whose side it "
                  "is on");
  }
  return out;
}

Status add_stated_peers(std::span<const scenario::IxitAnswer> endpoints, const mocks::Cast& cast,
                        ServedSide side, std::map<std::string, std::string, std::less<>>& peers) {
  const ServedSide other =
      side == ServedSide::kGatekeeper ? ServedSide::kPartner : ServedSide::kGatekeeper;
  const std::vector<ServedPlace> places = places_of(cast, other);
  std::map<std::string, std::string> first_use;  // by place
  const auto given = peers;
  for (const StandingEndpoint& endpoint : standing_endpoints(endpoints)) {
    for (const std::string& use : endpoint.uses) {
      const auto place = std::ranges::find(places, place_for(use, cast, side), &ServedPlace::name);
      if (place == places.end() || given.contains(place->address.text())) continue;
      const std::string where = "endpoints." + use;
      if (side == ServedSide::kGatekeeper && cast.partners.size() > 1) {
        return make_error(ErrorCode::kInvalid,
                          "the cast has several partners: say with --peer where each of them is",
                          where);
      }
      Result<std::string> address = address_of(endpoint);
      if (!address.ok()) return at(where, std::move(address).error());
      const auto [known, fresh] = peers.emplace(place->address.text(), *address);
      if (fresh) {
        first_use[place->name] = use;
      } else if (known->second != *address) {
        return make_error(ErrorCode::kInvalid,
                          "it is at another address than \"" + first_use[place->name] +
                              "\", and both are looked for at " + place->address.text() +
                              ": say with --peer " + place->name + "=ADDRESS:PORT where that is",
                          where);
      }
    }
  }
  return {};
}

}  // namespace parley::cli
