#include "mocks/gatekeeper/own_keys.h"

#include "harness/base/json.h"
#include "harness/crypto/rsa_test_keys.h"
#include "mocks/cast/hosts.h"

namespace parley::mocks::gatekeeper {
namespace {

// Partners are given the test keys from 1 on. No service has the key of another.
crypto::RsaPrivateKey signing_key(const ServiceHosts& service) {
  if (service.service == kWhatsapp) return crypto::RsaPrivateKey::test_key(0);
  static const crypto::RsaPrivateKey kSpare =
      crypto::RsaPrivateKey::from_pem(crypto::spare_rsa_test_key()).value();
  return kSpare;
}

}  // namespace

OwnKeys::OwnKeys(const ServiceHosts& service, bool shares_key)
    : service_(service),
      kid_(std::string(service.service) + "-1"),
      key_(signing_key(shares_key ? whatsapp_hosts() : service)) {
  published_.keys.push_back({kid_, key_.public_key()});
}

json::object OwnKeys::claims(std::string_view audience, TimePoint now, Duration life) const {
  return {{"iss", service_.issuer},
          {"aud", audience},
          {"iat", unix_seconds(now)},
          {"nbf", unix_seconds(now)},
          {"exp", unix_seconds(now + life)}};
}

std::string OwnKeys::push_token(std::string_view partner_base_url, TimePoint now) const {
  return crypto::sign_jwt(key_, kid_, claims(partner_base_url, now, kPushTokenLife));
}

std::string OwnKeys::upload_permit(std::string_view address, TimePoint now) const {
  json::object permit = claims(media_audience(), now, kUploadPermitLife);
  permit["sub"] = address;
  return crypto::sign_jwt(key_, kid_, permit);
}

std::optional<std::string> OwnKeys::permitted_uploader(std::string_view permit,
                                                       TimePoint now) const {
  crypto::JwtRules rules;
  rules.now = now;
  rules.issuer = service_.issuer;
  rules.audience = media_audience();
  const crypto::JwtVerdict verdict = crypto::verify_jwt(permit, published_, rules);
  if (!verdict.valid) return std::nullopt;
  const auto subject = get_string(verdict.claims, "sub");
  return subject ? std::optional<std::string>(*subject) : std::nullopt;
}

net::HttpResponse OwnKeys::publish(const net::HttpRequest& request) const {
  if (request.target != kGatekeeperKeysPath) return plain_answer(404, "not found");
  if (request.method != "GET") return plain_answer(405, "method not allowed");
  net::HttpResponse response;
  response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "max-age=3600"}};
  response.body = to_bytes(canonical(published_.to_json()));
  return response;
}

net::HttpResponse plain_answer(unsigned status, std::string_view text) {
  net::HttpResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain"}};
  response.body = to_bytes(text);
  return response;
}

}  // namespace parley::mocks::gatekeeper
