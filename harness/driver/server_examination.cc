#include "harness/driver/server_examination.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "harness/net/http.h"
#include "harness/net/http_date.h"

namespace parley::driver {
namespace {

using net::HttpResponse;
using net::HttpVersion;
using net::Security;
using net::TlsVersion;
using net::TlsVersions;

constexpr Duration kTolerated = std::chrono::seconds(60);
const net::HttpLimits kLimits{.body_bytes = 256 * 1024, .timeout = std::chrono::seconds(10)};

struct Server {
  net::World& world;
  ServerToExamine asked;
  std::optional<HttpResponse> keys;  ///< SRV-06
};

Error seen(std::string text) { return make_error(ErrorCode::kInvalid, std::move(text)); }

net::awaitable<Status> connects(Server& server, Security security, net::TlsOffer offer) {
  auto stream = co_await server.world.network().connect(server.asked.from, server.asked.name,
                                                        security, std::move(offer));
  if (!stream.ok()) co_return stream.error();
  (*stream)->close();
  co_return Status();
}

net::awaitable<Result<HttpResponse>> fetch(Server& server, Security security, HttpVersion version,
                                           TlsVersions tls) {
  net::HttpRequest request;
  request.target = server.asked.keys_path;
  request.version = version;
  request.tls_offer = tls;
  co_return co_await net::http_fetch(server.world, server.asked.from, server.asked.name, security,
                                     std::move(request), kLimits);
}

net::awaitable<Status> is_there(Server& server) {
  co_return co_await connects(server, Security::kPlain, {});
}

net::awaitable<Status> speaks_tls(Server& server) {
  const Status tls = co_await connects(server, Security::kTls,
                                       net::TlsOffer(net::http_protocols(HttpVersion::k2)));
  // A certificate that is refused, or a version, is one that was shown over TLS.
  const bool spoken =
      tls.ok() || tls.error().code == ErrorCode::kAuth || tls.error().code == ErrorCode::kRefused;
  if (spoken) co_return Status();
  const auto plain = co_await fetch(server, Security::kPlain, HttpVersion::k1, {});
  if (!plain.ok()) co_return tls;
  co_return seen("it answers HTTP without TLS: status " + std::to_string(plain->status));
}

net::awaitable<Status> shows_a_good_certificate(Server& server) {
  const Status tls = co_await connects(server, Security::kTls,
                                       net::TlsOffer(net::http_protocols(HttpVersion::k2)));
  if (!tls.ok() && tls.error().code == ErrorCode::kAuth) co_return tls;
  co_return Status();
}

net::awaitable<Status> speaks_tls_1_3(Server& server) {
  const net::TlsOffer offer(net::http_protocols(HttpVersion::k1),
                            TlsVersions::only(TlsVersion::k1_3));
  co_return co_await connects(server, Security::kTls, offer);
}

net::awaitable<Status> refuses_old_tls(Server& server) {
  const net::TlsOffer offer(net::http_protocols(HttpVersion::k1),
                            TlsVersions::only(TlsVersion::k1_1));
  const Status old = co_await connects(server, Security::kTls, offer);
  if (!old.ok()) co_return Status();
  co_return seen("it agreed to TLS 1.1");
}

net::awaitable<Status> speaks_http_1(Server& server) {
  const net::TlsOffer offer(net::http_protocols(HttpVersion::k1));
  PARLEY_CO_TRY(co_await connects(server, Security::kTls, offer));
  PARLEY_CO_ASSIGN(server.keys, co_await fetch(server, Security::kTls, HttpVersion::k1, {}));
  co_return Status();
}

net::awaitable<Status> speaks_http_2(Server& server) {
  PARLEY_CO_ASSIGN(const HttpResponse response,
                   co_await fetch(server, Security::kTls, HttpVersion::k2, {}));
  if (response.version == HttpVersion::k2) co_return Status();
  co_return seen("offered HTTP/2 and HTTP/1.1, it chose HTTP/" +
                 std::string(net::to_string(response.version)));
}

Result<crypto::JwkSet> read_keys(const HttpResponse& response, const std::string& path) {
  if (response.status != 200) {
    return seen("GET " + path + " is answered with status " + std::to_string(response.status));
  }
  auto keys = crypto::JwkSet::parse(as_text(response.body));
  if (!keys.ok()) return at("GET " + path, std::move(keys).error());
  return keys;
}

net::awaitable<Status> publishes_a_key_set(Server& server) {
  const auto keys = read_keys(*server.keys, server.asked.keys_path);
  co_return keys.ok() ? Status() : Status(keys.error());
}

net::awaitable<Status> publishes_a_key(Server& server) {
  PARLEY_CO_ASSIGN(const crypto::JwkSet keys, read_keys(*server.keys, server.asked.keys_path));
  if (!keys.keys.empty()) co_return Status();
  co_return seen("the key set has no RSA key for RS256 signatures");
}

// kUnsupported where that cannot be seen.
net::awaitable<Status> has_the_time(Server& server) {
  const std::string_view date = net::find_header(server.keys->headers, "date");
  if (date.empty()) co_return make_error(ErrorCode::kUnsupported, "it sends no Date header");
  const auto told = net::parse_http_date(date);
  if (!told.ok()) co_return at("its Date header", told.error());
  const Duration ahead = *told - server.world.now();
  const Duration off = ahead < Duration::zero() ? -ahead : ahead;
  if (off <= kTolerated) co_return Status();
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(off);
  co_return seen("its clock is " + duration_text(whole) +
                 (ahead < Duration::zero() ? " behind" : " ahead"));
}

struct Probe {
  std::string_view id;
  std::string_view rule;
  std::string_view owner;
  std::string_view fix;
  std::string_view needs;  ///< the rule that must hold first; empty: none
  net::awaitable<Status> (*tries)(Server&);
};

constexpr Probe kProbes[] = {
    {"SRV-01", "somebody listens at the server's address", "product",
     "start the server, or correct its address and port", "", is_there},
    {"SRV-02", "it speaks TLS there", "product",
     "serve HTTPS at this port; nothing of the framework goes over plain HTTP", "SRV-01",
     speaks_tls},
    {"SRV-03", "its certificate is good for its name, now, and leads to a trusted root", "product",
     "renew the certificate, name the host in it, or name its authority under \"trust\"", "SRV-02",
     shows_a_good_certificate},
    {"SRV-04", "it speaks TLS 1.3", "product", "switch TLS 1.3 on", "SRV-03", speaks_tls_1_3},
    {"SRV-05", "it refuses TLS 1.1", "product", "switch versions before TLS 1.2 off", "SRV-03",
     refuses_old_tls},
    {"SRV-06", "it answers in HTTP/1.1", "product", "offer \"http/1.1\" in ALPN, and answer",
     "SRV-03", speaks_http_1},
    {"SRV-07", "it answers in HTTP/2", "product", "offer \"h2\" in ALPN, and answer", "SRV-03",
     speaks_http_2},
    {"SRV-08", "it publishes a key set", "product",
     "answer with status 200 and a JWK set (RFC 7517) at the path that was named", "SRV-06",
     publishes_a_key_set},
    {"SRV-09", "the key set has a key that can sign tokens", "product",
     "publish the key with which tokens are signed: kty RSA, alg RS256, use sig, a kid", "SRV-08",
     publishes_a_key},
    {"SRV-10", "its clock is right to a minute", "product",
     "set the server's clock by NTP: tokens and certificates are valid by the clock", "SRV-06",
     has_the_time},
};

bool holds(const std::vector<DoctorLine>& lines, std::string_view id) {
  const auto line = std::ranges::find(lines, id, &DoctorLine::id);
  return line != lines.end() && line->outcome == DoctorOutcome::kOk;
}

}  // namespace

net::awaitable<std::vector<DoctorLine>> examine_server(net::World& world, ServerToExamine asked) {
  Server server{world, std::move(asked), {}};
  std::vector<DoctorLine> lines;
  for (const Probe& probe : kProbes) {
    DoctorLine line{.id = probe.id, .rule = probe.rule, .owner = probe.owner, .fix = probe.fix};
    if (probe.needs.empty() || holds(lines, probe.needs)) {
      const Status status = co_await probe.tries(server);
      const bool unseen = !status.ok() && status.error().code == ErrorCode::kUnsupported;
      line.outcome = status.ok() ? DoctorOutcome::kOk
                     : unseen    ? DoctorOutcome::kSkipped
                                 : DoctorOutcome::kFail;
      if (!status.ok()) line.seen = status.error().text();
    } else {
      line.outcome = DoctorOutcome::kSkipped;
      line.seen = "needs " + std::string(probe.needs);
    }
    lines.push_back(std::move(line));
  }
  co_return lines;
}

std::vector<DoctorLine> examine_token(std::string_view token, const crypto::JwkSet& keys,
                                      TimePoint now) {
  using crypto::JwtRefusal;
  std::vector<DoctorLine> lines{
      {"TOK-01", "its tokens can be read", "product",
       "issue JSON Web Tokens in compact form, of at most 4096 bytes, signed by RS256"},
      {"TOK-02", "they are signed by a key of the key set", "product",
       "publish the signing key under the \"kid\" that the tokens name"},
      {"TOK-03", "their signature holds", "product",
       "sign with the private half of the key that is published"},
      {"TOK-04", "they are valid now", "product",
       "set \"exp\" in the future and \"nbf\" in the past, in seconds, and the clock by NTP"}};
  crypto::JwtRules rules;
  rules.now = now;
  const crypto::JwtVerdict verdict = crypto::verify_jwt(token, keys, rules);
  std::size_t failing = lines.size();
  if (!verdict.valid) {
    switch (verdict.refusal) {
      case JwtRefusal::kUnknownKey:
        failing = 1;
        break;
      case JwtRefusal::kSignature:
        failing = 2;
        break;
      case JwtRefusal::kExpired:
      case JwtRefusal::kNotYetValid:
      case JwtRefusal::kNoExpiry:
        failing = 3;
        break;
      default:
        failing = 0;
    }
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    DoctorLine& line = lines[i];
    if (i < failing) {
      line.outcome = DoctorOutcome::kOk;
    } else if (i == failing) {
      line.seen = "a token is refused: " + std::string(crypto::to_string(verdict.refusal)) +
                  (verdict.kid.empty() ? "" : ", kid \"" + verdict.kid + "\"");
    } else {
      line.outcome = DoctorOutcome::kSkipped;
      line.seen = "needs " + std::string(lines[failing].id);
    }
  }
  return lines;
}

}  // namespace parley::driver
