#include "harness/driver/server_examination.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <optional>
#include <span>
#include <utility>

#include "harness/base/json.h"
#include "harness/crypto/jwt.h"
#include "harness/net/http.h"
#include "harness/net/http_date.h"
#include "harness/net/stream_deadline.h"

namespace parley::driver {
namespace {

using net::HttpResponse;
using net::HttpVersion;
using net::Security;
using net::TlsVersion;
using net::TlsVersions;

constexpr Duration kTolerated = std::chrono::seconds(60);

struct Server {
  net::World& world;
  ServerToExamine asked;
  std::optional<HttpResponse> keys;  ///< SRV-06

  const std::string& path() const { return asked.keys_path.empty() ? kRoot : asked.keys_path; }
  inline static const std::string kRoot = "/";
};

Error seen(std::string text) { return make_error(ErrorCode::kInvalid, std::move(text)); }

net::awaitable<Status> connects(Server& server, Security security, net::TlsOffer offer) {
  const Duration patience = server.asked.patience;
  auto stream =
      co_await net::connect_by(server.world, server.world.now() + patience, server.asked.from,
                               server.asked.name, security, std::move(offer));
  if (!stream.ok() && stream.error().code == ErrorCode::kTimeout) {
    co_return make_error(ErrorCode::kTimeout, "no answer within " + duration_text(patience));
  }
  if (!stream.ok()) co_return stream.error();
  (*stream)->close();
  co_return Status();
}

net::awaitable<Result<HttpResponse>> fetch(Server& server, Security security, HttpVersion version,
                                           TlsVersions tls) {
  net::HttpRequest request;
  request.target = server.path();
  request.version = version;
  request.tls_offer = tls;
  net::HttpLimits limits;
  limits.body_bytes = 256 * 1024;
  limits.timeout = server.asked.patience;
  co_return co_await net::http_fetch(server.world, server.asked.from, server.asked.name, security,
                                     std::move(request), limits);
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

net::awaitable<Status> speaks_only(Server& server, TlsVersion version) {
  const net::TlsOffer offer(net::http_protocols(HttpVersion::k2), TlsVersions::only(version));
  co_return co_await connects(server, Security::kTls, offer);
}

net::awaitable<Status> speaks_tls_1_2(Server& server) {
  return speaks_only(server, TlsVersion::k1_2);
}

net::awaitable<Status> speaks_tls_1_3(Server& server) {
  return speaks_only(server, TlsVersion::k1_3);
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

net::awaitable<Status> answers_itself(Server& server) {
  const HttpResponse& response = *server.keys;
  if (response.status < 300 || response.status >= 400) co_return Status();
  const std::string_view location = net::find_header(response.headers, "location");
  co_return seen("GET " + server.path() + " is answered with status " +
                 std::to_string(response.status) + ", and sends on to " +
                 (location.empty() ? "nowhere" : std::string(location)));
}

// The private half of any kind of key: RFC 7518, 6.2.2, 6.3.2 and 6.4, and RFC 8037.
net::awaitable<Status> keeps_its_secrets(Server& server) {
  const std::string_view text = as_text(server.keys->body);
  if (text.find("PRIVATE KEY-----") != std::string_view::npos) {
    co_return seen("the answer to GET " + server.path() + " holds a private key (PEM)");
  }
  const auto document = parse_json(text);
  const json::object* set = document.ok() ? document->if_object() : nullptr;
  const json::array* keys = set == nullptr ? nullptr : get_array(*set, "keys");
  for (std::size_t i = 0; keys != nullptr && i < keys->size(); ++i) {
    const json::object* key = (*keys)[i].if_object();
    for (const std::string_view member : {"d", "p", "q", "dp", "dq", "qi", "k"}) {
      if (key == nullptr || !key->contains(member)) continue;
      co_return seen("keys[" + std::to_string(i) + "] of the key set has the private member \"" +
                     std::string(member) + "\"");
    }
  }
  co_return Status();
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
  co_return seen("its clock is " + roughly(off) +
                 (ahead < Duration::zero() ? " behind" : " ahead"));
}

struct Probe {
  DoctorRule rule;
  std::string_view needs;  ///< the rule that must hold first; empty: none
  net::awaitable<Status> (*tries)(Server&);
  std::span<const Remedy> remedies = {};
  bool of_keys = false;  ///< is about a key set
};

constexpr std::array<Remedy, 2> kPresence{{
    {"no answer within",
     "correct its address, or let connections through: a firewall swallows them"},
    {"refused",
     "start the server, or correct its port: the machine is there, and nobody listens at the "
     "port"},
}};
constexpr std::array<Remedy, 2> kTls{{
    {"it answers HTTP without TLS",
     "serve HTTPS at this port; nothing of the framework goes over plain HTTP"},
    {"no answer within", "look at what listens there: it takes connections and says nothing"},
}};
constexpr std::array<Remedy, 6> kCertificate{{
    {"has expired", "renew the certificate, and see that the server loads the new one"},
    {"not yet valid", "wait for its first day, or set the clock of who issued it"},
    {"hostname mismatch", "get a certificate in which this host name stands (subjectAltName)"},
    {"IP address mismatch", "get a certificate in which this IP address stands (subjectAltName)"},
    {"self-signed",
     "name the certificate's authority under \"trust\" in the run file, or get a certificate of a "
     "public one"},
    {"issuer certificate",
     "send the certificates between it and the root, too, and name its authority under \"trust\" "
     "in the run file where that is no public one"},
}};

constexpr Probe kProbes[] = {
    {{"SRV-01", "somebody listens at the server's address", "product",
      "start the server, or correct its address and port"},
     "",
     is_there,
     kPresence},
    {{"SRV-02", "it speaks TLS there", "product",
      "see that an HTTPS server listens at this port, and no other program"},
     "SRV-01",
     speaks_tls,
     kTls},
    {{"SRV-03", "its certificate is good for its name, now, and leads to a trusted root", "product",
      "renew the certificate, name the host in it, or name its authority under \"trust\""},
     "SRV-02",
     shows_a_good_certificate,
     kCertificate},
    {{"SRV-11", "it speaks TLS 1.2", "product", "switch TLS 1.2 on beside TLS 1.3"},
     "SRV-03",
     speaks_tls_1_2},
    {{"SRV-04", "it speaks TLS 1.3", "product", "switch TLS 1.3 on"}, "SRV-03", speaks_tls_1_3},
    {{"SRV-05", "it refuses TLS 1.1", "product", "switch versions before TLS 1.2 off"},
     "SRV-03",
     refuses_old_tls},
    {{"SRV-06", "it answers in HTTP/1.1", "product", "offer \"http/1.1\" in ALPN, and answer"},
     "SRV-03",
     speaks_http_1},
    {{"SRV-07", "it answers in HTTP/2", "product", "offer \"h2\" in ALPN, and answer"},
     "SRV-03",
     speaks_http_2},
    {{"SRV-10", "its clock is right to a minute", "product",
      "set the server's clock by NTP: tokens and certificates are valid by the clock"},
     "SRV-06",
     has_the_time},
    {{"SRV-12", "it answers itself, without a redirect", "product",
      "answer at the address that was stated: redirects are not followed, least of all to another "
      "host"},
     "SRV-06",
     answers_itself},
    {{"SRV-13", "its key set holds no private key", "product",
      "publish the public half alone, and replace the key: it is no secret any more"},
     "SRV-12",
     keeps_its_secrets,
     {},
     true},
    {{"SRV-08", "it publishes a key set", "product",
      "answer with status 200 and a JWK set (RFC 7517) at the path that was named"},
     "SRV-13",
     publishes_a_key_set,
     {},
     true},
    {{"SRV-09", "the key set has a key that can sign tokens", "product",
      "publish the key with which tokens are signed: kty RSA, alg RS256, use sig, a kid"},
     "SRV-08",
     publishes_a_key,
     {},
     true},
};

bool holds(const std::vector<DoctorLine>& lines, std::string_view id) {
  const auto line = std::ranges::find(lines, id, &DoctorLine::id);
  return line != lines.end() && line->outcome == DoctorOutcome::kOk;
}

net::awaitable<DoctorLine> look(const Probe& probe, Server& server) {
  DoctorLine line = line_for(probe.rule, co_await probe.tries(server));
  choose_fix(line, probe.remedies);
  co_return line;
}

}  // namespace

std::vector<DoctorRule> server_rules() {
  std::vector<DoctorRule> rules;
  for (const Probe& probe : kProbes) rules.push_back(probe.rule);
  return rules;
}

net::awaitable<std::vector<DoctorLine>> examine_server(net::World& world, ServerToExamine asked) {
  Server server{world, std::move(asked), {}};
  std::vector<DoctorLine> lines;
  for (const Probe& probe : kProbes) {
    if (probe.of_keys && server.asked.keys_path.empty()) continue;
    if (probe.needs.empty() || holds(lines, probe.needs)) {
      lines.push_back(co_await look(probe, server));
    } else {
      lines.push_back(skipped_line(probe.rule, probe.needs));
    }
  }
  co_return lines;
}

net::awaitable<DoctorLine> examine_presence(net::World& world, ServerToExamine asked) {
  Server server{world, std::move(asked), {}};
  co_return co_await look(kProbes[0], server);
}

}  // namespace parley::driver
