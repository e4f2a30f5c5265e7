// A mock of ours as an implementation of somebody else's would be: in a World of its own, which
// knows of the other one what the driver contract tells.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/log.h"
#include "harness/driver/contract.h"
#include "harness/driver/party.h"
#include "harness/net/outside.h"
#include "harness/wire/profile.h"
#include "mocks/adapters/cpp/driver_loop.h"
#include "mocks/quirks/quirk.h"
#include "mocks/quirks/quirk_switch.h"

namespace parley::cli {

/// What the mocks in that seat can do. kInvalid for a seat without a mock behind the contract.
Result<driver::DriverHello> adapter_hello(std::string_view seat,
                                          const std::shared_ptr<const wire::Profile>& profile);

/// A mock, and the World that it lives in.
class AdapterSeat final : public adapters::Seat {
 public:
  /// Everything that `start` says is taken up: time, trust, certificate, hosts, cast. kInvalid
  /// where something is missing. The mock deviates by `quirk`, which outlives it, where that is not
  /// null.
  static Result<std::unique_ptr<AdapterSeat>> open(const driver::DriverStart& start,
                                                   std::shared_ptr<const wire::Profile> profile,
                                                   std::uint64_t seed, Log& log,
                                                   const mocks::quirks::Quirk* quirk = nullptr);
  ~AdapterSeat() override;
  AdapterSeat(const AdapterSeat&) = delete;
  AdapterSeat& operator=(const AdapterSeat&) = delete;

  net::World& world() override { return *world_; }
  net::awaitable<Status> begin() override;
  json::object listening() const override;
  net::awaitable<Result<json::object>> perform(std::string operation,
                                               json::object arguments) override {
    return party_->perform(std::move(operation), std::move(arguments));
  }
  driver::EventLog& events() override { return party_->events(); }

 private:
  AdapterSeat() = default;
  Status seat(const driver::DriverStart& start, std::shared_ptr<const wire::Profile> profile);

  std::map<std::string, std::string> asked_;
  std::unique_ptr<net::World> world_;
  std::unique_ptr<evidence::Recorder> recorder_;  // what it records is thrown away
  std::unique_ptr<mocks::quirks::QuirkSwitch> deviation_;
  std::unique_ptr<driver::Party> party_;
};

}  // namespace parley::cli
