#include "harness/cli/serve_plan.h"

#include <algorithm>
#include <charconv>
#include <ostream>
#include <utility>

#include "harness/base/diagnostic.h"
#include "harness/cli/overlaid_profile.h"
#include "harness/cli/serve_run_file.h"
#include "harness/cli/served_places.h"
#include "harness/cli/suite_proof.h"
#include "harness/cli/trust_option.h"

namespace parley::cli {
namespace {

constexpr std::string_view kWireProfile = "wa-public-1.0.3";

// "NAME=VALUE" with the place that the name stands for.
struct Placed {
  std::string place;
  std::string value;
};

Result<Placed> read_placed(const std::string& text, const std::vector<ServedPlace>& places) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos) {
    return make_error(ErrorCode::kInvalid, "\"" + text + "\" has no \"=\": write NAME=VALUE");
  }
  const std::string name = text.substr(0, equals);
  const auto found = std::ranges::find(places, name, &ServedPlace::name);
  if (found != places.end()) return Placed{found->address.text(), text.substr(equals + 1)};
  std::vector<std::string> names;
  std::string known;
  for (const ServedPlace& one : places) {
    names.push_back(one.name);
    known += (known.empty() ? "" : ", ") + one.name;
  }
  const std::string hint = did_you_mean(name, names);
  return make_error(ErrorCode::kNotFound, "nothing is called \"" + name + "\"; " +
                                              (hint.empty() ? "there are: " + known : hint));
}

Result<std::uint16_t> read_port(const std::string& text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  if (error == std::errc() && rest == end && port != 0) return port;
  return make_error(ErrorCode::kInvalid, "\"" + text + "\" is no port from 1 to 65535");
}

}  // namespace

Result<net::OpenOptions> read_network(const ServeOptions& options, const mocks::Cast& cast) {
  net::OpenOptions out;
  out.listen = options.listen;
  out.local = {kAdminPlace.text()};
  std::vector<ServedPlace> own = places_of(cast, options.side);
  own.push_back({"admin", kAdminPlace, "http", "/"});
  for (const std::string& text : options.ports) {
    Result<Placed> placed = read_placed(text, own);
    if (!placed.ok()) return at("--port", std::move(placed).error());
    const Result<std::uint16_t> port = read_port(placed->value);
    if (!port.ok()) return at("--port", port.error());
    out.ports[placed->place] = *port;
  }
  const ServedSide other =
      options.side == ServedSide::kGatekeeper ? ServedSide::kPartner : ServedSide::kGatekeeper;
  const std::vector<ServedPlace> theirs = places_of(cast, other);
  for (const std::string& text : options.peers) {
    Result<Placed> placed = read_placed(text, theirs);
    if (!placed.ok()) return at("--peer", std::move(placed).error());
    out.peers[placed->place] = placed->value;
  }
  const Status stated = add_stated_peers(options.endpoints, cast, options.side, out.peers);
  if (!stated.ok()) return at("--run-file: ixit", stated.error());
  out.trust = trusting_file(options.trust);
  return out;
}

std::optional<ServePlan> plan_serve(const ServeOptions& options, Streams& streams) {
  std::vector<Diagnostic> diagnostics;
  const auto refused = [&] {
    streams.err << render(diagnostics);
    return std::nullopt;
  };
  std::optional<Suite> suite = load_suite(options.folders, diagnostics);
  if (!suite) return refused();
  std::optional<ServedCast> served =
      load_served_cast(*suite, options.cast, options.side, diagnostics);
  if (!served) return refused();
  Result<mocks::Cast> cast = mocks::read_cast(served->actors);
  if (!cast.ok()) {
    streams.err << "parley: " << at("--cast", std::move(cast).error()).text() << "\n";
    return std::nullopt;
  }
  auto wire = load_profile(*suite, kWireProfile, options.wire_overlays, diagnostics);
  auto proof = accepted_proof(*suite, diagnostics);
  if (!wire || !proof) return refused();
  Result<net::OpenOptions> network = read_network(options, *cast);
  if (!network.ok()) {
    streams.err << "parley: " << network.error().text() << "\n";
    return std::nullopt;
  }
  return ServePlan{.suite = *std::move(suite),
                   .served = *std::move(served),
                   .cast = *std::move(cast),
                   .profile = std::move(wire->profile),
                   .overlays = std::move(wire->overlays),
                   .proof = *std::move(proof),
                   .network = *std::move(network)};
}

}  // namespace parley::cli
