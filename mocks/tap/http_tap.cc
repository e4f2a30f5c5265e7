#include "mocks/tap/http_tap.h"

#include <optional>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/crypto/jwt.h"
#include "harness/evidence/token_redaction.h"

namespace parley::mocks {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// "Bearer eyJ…" stays, as the recorder shortens the token and equality is worth seeing. Any other
/// credential would be stored as it is.
std::string shown_authorization(std::string_view value) {
  const std::size_t space = value.find(' ');
  if (space == std::string_view::npos) return "redacted";
  const std::string_view credential = value.substr(space + 1);
  if (!crypto::decode_jwt(credential).ok())
    return std::string(value.substr(0, space)) + " redacted";
  return std::string(value);
}

/// What a bearer token says of itself, without its signature and without whom it is about; nullopt
/// where there is none.
std::optional<json::object> token_facts(const net::HttpHeaders& headers) {
  const std::string_view value = net::find_header(headers, "authorization");
  const std::size_t space = value.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto token = crypto::decode_jwt(value.substr(space + 1));
  if (!token.ok()) return std::nullopt;
  json::object facts;
  for (const std::string_view name : {"alg", "kid"}) {
    if (const json::value* member = token->header.if_contains(name)) facts[name] = *member;
  }
  for (const std::string_view name : {"iss", "aud", "iat", "nbf", "exp"}) {
    if (const json::value* member = token->claims.if_contains(name)) facts[name] = *member;
  }
  return facts;
}

json::object header_facts(const net::HttpHeaders& headers) {
  json::object facts;
  for (const auto& [name, value] : headers) {
    const std::string key = lower(name);
    const std::string shown = key == "authorization" ? shown_authorization(value) : value;
    if (json::value* present = facts.if_contains(key)) {
      json::string& joined = present->as_string();
      joined += ", ";
      joined += shown;
    } else {
      facts[key] = shown;
    }
  }
  return facts;
}

bool is_form(const net::HttpRequest& request) {
  const std::string type = lower(net::find_header(request.headers, "content-type"));
  return std::string_view(type).substr(0, type.find(';')) == "application/x-www-form-urlencoded";
}

/// A token that was wrapped in base64url once more, as the enlistment form wants all its values,
/// shortened as the recorder shortens a plain one; nullopt for any other value. Also one that is
/// too long or otherwise no good token is nobody's to read.
std::optional<std::string> shown_wrapped_token(std::string_view value) {
  const Result<Bytes> inner = decode_base64url(value);
  if (!inner.ok()) return std::nullopt;
  const auto token = evidence::find_token(as_text(*inner));
  if (!token || token->begin != 0) return std::nullopt;
  return evidence::redact_tokens(as_text(*inner));
}

/// The body as it may be kept: a form without its wrapped tokens. base64url has no character that a
/// form would escape, so that the value stands in the body as it is.
Bytes shown_body(const net::HttpRequest& request) {
  if (!is_form(request)) return request.body;
  const auto form = net::parse_form(as_text(request.body));
  if (!form.ok()) return request.body;
  std::string body(as_text(request.body));
  for (const auto& [name, value] : *form) {
    const auto shown = shown_wrapped_token(value);
    const std::size_t place = shown ? body.find(value) : std::string::npos;
    if (place != std::string::npos) body.replace(place, value.size(), *shown);
  }
  return to_bytes(std::string_view(body));
}

void record(const Observer& observer, std::string_view peer, evidence::Direction direction,
            std::string_view kind, json::object facts, const Bytes& body) {
  evidence::Observation observation;
  observation.tap = evidence::Tap::kHttp;
  observation.role = observer.role;
  observation.party = observer.party;
  observation.peer = peer;
  observation.direction = direction;
  observation.kind = kind;
  observation.facts = std::move(facts);
  observation.body = body;
  observer.recorder->record(std::move(observation));
}

// No answer at all: the connection ends within the first body byte.
net::HttpResponse silence() {
  net::HttpResponse response;
  response.status = 503;
  response.cut_after = 0;
  return response;
}

net::awaitable<net::HttpResponse> intercepted(Observer at, std::string host, net::HttpHandler inner,
                                              net::HttpRequest request) {
  if (!at.interceptor->request(at, evidence::Direction::kIn, host, request)) co_return silence();
  net::HttpResponse response = co_await inner(request);
  if (!at.interceptor->response(at, evidence::Direction::kOut, host, request, response)) {
    co_return silence();
  }
  co_return response;
}

}  // namespace

json::object request_facts(const net::HttpRequest& request, std::string_view host) {
  json::object facts = {{"method", request.method},
                        {"target", request.target},
                        {"host", host},
                        {"headers", header_facts(request.headers)}};
  if (auto token = token_facts(request.headers)) facts["token"] = *std::move(token);
  if (is_form(request)) {
    if (const auto form = net::parse_form(as_text(request.body)); form.ok()) {
      json::object fields;
      for (const auto& [name, value] : *form) {
        fields[name] = shown_wrapped_token(value).value_or(value);
      }
      facts["form"] = std::move(fields);
    }
  }
  return facts;
}

json::object response_facts(const net::HttpRequest& request, const net::HttpResponse& response,
                            const Spoken& spoken, std::string_view host) {
  json::object facts = {{"method", request.method},
                        {"target", request.target},
                        {"host", host},
                        {"http_version", net::to_string(spoken.http)},
                        {"status", static_cast<std::int64_t>(response.status)},
                        {"headers", header_facts(response.headers)}};
  if (spoken.tls) facts["tls_version"] = net::to_string(*spoken.tls);
  if (response.cut_after || !response.whole) facts["cut"] = true;
  return facts;
}

net::awaitable<Result<net::HttpResponse>> tapped_fetch(net::World& world, Observer observer,
                                                       std::string from, net::Address to,
                                                       net::Security security,
                                                       net::HttpRequest request,
                                                       net::HttpLimits limits) {
  if (observer.interceptor != nullptr &&
      !observer.interceptor->request(observer, evidence::Direction::kOut, to.host, request)) {
    co_return make_error(ErrorCode::kTimeout, "the request was not made");
  }
  if (observer.departs(kLags)) co_await world.wait_for(kLag);
  record(observer, to.host, evidence::Direction::kOut, "http.request",
         request_facts(request, to.host), shown_body(request));
  Result<net::HttpResponse> response =
      co_await net::http_fetch(world, std::move(from), to, security, request, limits);
  if (response.ok()) {
    record(observer, to.host, evidence::Direction::kIn, "http.response",
           response_facts(request, *response, {response->version, response->tls_version}, to.host),
           response->body);
  } else {
    json::object facts = {{"method", request.method},
                          {"target", request.target},
                          {"host", to.host},
                          {"error", to_string(response.error().code)}};
    if (request.tls_offer != net::TlsVersions()) {
      facts["tls_offer"] = net::to_string(request.tls_offer);
    }
    record(observer, to.host, evidence::Direction::kIn, "http.failure", std::move(facts), {});
  }
  if (response.ok() && observer.interceptor != nullptr &&
      !observer.interceptor->response(observer, evidence::Direction::kIn, to.host, request,
                                      *response)) {
    co_return make_error(ErrorCode::kTimeout, "the answer was not looked at");
  }
  co_return response;
}

net::HttpHandler tapped_handler(net::World& world, Observer observer, std::string host,
                                net::HttpHandler handler) {
  return [&world, observer = std::move(observer), host = std::move(host),
          handler =
              std::move(handler)](net::HttpRequest request) -> net::awaitable<net::HttpResponse> {
    // Copies, so that the coroutine does not depend on where the server keeps this function object.
    const Observer who = observer;
    const std::string name = host;
    const net::HttpHandler inner = handler;
    net::World& clock = world;
    record(who, request.remote_host, evidence::Direction::kIn, "http.request",
           request_facts(request, name), shown_body(request));
    net::HttpResponse response = who.interceptor == nullptr
                                     ? co_await inner(request)
                                     : co_await intercepted(who, name, inner, request);
    if (who.departs(kLags)) co_await clock.wait_for(kLag);
    record(who, request.remote_host, evidence::Direction::kOut, "http.response",
           response_facts(request, response, {request.version, request.tls_version}, name),
           response.body);
    co_return response;
  };
}

}  // namespace parley::mocks
