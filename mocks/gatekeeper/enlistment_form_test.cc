// Enlistment forms as bodies of requests, without a server.
#include "mocks/gatekeeper/enlistment_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/encoding.h"
#include "harness/net/http.h"

namespace parley::mocks::gatekeeper {
namespace {

using testing::HasSubstr;
using Fields = std::vector<std::pair<std::string, std::string>>;

Bytes filled(std::size_t size, std::uint8_t value) { return Bytes(size, value); }

Fields good_fields() {
  return {{"authkey", base64url(filled(32, 1))},     {"e_keytype", base64url(Bytes{5})},
          {"e_regid", base64url(Bytes{0, 0, 1, 2})}, {"e_ident", base64url(filled(32, 2))},
          {"e_skey_id", base64url(Bytes{0, 1, 0})},  {"e_skey_val", base64url(filled(32, 3))},
          {"e_skey_sig", base64url(filled(64, 4))},  {"token", "eyJh.eyJi.c2ln"}};
}

Result<EnlistmentForm> read_with(std::string_view name, std::string value) {
  Fields fields = good_fields();
  for (auto& [key, old] : fields) {
    if (key == name) old = value;
  }
  return read_enlistment_form(net::encode_form(fields));
}

TEST(EnlistmentForm, ReadsEveryArgument) {
  Fields fields = good_fields();
  fields.emplace_back("identifier", "+33 6 1234");
  fields.emplace_back("protocol_version", "1.0.3");
  fields.emplace_back("from_the_future", "x");
  const auto form = read_enlistment_form(net::encode_form(fields));
  ASSERT_TRUE(form.ok()) << form.error().text();
  EXPECT_EQ(form->chat_key[0], 1);
  EXPECT_EQ(form->registration_id, 258u);
  EXPECT_EQ(form->identity[31], 2);
  EXPECT_EQ(form->signed_prekey.id, 256u);
  EXPECT_EQ(form->signed_prekey.key[0], 3);
  EXPECT_EQ(form->signed_prekey.signature[63], 4);
  EXPECT_EQ(form->token, "eyJh.eyJi.c2ln");
  EXPECT_EQ(form->identifier, "+33 6 1234");
  EXPECT_EQ(form->version, "1.0.3");
}

TEST(EnlistmentForm, TokenMayBeEncodedOnceMore) {
  const auto form = read_with("token", base64url(as_bytes("eyJh.eyJi.c2ln")));
  ASSERT_TRUE(form.ok());
  EXPECT_EQ(form->token, "eyJh.eyJi.c2ln");
}

TEST(EnlistmentForm, SurrogatesAreOptional) {
  const auto form = read_enlistment_form(net::encode_form(good_fields()));
  ASSERT_TRUE(form.ok());
  EXPECT_FALSE(form->identifier.has_value());
  EXPECT_FALSE(form->version.has_value());
}

TEST(EnlistmentForm, EveryArgumentIsRequired) {
  for (std::size_t i = 0; i < good_fields().size(); ++i) {
    Fields fields = good_fields();
    const std::string name = fields[i].first;
    fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(i));
    const auto form = read_enlistment_form(net::encode_form(fields));
    ASSERT_FALSE(form.ok()) << name;
    EXPECT_EQ(form.error().text(), name + ": missing");
  }
}

TEST(EnlistmentForm, EverySizeIsExact) {
  const std::pair<std::string, std::size_t> sizes[] = {
      {"authkey", 32},  {"e_keytype", 1},   {"e_regid", 4},    {"e_ident", 32},
      {"e_skey_id", 3}, {"e_skey_val", 32}, {"e_skey_sig", 64}};
  for (const auto& [name, size] : sizes) {
    EXPECT_FALSE(read_with(name, base64url(filled(size - 1, 5))).ok()) << name;
    EXPECT_FALSE(read_with(name, base64url(filled(size + 1, 5))).ok()) << name;
    EXPECT_TRUE(read_with(name, base64url(filled(size, 5))).ok()) << name;
  }
}

TEST(EnlistmentForm, RefusesOtherEncodingsAndKeys) {
  EXPECT_FALSE(read_with("e_skey_sig", base64(filled(64, 4))).ok()) << "padded";
  EXPECT_FALSE(read_with("e_ident", std::string(43, '!')).ok());
  EXPECT_FALSE(read_with("e_keytype", base64url(Bytes{6})).ok());
  Bytes high = filled(32, 2);
  high[31] = 0x82;
  EXPECT_FALSE(read_with("e_ident", base64url(high)).ok()) << "bit 255";
  EXPECT_FALSE(read_with("token", "").ok());
  EXPECT_FALSE(read_with("token", "no token!").ok());
  EXPECT_FALSE(read_with("token", std::string(4090, 'a') + ".aa.aaaa").ok()) << "over 4 KB";
  EXPECT_FALSE(read_enlistment_form("").ok());
  EXPECT_FALSE(read_enlistment_form("authkey=%zz").ok());
}

TEST(EnlistmentForm, AnswersAreTheFrameworks) {
  EXPECT_EQ(enlistment_accepted("1-10853634039893@interop"),
            R"({"login":"1-10853634039893@interop","status":"ok"})");
  EXPECT_EQ(enlistment_refused(EnlistmentRefusal::kBadIntegrator),
            R"({"reason":"bad_integrator","status":"fail"})");
}

}  // namespace
}  // namespace parley::mocks::gatekeeper
