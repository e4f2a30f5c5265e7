// The world: key sets as partners publish them, good, strange and hostile.
#include <gtest/gtest.h>
#include <openssl/err.h>

#include "harness/crypto/jwt.h"
#include "harness/crypto/test_vectors.h"

namespace parley::crypto {
namespace {

/// A complete published key for test key `index`, as the framework shows it.
json::object entry(std::size_t index, std::string_view kid) {
  const JwkSet set{{{std::string(kid), RsaPrivateKey::test_key(index).public_key()}}};
  return set.to_json().at("keys").as_array().at(0).as_object();
}

std::string set_of(std::initializer_list<json::object> entries) {
  json::array list;
  for (const json::object& one : entries) list.push_back(one);
  json::object set;
  set["keys"] = std::move(list);
  return canonical(set);
}

/// The kinds of outcome of parsing: the number of keys, or the error's name.
std::string outcome(std::string_view text) {
  const Result<JwkSet> set = JwkSet::parse(text);
  EXPECT_EQ(ERR_peek_error(), 0U);
  return set.ok() ? std::to_string(set->keys.size()) : std::string(to_string(set.error().code));
}

/// A set of one entry with one member changed.
std::string changed(std::string_view member, const json::value& value) {
  json::object one = entry(0, "k1");
  one[member] = value;
  return set_of({one});
}

std::string without(std::string_view member) {
  json::object one = entry(0, "k1");
  one.erase(member);
  return set_of({one});
}

TEST(JwkSet, ReadsBackWhatItWrites) {
  const JwkSet set{{{"k1", RsaPrivateKey::test_key(0).public_key()},
                    {"k2", RsaPrivateKey::test_key(1).public_key()}}};
  const json::object written = set.to_json();
  const Result<JwkSet> read = JwkSet::parse(canonical(written));
  ASSERT_TRUE(read.ok()) << read.error().text();
  ASSERT_EQ(read->keys.size(), 2U);
  EXPECT_EQ(read->find("k2")->key.modulus(), set.keys[1].key.modulus());
  EXPECT_EQ(read->find("k3"), nullptr);
  EXPECT_EQ(read->to_json(), written);
  const json::object& first = written.at("keys").as_array().at(0).as_object();
  EXPECT_EQ(first.size(), 6U);
  EXPECT_EQ(get_string(first, "kty"), "RSA");
  EXPECT_EQ(get_string(first, "alg"), "RS256");
  EXPECT_EQ(get_string(first, "use"), "sig");
  EXPECT_EQ(get_string(first, "e"), "AQAB");
}

TEST(JwkSet, ReadsTheExamplesOfRfc7517) {
  const json::object file = load_vectors("jose.json");
  const json::object& sets = file.at("sets").as_object();
  const Result<JwkSet> published = JwkSet::parse(text_of(sets, "rfc7517_A.1"));
  ASSERT_TRUE(published.ok()) << published.error().text();
  ASSERT_EQ(published->keys.size(), 1U) << "the P-256 key is skipped";
  EXPECT_NE(published->find("2011-04-29"), nullptr);
  EXPECT_EQ(outcome(text_of(sets, "rfc7517_A.2")), "invalid") << "private keys";
  EXPECT_EQ(outcome(text_of(sets, "rfc7517_A.3")), "0") << "symmetric keys are skipped";
  EXPECT_EQ(outcome(text_of(sets, "rfc7515_A.6")), "invalid") << "no kid, and private";
}

TEST(JwkSet, SkipsKeysForOtherPurposes) {
  EXPECT_EQ(outcome(changed("kty", "EC")), "0");
  EXPECT_EQ(outcome(changed("kty", "oct")), "0");
  EXPECT_EQ(outcome(changed("alg", "RS512")), "0");
  EXPECT_EQ(outcome(changed("alg", "RSA-OAEP")), "0");
  EXPECT_EQ(outcome(changed("use", "enc")), "0");
  EXPECT_EQ(outcome(changed("key_ops", json::array{"encrypt"})), "0");
  EXPECT_EQ(outcome(changed("key_ops", json::array{"verify"})), "1");
  EXPECT_EQ(outcome(changed("x5t", "unknown members are ignored")), "1");
  json::object other = entry(1, "k1");
  other["use"] = "enc";
  EXPECT_EQ(outcome(set_of({entry(0, "k1"), other})), "1") << "a skipped key's kid does not count";
  EXPECT_EQ(outcome(without("alg")), "1") << "RFC 7517: alg and use are optional";
  EXPECT_EQ(outcome(without("use")), "1");
}

TEST(JwkSet, RefusesMalformedSets) {
  for (const std::string_view text :
       {"", "null", "[]", "{}", R"({"keys":{}})", R"({"keys":null})", R"({"keys":[1]})",
        R"({"keys":[[]]})", R"({"keys":[{}]})", R"({"keys":[{"kty":1}]})",
        R"({"keys":[],"keys":[]})", R"({"keys":[]} x)"}) {
    EXPECT_EQ(outcome(text), "invalid") << text;
  }
  EXPECT_EQ(outcome(R"({"keys":[]})"), "0");
  EXPECT_EQ(outcome(set_of({entry(0, "k1"), entry(1, "k1")})), "invalid") << "kid twice";
  EXPECT_EQ(outcome(set_of({entry(0, "k1"), entry(0, "k2")})), "2") << "one key under two kids";
}

TEST(JwkSet, RefusesBrokenSignatureKeys) {
  EXPECT_EQ(outcome(without("kid")), "invalid");
  EXPECT_EQ(outcome(changed("kid", "")), "invalid");
  EXPECT_EQ(outcome(changed("kid", 1)), "invalid");
  EXPECT_EQ(outcome(changed("d", "AQAB")), "invalid") << "a published private key";
  for (const std::string_view member : {"n", "e"}) {
    EXPECT_EQ(outcome(without(member)), "invalid");
    EXPECT_EQ(outcome(changed(member, 65537)), "invalid");
    EXPECT_EQ(outcome(changed(member, "")), "invalid");
    EXPECT_EQ(outcome(changed(member, "AQ==")), "invalid");
    EXPECT_EQ(outcome(changed(member, "A+/B")), "invalid");
    EXPECT_EQ(outcome(changed(member, "AAEAAQ")), "invalid") << "leading zero byte";
  }
  EXPECT_EQ(outcome(changed("e", "AQ")), "invalid") << "exponent 1";
  EXPECT_EQ(outcome(changed("e", "AQAA")), "invalid") << "even exponent";
  EXPECT_EQ(outcome(changed("n", json::string(base64url(Bytes(255, 0xff))))), "invalid")
      << "2040 bits";
  Bytes short_by_one(256, 0xff);
  short_by_one[0] = 0x7f;
  EXPECT_EQ(outcome(changed("n", json::string(base64url(short_by_one)))), "invalid") << "2047 bits";
  EXPECT_EQ(outcome(changed("n", json::string(base64url(Bytes(1025, 0xff))))), "limit");
}

TEST(JwkSet, LimitsSizeAndNumber) {
  std::string many = R"({"keys":[)";
  for (int i = 0; i < 65; ++i) many += std::string(i == 0 ? "" : ",") + R"({"kty":"oct"})";
  EXPECT_EQ(outcome(many + "]}"), "limit");
  many.erase(many.rfind(','));
  EXPECT_EQ(outcome(many + "]}"), "0");
  EXPECT_EQ(outcome(R"({"keys":[],"pad":")" + std::string(300'000, 'x') + "\"}"), "limit");
  const std::string deep = R"({"keys":)" + std::string(50, '[') + std::string(50, ']') + "}";
  EXPECT_EQ(outcome(deep), "limit");
}

}  // namespace
}  // namespace parley::crypto
