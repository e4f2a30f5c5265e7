// What a doctor sees of products at work: everybody of a small cast takes their place, as in a test
// case, and then something goes each way: the products reach the mock gatekeeper, and it reaches
// them. A partner's server is looked at while it stands there, and a token that it issued.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/driven_start.h"
#include "harness/cli/standing_endpoints.h"
#include "harness/cli/stated_product.h"
#include "harness/driver/party.h"
#include "harness/evidence/recorder.h"
#include "harness/net/world.h"
#include "mocks/tap/interceptor.h"

namespace parley::cli {

/// A gatekeeper, and a user of each side: enough for any seat. The partner has a proxy where
/// `proxy`.
std::vector<driver::ActorSpec> doctor_cast(bool proxy);

/// The actor of that cast who sits in the seat, and what is stated of the product there.
Result<DrivenActor> doctor_actor(std::string_view seat, const std::string& addressing,
                                 const StatedProducts& stated = {});

/// ECH-01 and ECH-02.
std::vector<driver::DoctorRule> echo_rules();

/// One performance. It outlives World::shutdown().
class DoctorStage {
 public:
  /// Makes the parties, with what looks over the shoulder of the mocks.
  using Maker = std::function<driver::PartyFactory(mocks::Interceptor*)>;

  /// `seats` are those whose holders are looked at.
  DoctorStage(net::World& world, const Maker& maker, std::vector<driver::ActorSpec> cast,
              std::vector<std::string> seats);
  ~DoctorStage();
  DoctorStage(const DoctorStage&) = delete;
  DoctorStage& operator=(const DoctorStage&) = delete;

  /// Everything, once. What is wrong stands in the lines; an error is the harness's own.
  net::awaitable<Status> play();
  /// By seat, in their order.
  const std::vector<DoctorSection>& sections() const { return sections_; }

 private:
  class Eavesdropper;
  struct Acts;

  driver::Party& party(const std::string& id) { return *parties_.at(id); }
  net::awaitable<Status> open();
  net::awaitable<Status> act(std::string actor, std::string operation, json::object arguments);
  net::awaitable<Status> write(std::string from, std::string to, std::string text);
  net::awaitable<void> look_at_server(DoctorSection& section);
  net::awaitable<void> look_at_token(DoctorSection& section);
  net::awaitable<Acts> exchange();

  net::World& world_;
  evidence::Recorder recorder_;  // nobody reads it
  std::unique_ptr<Eavesdropper> eavesdropper_;
  const driver::PartyFactory make_;
  const std::vector<driver::ActorSpec> cast_;
  std::map<std::string, std::unique_ptr<driver::Party>, std::less<>> parties_;
  std::vector<DoctorSection> sections_;
};

}  // namespace parley::cli
