#include "mocks/gatekeeper/media_host.h"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/base/json.h"
#include "harness/crypto/hash.h"
#include "mocks/cast/hosts.h"
#include "mocks/tap/http_tap.h"

namespace parley::mocks::gatekeeper {
namespace {

net::HttpResponse file_answer(Bytes file) {
  net::HttpResponse response;
  response.headers = {{"Content-Type", "application/octet-stream"}};
  response.body = std::move(file);
  return response;
}

/// Whether the last part of an upload's path names the body: its SHA-256, base64url with or without
/// padding.
bool names_body(std::string_view token, BytesView body) {
  token = token.substr(0, token.find_last_not_of('=') + 1);
  return token == base64url(crypto::sha256(body));
}

std::string parameter(std::string_view query, std::string_view name) {
  const auto fields = net::parse_form(query);
  if (!fields.ok()) return {};
  for (const auto& [key, value] : *fields) {
    if (key == name) return value;
  }
  return {};
}

/// What the native client is told of a partner's answer. The partner's other statuses, its
/// redirects among them, mean that it does not do its part.
unsigned relayed_status(const Result<net::HttpResponse>& response) {
  constexpr std::array<unsigned, 5> kRelayed = {200, 206, 404, 410, 416};
  if (!response.ok()) return 502;
  const bool relayed = std::ranges::find(kRelayed, response->status) != kRelayed.end();
  return relayed ? response->status : 502;
}

/// The partner's file or part of it, as it came: where the partner's connection ended half-way, so
/// does this one, and the client can ask for the rest.
net::HttpResponse relayed_file(net::HttpResponse from) {
  net::HttpResponse response = file_answer(std::move(from.body));
  response.status = from.status;
  response.headers.emplace_back("Accept-Ranges", "bytes");
  for (const std::string_view name : {"Content-Range", "Content-Length"}) {
    const std::string_view value = net::find_header(from.headers, name);
    const bool wanted = name == "Content-Range" ? from.status != 200 : !from.whole;
    if (wanted && !value.empty()) response.headers.emplace_back(name, value);
  }
  if (!from.whole) response.cut_after = response.body.size();
  return response;
}

}  // namespace

MediaHost::MediaHost(net::World& world, Observer observer, const Cast& cast, const OwnKeys& keys)
    : world_(world),
      observer_(std::move(observer)),
      cast_(cast),
      keys_(keys),
      store_(world.random(observer_.party + " media")) {}

net::HttpLimits MediaHost::limits() {
  net::HttpLimits limits;
  limits.body_bytes = kMaxMediaFile;
  limits.timeout = std::chrono::seconds(120);
  return limits;
}

net::awaitable<net::HttpResponse> MediaHost::answer(net::HttpRequest request) {
  const std::string_view target = request.target;
  const std::size_t mark = std::min(target.find('?'), target.size());
  const std::string_view path = target.substr(0, mark);
  const std::string_view query = target.substr(std::min(mark + 1, target.size()));
  if (path.starts_with("/mms/")) {
    if (request.method != "POST") co_return plain_answer(405, "method not allowed");
    co_return upload(request, path, query);
  }
  const bool stored = path.starts_with("/v/t");
  const bool proxied = path.starts_with("/interop/");
  if (!stored && !proxied) co_return plain_answer(404, "not found");
  if (request.method != "GET") co_return plain_answer(405, "method not allowed");
  if (stored) {
    std::string name(path);
    co_return co_await download(std::move(request), std::move(name));
  }
  std::optional<ProxyPath> proxy = parse_proxy_path(path);
  if (!proxy) co_return plain_answer(404, "not found");
  std::string range(net::find_header(request.headers, "Range"));
  co_return co_await relay(std::move(*proxy), std::move(range), request.remote_host);
}

net::HttpResponse MediaHost::upload(const net::HttpRequest& request, std::string_view path,
                                    std::string_view query) {
  path.remove_prefix(std::string_view("/mms/").size());
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos || !is_media_kind(path.substr(0, slash))) {
    return plain_answer(404, "not found");
  }
  if (!keys_.permitted_uploader(parameter(query, "auth"), world_.now())) {
    return plain_answer(401, "no permit");
  }
  if (request.body.empty() || !names_body(path.substr(slash + 1), request.body)) {
    return plain_answer(400, "the token is not the digest of the body");
  }
  const auto direct_path = store_.put(path.substr(0, slash), request.body, world_.now());
  if (!direct_path) return plain_answer(507, "full");
  const std::string host = request.remote_host == net::kExternalHost
                               ? world_.network().external_address(cast_.hosts().media)
                               : cast_.hosts().media.host;
  net::HttpResponse response;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = to_bytes(canonical(
      json::object{{"url", "https://" + host + *direct_path}, {"direct_path", *direct_path}}));
  return response;
}

net::awaitable<net::HttpResponse> MediaHost::download(net::HttpRequest request, std::string path) {
  const MediaStore::Lookup found = store_.find(path, world_.now());
  switch (found.finding) {
    case MediaStore::Finding::kFound:
      co_return co_await faulty_file_answer(world_, fault_, std::move(request),
                                            file_answer(*found.file));
    case MediaStore::Finding::kExpired:
      co_return plain_answer(410, "gone");
    case MediaStore::Finding::kUnknown:
      break;
  }
  co_return plain_answer(404, "not found");
}

net::awaitable<net::HttpResponse> MediaHost::relay(ProxyPath path, std::string range,
                                                   std::string client) {
  const auto partner =
      std::ranges::find(cast_.partners, path.integrator, &PartnerSettings::integrator);
  if (partner == cast_.partners.end()) co_return plain_answer(404, "not found");
  // A request of our own: nothing of the client that asked travels on.
  net::HttpRequest request;
  request.target = "/" + path.reference;
  request.version = cast_.gatekeeper.http;
  if (cast_.gatekeeper.forwards_client_ip || observer_.departs("client-address"))
    request.headers.emplace_back("X-Forwarded-For", client);
  if (!range.empty()) request.headers.emplace_back("Range", std::move(range));
  net::HttpLimits limits = MediaHost::limits();
  limits.timeout = std::chrono::seconds(30);
  limits.keep_partial = true;
  Result<net::HttpResponse> response =
      co_await tapped_fetch(world_, observer_, cast_.hosts().egress, partner_host(partner->id),
                            net::Security::kTls, std::move(request), limits);
  const unsigned status = relayed_status(response);
  if (status == 200 || status == 206 || status == 416) {
    co_return relayed_file(std::move(*response));
  }
  co_return plain_answer(status, status == 502 ? "the partner does not answer" : "not found");
}

}  // namespace parley::mocks::gatekeeper
