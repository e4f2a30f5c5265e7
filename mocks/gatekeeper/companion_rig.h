// For tests: companion devices as raw clients, who register, show codes, check and sign as the
// protocol wants it, or as a test spoils it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mocks/gatekeeper/gatekeeper_rig.h"

namespace parley::mocks::gatekeeper {

inline const std::string kPhoneOfAlice = kAlice;
inline const std::string kCompanionOfAlice = "33611111111:1@s.whatsapp.net";

class CompanionRig : public GatekeeperRig {
 public:
  using GatekeeperRig::GatekeeperRig;

  wire::pb::ClientPayload registration(const std::string& name);
  wire::pb::ClientPayload login(const std::string& owner, std::uint32_t device);
  /// The code that the device shows for that reference.
  std::string code(const std::string& name, const std::string& ref);

  /// Connects an unregistered device and takes the references that it is offered.
  struct Offer {
    Chat chat;
    std::vector<std::string> refs;
  };
  net::awaitable<Offer> knock(std::string name);

  /// The owner's phone reads a code. The outcome is set once there is one.
  using Outcome = std::shared_ptr<std::optional<Result<json::object>>>;
  Outcome scan(const std::string& owner, std::string code);
  /// Lets the world come to rest and says how it ended: "ok", or the error's code.
  net::awaitable<std::string> end_of(Outcome outcome);

  /// What the device answers to the phone's word, after checking it; `spoil` may change the signed
  /// identity. Fails the test where the word does not hold.
  Node signed_answer(const std::string& name, const Node& accepted,
                     const std::function<void(Bytes& signature)>& spoil = {});

  /// From the first connection to the request to restart.
  net::awaitable<void> pair(std::string name, std::string owner);
  /// Logs the paired device in and takes what comes up to the offline count, but mail.
  net::awaitable<Chat> connect_companion(std::string name, std::string owner,
                                         std::uint32_t device = 1);
  /// What came with the latest success of a companion.
  std::string lid;
  Bytes routing_info;

  Bytes& secret(const std::string& name);  ///< drawn at first use

 private:
  net::awaitable<void> perform_pair(std::string owner, std::string code, Outcome outcome);
  std::map<std::string, Bytes> secrets_;
};

/// A message with one part for each of those devices, all of them sealed as `text`.
Node fanout(const std::string& id, const std::string& to, const std::vector<std::string>& devices,
            std::string_view text = "sealed");
Node user_sync(const std::string& id, const std::vector<std::string>& users);

}  // namespace parley::mocks::gatekeeper
