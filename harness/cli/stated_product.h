// What a run file states of the products under test (IXIT), as far as a run goes by it: drivers are
// told where the product stands, what it keeps to and whom to log in as, and have the time that
// they are said to need.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/driver/contract.h"
#include "harness/driver/driver_session.h"
#include "harness/scenario/ixit.h"

namespace parley::cli {

/// By the ids of the actors who log in with them. They hold secrets.
using ProductAccounts = std::map<std::string, driver::DriverAccount, std::less<>>;

struct StatedProducts {
  std::map<std::string, std::string> endpoints;  ///< "push" -> "https://partner.example/push"
  std::map<std::string, std::string> timers;     ///< "reconnect" -> "10s"
  ProductAccounts accounts;
  driver::SessionLimits limits;
  /// PEM: the products' own authority, whose certificates they show each other, too.
  std::string trust;

  /// What a driver is told of it in that seat: the account only where the actor is a client's.
  driver::StatedProduct told_to(std::string_view seat, std::string_view actor) const;
  /// Of all accounts.
  std::vector<std::string> secrets() const;
};

/// Timeouts beyond scenario::kShortestTimeout and kLongestTimeout count as these.
StatedProducts stated_products(std::span<const scenario::IxitAnswer> ixit, ProductAccounts accounts,
                               std::string trust = {});

}  // namespace parley::cli
