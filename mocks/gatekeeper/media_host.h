// The media host: native users upload encrypted files and anybody who knows the path downloads
// them; partners' files are relayed from the partner's own server (framework, part 5).
#pragma once

#include <memory>
#include <string>

#include "harness/net/http.h"
#include "mocks/cast/cast.h"
#include "mocks/cast/media_fault.h"
#include "mocks/gatekeeper/media_store.h"
#include "mocks/gatekeeper/own_keys.h"
#include "mocks/tap/observer.h"

namespace parley::mocks::gatekeeper {

class MediaHost {
 public:
  MediaHost(net::World& world, Observer observer, const Cast& cast, const OwnKeys& keys);

  /// Answers one request: `POST /mms/{kind}/{token}?auth=…`, `GET /v/t…`,
  /// `GET /interop/whatsapp/download/…`; 404 for any other path, 405 for another method.
  net::awaitable<net::HttpResponse> answer(net::HttpRequest request);

  /// How it hands out native users' files from now on.
  void set_fault(MediaFault fault) { fault_ = fault; }

  /// What the host takes; for http_serve.
  static net::HttpLimits limits();

 private:
  net::HttpResponse upload(const net::HttpRequest& request, std::string_view path,
                           std::string_view query);
  net::awaitable<net::HttpResponse> download(net::HttpRequest request, std::string path);
  net::awaitable<net::HttpResponse> relay(ProxyPath path, std::string range, std::string client);

  net::World& world_;
  Observer observer_;
  const Cast& cast_;
  const OwnKeys& keys_;
  MediaStore store_;
  MediaFault fault_ = MediaFault::kNone;
};

}  // namespace parley::mocks::gatekeeper
