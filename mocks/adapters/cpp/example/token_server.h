// The smallest server that a partner can do with: it vouches for its users by tokens, publishes the
// key that these are signed with, and takes the gatekeeper's pushes. It keeps no files and wakes
// nobody. Written for the driver loop; a product would have its own server here.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "harness/base/log.h"
#include "harness/crypto/jwt.h"
#include "harness/crypto/rsa.h"
#include "harness/driver/contract.h"
#include "harness/evidence/recorder.h"
#include "harness/net/http.h"
#include "mocks/adapters/cpp/driver_loop.h"

namespace parley::adapters {

/// What its driver says of itself; it can do nothing on demand but let its clock be set.
driver::DriverHello token_server_hello();

class TokenServer final : public Seat {
 public:
  /// `key` signs its tokens. kInvalid where `start` lacks something.
  static Result<std::unique_ptr<Seat>> open(const driver::DriverStart& start,
                                            const crypto::RsaPrivateKey& key, Log& log);
  ~TokenServer() override;
  TokenServer(const TokenServer&) = delete;
  TokenServer& operator=(const TokenServer&) = delete;

  net::World& world() override { return *world_; }
  net::awaitable<Status> begin() override;
  json::object listening() const override;
  net::awaitable<Result<json::object>> perform(std::string operation,
                                               json::object arguments) override;
  driver::EventLog& events() override { return *events_; }

 private:
  struct User {
    std::string identifier;
    driver::DriverService service;  ///< the gatekeeper's, where the user has an account
  };

  TokenServer(driver::DriverStart start, crypto::RsaPrivateKey key)
      : start_(std::move(start)), key_(std::move(key)) {}

  net::awaitable<net::HttpResponse> answer(net::HttpRequest request);
  net::HttpResponse issue_token(const net::HttpRequest& request) const;
  net::HttpResponse publish_key();
  net::awaitable<net::HttpResponse> take_push(net::HttpRequest request);
  net::awaitable<std::optional<std::string>> refusal(const net::HttpRequest& request);

  const driver::DriverStart start_;
  const crypto::RsaPrivateKey key_;
  std::map<std::string, User> users_;  ///< by what their devices show
  std::unique_ptr<net::World> world_;
  std::unique_ptr<evidence::Recorder> recorder_;  // for the event log; what it keeps is thrown away
  std::unique_ptr<driver::EventLog> events_;
};

}  // namespace parley::adapters
