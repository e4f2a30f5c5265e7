#include "mocks/partner/unasked_enlistment.h"

#include <utility>

#include "harness/net/http.h"
#include "mocks/partner/enlistment_request.h"
#include "mocks/tap/http_tap.h"

namespace parley::mocks {

net::awaitable<void> enlist_unasked(net::World& world, const Observer& observer, Random& random,
                                    UnaskedEnlistment enlistment) {
  EnlistmentRequest form;
  form.chat_key = crypto::X25519KeyPair::generate(random).public_key();
  form.identifier = std::move(enlistment.identifier);
  form.token = std::move(enlistment.token);
  const signal::Store keys = signal::Store::create(random);
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/3p/interop_reg";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = to_bytes(net::encode_form(enlistment_fields(form, keys, EnlistmentFault::kNone)));
  (void)(co_await tapped_fetch(world, observer, std::move(enlistment.from),
                               std::move(enlistment.to), net::Security::kTls, std::move(request)))
      .ok();
}

}  // namespace parley::mocks
