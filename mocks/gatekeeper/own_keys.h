// The own RSA key of one of the gatekeeper's services: published for the partners, who verify push
// calls with it, and used for the media host's upload permits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/crypto/jwt.h"
#include "harness/net/http.h"
#include "mocks/cast/service_hosts.h"

namespace parley::mocks::gatekeeper {

class OwnKeys {
 public:
  /// `shares_key`: a defect, by which all services sign with one key.
  explicit OwnKeys(const ServiceHosts& service, bool shares_key = false);

  const ServiceHosts& service() const { return service_; }

  /// `Authorization` for a push call to the partner with that base URL: iss WHATSAPP, or as the
  /// service is called, valid for one hour.
  std::string push_token(std::string_view partner_base_url, TimePoint now) const;

  /// Lets the account with that address upload media for a while.
  std::string upload_permit(std::string_view address, TimePoint now) const;
  /// The address, where the permit holds.
  std::optional<std::string> permitted_uploader(std::string_view permit, TimePoint now) const;

  const crypto::JwkSet& published() const { return published_; }

  /// Answers `GET /.well-known/jwks`.
  net::HttpResponse publish(const net::HttpRequest& request) const;

 private:
  json::object claims(std::string_view audience, TimePoint now, Duration life) const;
  std::string media_audience() const { return "https://" + service_.media.host; }

  const ServiceHosts& service_;
  const std::string kid_;
  crypto::RsaPrivateKey key_;
  crypto::JwkSet published_;
};

inline constexpr Duration kPushTokenLife = std::chrono::hours(1);
inline constexpr Duration kUploadPermitLife = std::chrono::hours(6);

/// Answers with a short text.
net::HttpResponse plain_answer(unsigned status, std::string_view text);

}  // namespace parley::mocks::gatekeeper
