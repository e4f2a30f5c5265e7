// Universal impostors: parties that do the same to whatever comes, and so follow no rule. A suite
// in which one of them passes a scenario that it ought to fail judges by appearances.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/driver/party.h"
#include "mocks/tap/observer.h"

namespace parley::mocks::quirks {

enum class Pretence {
  kAcceptAll,        ///< says yes to everything, and keeps no rule that would have it say no
  kRejectAll,        ///< says no to everything
  kMute,             ///< says nothing
  kCloseOnFirst,     ///< ends every connection on which it is spoken to
  kCrashOnNegative,  ///< dies where it would have to say no
  kEcho,             ///< says what it was told
  kReplayLast,       ///< says once more what it said at first
  kTooSlow,          ///< answers when nobody waits any more
  kLiar,             ///< claims that it did whatever it was told, and does nothing
  kRandomBytes       ///< says nothing that makes sense
};

struct PretenceName {
  Pretence pretence;
  std::string_view name;
  std::string_view summary;
};
/// All ten, in that order.
std::vector<PretenceName> pretences();

struct Impostor {
  Pretence pretence = Pretence::kMute;
  evidence::Role role = evidence::Role::kHarness;
};

/// "gatekeeper-server.accept-all".
std::string id_of(const Impostor& impostor);

/// One impostor in every seat of its role. One per test case.
class ImpostorPlay final : public Interceptor {
 public:
  explicit ImpostorPlay(const Impostor& impostor) : impostor_(impostor) {}

  std::vector<wire::Node> stanza(const Observer& at, evidence::Direction direction,
                                 std::string_view operation, wire::Node node) override;
  bool request(const Observer& at, evidence::Direction direction, std::string_view host,
               net::HttpRequest& request) override;
  bool response(const Observer& at, evidence::Direction direction, std::string_view host,
                const net::HttpRequest& request, net::HttpResponse& response) override;
  bool departs(const Observer& at, std::string_view hook) override;
  void bytes(const Observer& at, evidence::Direction direction, Bytes& bytes) override;

  /// The parties that `inner` makes; those of the impostor's role do not do what they are told
  /// where it is a liar, or a client that says no to everything.
  driver::PartyFactory seat(driver::PartyFactory inner);

  /// How often it did something else than an honest party would have done.
  std::size_t applied() const { return applied_; }

 private:
  std::vector<wire::Node> outgoing(const Observer& at, wire::Node node);
  void answer(const Observer& at, const net::HttpRequest& request, net::HttpResponse& response);
  Bytes noise(std::size_t size);
  bool dead(const Observer& at) const { return dead_.contains(at.party); }

  const Impostor impostor_;
  std::map<std::string, wire::Node, std::less<>> heard_;  ///< the last stanza, by party
  std::map<std::string, wire::Node, std::less<>> said_;
  std::map<std::string, net::HttpRequest, std::less<>> asked_;
  std::map<std::string, net::HttpResponse, std::less<>> answered_;
  std::map<std::string, Bytes, std::less<>> passed_;
  std::set<std::string, std::less<>> dead_;
  std::size_t applied_ = 0;
};

}  // namespace parley::mocks::quirks
