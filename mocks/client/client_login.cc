#include "mocks/client/client_login.h"

#include <charconv>
#include <cstdint>

namespace parley::mocks::client {
namespace {

// Values of enumerations that the chat protocol numbers and Parley has no further use for.
constexpr std::uint32_t kAndroid = 0;
constexpr std::uint32_t kWifi = 1;
constexpr std::uint32_t kUserActivated = 1;

std::uint64_t digits(const std::string& text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

wire::pb::ClientPayload common() {
  wire::pb::ClientPayload payload;
  auto* agent = payload.mutable_user_agent();
  agent->set_platform(kAndroid);
  agent->mutable_app_version()->set_primary(2);
  agent->mutable_app_version()->set_secondary(25);
  agent->mutable_app_version()->set_tertiary(1);
  agent->set_locale_language("en");
  agent->set_locale_country("IE");
  payload.set_passive(false);
  payload.set_connect_type(kWifi);
  payload.set_connect_reason(kUserActivated);
  return payload;
}

}  // namespace

wire::pb::ClientPayload native_login(const std::string& number, const std::string& push_name) {
  wire::pb::ClientPayload payload = common();
  payload.set_username(digits(number));
  payload.set_push_name(push_name);
  payload.set_device(0);
  payload.set_product(wire::pb::ClientPayload::WHATSAPP);
  return payload;
}

wire::pb::ClientPayload interop_login(const wire::Jid& account, const std::string& token,
                                      bool read_receipts) {
  wire::pb::ClientPayload payload = common();
  payload.set_product(wire::pb::ClientPayload::INTEROP);
  auto* interop = payload.mutable_interop_data();
  interop->set_account_id(digits(account.user));
  if (!token.empty()) interop->set_token(token);
  interop->set_enable_read_receipts(read_receipts);
  payload.set_surrogate_protocol_version(kFrameworkVersion);
  return payload;
}

}  // namespace parley::mocks::client
