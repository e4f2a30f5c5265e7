#include "harness/cli/stated_product.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "harness/base/clock.h"

namespace parley::cli {
namespace {

constexpr std::string_view kEndpoints = "endpoints.";
constexpr std::string_view kTimers = "timers.";

// That long, within bounds: no answer keeps a run waiting for ever.
std::optional<Duration> timeout_of(const scenario::IxitAnswer& answer, std::string_view name) {
  if (answer.name != name) return std::nullopt;
  const Result<Duration> stated = parse_duration(answer.value);
  if (!stated.ok()) return std::nullopt;
  return std::clamp(*stated, scenario::kShortestTimeout, scenario::kLongestTimeout);
}

}  // namespace

driver::StatedProduct StatedProducts::told_to(std::string_view seat, std::string_view actor) const {
  driver::StatedProduct out{endpoints, timers, std::nullopt};
  const bool client = seat == driver::kPartnerClientSeat || seat == driver::kGatekeeperClientSeat;
  const auto account = accounts.find(actor);
  if (client && account != accounts.end()) out.account = account->second;
  return out;
}

std::vector<std::string> StatedProducts::secrets() const {
  std::vector<std::string> out;
  for (const auto& [id, account] : accounts) {
    for (const std::string& secret : {account.password, account.token}) {
      if (!secret.empty()) out.push_back(secret);
    }
  }
  return out;
}

StatedProducts stated_products(std::span<const scenario::IxitAnswer> ixit, ProductAccounts accounts,
                               std::string trust) {
  StatedProducts out;
  out.trust = std::move(trust);
  out.accounts = std::move(accounts);
  for (const scenario::IxitAnswer& one : ixit) {
    if (one.name.starts_with(kEndpoints)) {
      out.endpoints[one.name.substr(kEndpoints.size())] = one.value;
    } else if (one.name.starts_with(kTimers)) {
      out.timers[one.name.substr(kTimers.size())] = one.value;
    }
    if (const auto start = timeout_of(one, "timeouts.start")) {
      out.limits.hello = *start;
      out.limits.start = *start;
    }
    if (const auto answer = timeout_of(one, "timeouts.answer")) out.limits.answer = *answer;
  }
  return out;
}

}  // namespace parley::cli
