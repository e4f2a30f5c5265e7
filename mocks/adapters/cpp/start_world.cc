#include "mocks/adapters/cpp/start_world.h"

#include <array>
#include <charconv>
#include <chrono>
#include <utility>

#include "harness/base/clock.h"

namespace parley::adapters {
namespace {

// RFC 3339 in UTC, to the second.
Result<TimePoint> parse_time(std::string_view text) {
  const Error unreadable =
      make_error(ErrorCode::kInvalid, "\"" + std::string(text) + "\" is no time in UTC", "start");
  if (text.size() != 20 || text[10] != 'T' || text[19] != 'Z') return unreadable;
  PARLEY_ASSIGN(TimePoint time, parse_date(text.substr(0, 10)));
  constexpr std::array<std::int64_t, 3> kUnits{3600, 60, 1};
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    const std::string_view digits = text.substr(11 + 3 * i, 2);
    std::int64_t number = 0;
    const auto [end, trouble] = std::from_chars(digits.data(), digits.data() + 2, number);
    if (trouble != std::errc() || end != digits.data() + 2) return unreadable;
    time += std::chrono::seconds(number * kUnits[i]);
  }
  return time;
}

}  // namespace

Result<net::Address> parse_host(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  net::Address address;
  if (colon != std::string::npos) {
    address.host = text.substr(0, colon);
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + colon + 1, end, address.port);
    if (read.ec == std::errc() && read.ptr == end && address.port != 0) return address;
  }
  return make_error(ErrorCode::kInvalid, "\"" + text + "\" is no host and port", "start: hosts");
}

Result<net::GuestOptions> guest_options(const driver::DriverStart& start, std::uint64_t seed) {
  const driver::Surroundings* around = start.surroundings();
  if (around == nullptr) {
    return make_error(ErrorCode::kInvalid, "\"partner\" or \"gatekeeper\" is missing", "start");
  }
  net::GuestOptions options;
  options.seed = seed;
  PARLEY_ASSIGN(options.start, parse_time(start.time));
  options.trust_pem = start.ca_pem;
  options.identity = {around->certificate_pem, around->private_key_pem};
  for (const auto& [name, where] : around->hosts) {
    PARLEY_ASSIGN(net::Address address, parse_host(name));
    PARLEY_ASSIGN(net::Endpoint endpoint, net::parse_endpoint(where));
    options.routes.emplace_back(std::move(address), std::move(endpoint));
  }
  return options;
}

}  // namespace parley::adapters
