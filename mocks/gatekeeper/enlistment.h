// Enlistment of partners' users: `POST /3p/interop_reg` (framework, part 1).
#pragma once

#include <string>
#include <variant>

#include "harness/net/http.h"
#include "mocks/gatekeeper/backend.h"
#include "mocks/gatekeeper/enlistment_form.h"
#include "mocks/gatekeeper/token_check.h"

namespace parley::mocks::gatekeeper {

inline constexpr std::string_view kEnlistmentPath = "/3p/interop_reg";

class Enlistment {
 public:
  explicit Enlistment(Backend& backend) : backend_(backend) {}

  /// Status 200 for every enlistment, accepted or not; 404 and 405 for what is none.
  net::awaitable<net::HttpResponse> answer(net::HttpRequest request);

 private:
  struct Refused {
    EnlistmentRefusal refusal;
    std::string detail;
  };
  net::awaitable<std::variant<const Account*, Refused>> enlist(net::HttpRequest request);
  const Account& enter(const EnlistmentForm& form, const TokenIdentity& identity);

  Backend& backend_;
};

}  // namespace parley::mocks::gatekeeper
