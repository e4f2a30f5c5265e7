// No world: enlistment forms, right and with one thing wrong.
#include "mocks/partner/enlistment_request.h"

#include <gtest/gtest.h>

#include <map>

#include "harness/base/encoding.h"

namespace parley::mocks {
namespace {

std::map<std::string, std::string> form(EnlistmentFault fault) {
  SeededRandom random(3, "enlistment");
  const signal::Store keys = signal::Store::create(random);
  EnlistmentRequest request;
  request.token = "a.b.c";
  request.identifier = "bob@birdy.test";
  request.version = "1.0.3";
  const FormFields fields = enlistment_fields(request, keys, fault);
  return {fields.begin(), fields.end()};
}

std::size_t size_of(const std::string& field) {
  const auto bytes = decode_base64url(field);
  return bytes.ok() ? bytes->size() : SIZE_MAX;
}

TEST(EnlistmentRequest, HasEveryArgumentInItsSize) {
  auto fields = form(EnlistmentFault::kNone);
  const std::map<std::string, std::size_t> sizes = {
      {"authkey", 32},  {"e_keytype", 1},   {"e_regid", 4},     {"e_ident", 32},
      {"e_skey_id", 3}, {"e_skey_val", 32}, {"e_skey_sig", 64}, {"token", 5}};
  for (const auto& [name, size] : sizes) EXPECT_EQ(size_of(fields[name]), size) << name;
  EXPECT_EQ(fields["identifier"], "bob@birdy.test");
  EXPECT_EQ(fields["e_keytype"], base64url(Bytes{0x05}));
}

TEST(EnlistmentRequest, EachFaultChangesOnePlace) {
  const auto good = form(EnlistmentFault::kNone);
  const std::map<EnlistmentFault, std::string> places = {
      {EnlistmentFault::kWrongIdentifier, "identifier"},
      {EnlistmentFault::kBadPrekeySignature, "e_skey_sig"},
      {EnlistmentFault::kMissingArgument, "e_regid"},
      {EnlistmentFault::kWrongSize, "e_skey_id"},
      {EnlistmentFault::kBadKeyType, "e_keytype"}};
  for (const auto& [fault, place] : places) {
    auto bad = form(fault);
    EXPECT_NE(bad[place], good.at(place)) << place;
    bad[place] = good.at(place);
    EXPECT_EQ(bad, good) << place;
  }
}

TEST(EnlistmentRequest, TokenRequestsDifferOnlyForTheirFaults) {
  EXPECT_EQ(token_request("b", EnlistmentFault::kNone), (json::object{{"identifier", "b"}}));
  EXPECT_LT(
      token_request("b", EnlistmentFault::kExpiredToken).at("issued_at_offset_seconds").as_int64(),
      -3600);
  EXPECT_EQ(token_request("b", EnlistmentFault::kUnknownIntegrator).at("issuer"), "unknown");
  EXPECT_EQ(token_request("b", EnlistmentFault::kFlawedToken, "alg-none").at("flaw"), "alg-none");
  EXPECT_EQ(*parse_enlistment_fault("alg-none"), EnlistmentFault::kFlawedToken);
}

TEST(EnlistmentRequest, ADamagedTokenKeepsItsShape) {
  const std::string token = "eyJh.eyJi." + base64url(Bytes(256, 9));
  const std::string damaged = with_damaged_signature(token);
  EXPECT_NE(damaged, token);
  EXPECT_EQ(damaged.size(), token.size());
  EXPECT_EQ(damaged.substr(0, 10), token.substr(0, 10));
  EXPECT_NE(with_damaged_signature("nonsense"), "nonsense");
}

TEST(EnlistmentRequest, UnknownFaultsAreInvalid) {
  EXPECT_TRUE(parse_enlistment_fault("").ok());
  EXPECT_TRUE(parse_enlistment_fault("bad-token").ok());
  const auto unknown = parse_enlistment_fault("bad-tokne");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace parley::mocks
