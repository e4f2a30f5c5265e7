// No world: RS256 against the examples of RFC 7515 and RFC 7520, and keys that must be refused.
#include "harness/crypto/rsa.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <set>

#include "harness/base/random.h"
#include "harness/crypto/test_vectors.h"

namespace parley::crypto {
namespace {

// An unencrypted PKCS #8 key of the wrong kind (P-256), made for this test.
constexpr std::string_view kEcKey = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgqm8qvOyRNhg1tDgw
oKNu/RiVQ8U3MYSouqmnGiqg9HOhRANCAAQ06mq7OHODBUN0WhJDLPZbgm0A7ytu
WlXE8upU3pbECpptWno+jOjA8RnaMgM90qUpMtMKKVl8tWth5woEapFW
-----END PRIVATE KEY-----
)";

// An RSA key behind a passphrase, made for this test.
constexpr std::string_view kEncryptedKey = R"(-----BEGIN ENCRYPTED PRIVATE KEY-----
MIIFLTBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQITzk1g+NSPlUCAggA
MAwGCCqGSIb3DQIJBQAwHQYJYIZIAWUDBAEqBBAAMnTVf2RkJwc78u/EtPERBIIE
0NSma9k5dNPS3xWJ2cCotSgQexbZ08UzrWOO1NiPULRQysCJyb1uqo9hgFnRlZTs
kCsL/nWJDbboVJhStbJIsu8UNJ/PSr58wJ19gaOoP3v1ItiwvFC6sVFx8eN8KneX
B0IMHGvSxM7nxHi7fzwpLcDHNJY8lGvs8XUFA5nfPS08w0wQabgWQKwaaTf90oWm
DuZE/GV9x4OoZK9DrpdqWfPzGvvMNpzsHALpr2PkbvcvTPyZJKVRyM/QQdjWsYf5
enY3UX/M0Z6HJaLFT+dyRq9Ur0+6x0EG2AtzyhmuTvMfmfpmNrYNwMGwFUWiuYRe
LvuUg9gFHC9WIFA9dpHuCEvV6Ogli9EvWD7XUZF/iNKPek2jJTXfBpu7FzQKyEc9
B9SftGSJ7VZoBSdbdCRCcYycqRuzkACdOcf1EcVJvUpYnHJtwW/pvBleDa4wJUhM
UIybE8kxPuC3pU/cPI2yQUVC6LY6g8oX0CycFPlOJpJvy3xLrocjo7tlebL9AVhS
oNMBuaUAFgur+PKzB3Jm0T5vsGGE2neJdq1HbYy+73DZ+d6MO1OnsIUfAvYGBvGL
2QicQBzzE1E4/hmpm2feaqisifMXsLkw2rk1XgZVZQfTASwR4ebg6+d7Pn5U9jDg
TPocKhu8VqcVyOa7cj+nPOKvIBlg8s9qCs9XkYSbbhrIRDINdyYRXNnICstf/SGz
gDcASsLznzju01QMrD8bAGWHVooaqSlAkI+ssuKesD/irqGk5GnrM6+FNp6Jzyq0
Ez+Ev94KudEirl/9AJT336TUG7Wm6jz/Fwz8k419Ela4lQmJjAjoNCMS8Oso/ABS
eBKSwiCxmJw7XrK06djaqoPCuI6YE7+TPZkrasV2vSE34HOvCfCEZvNa8k3sQZ93
NLPtNxUIiuFzp8D70+985ZARfK3mAduy6ctqX8Y+x1LMrbRE7iQnjtkte/jecHmu
6eOw8yQiERQsc4705nB5fX2TmZd2a5LUNMx+7cE3au0CbXRvpTgG8fb0pdpQBrEa
W/X8yzlrMbPEL6Eftv/fzFb0kZFEuxPvJrFcw3cJcjjmTwa57K8bljIsUvmP1t7J
2gRoTNcDen5/j18TbY/Wcy7N9V0X/8HNXj0jwAR1sqqdxFjOlSw2Oh2MsSg9cfry
zumFYDvNYrxXeWbnv5LN5ilXEbMDP9m71F294hRy7Y4b/ZaDcNn7QsUA+7uPHPX9
g05ehjbWouO8hp9q7GIOFhBHSSVWUphD3QP+fuGrGShGrP4VnF61VFWlkqfnBaHe
vpN8XTSI4ENwFMbXWx+vPAeuU8JivkrvCqw3LPqErHgNe1Eqe8naLvbFklHiPRm4
T6lgyiqxbfEACost3PgWj6VtqICXWgK+Tm6iEU4xTkg5thj6lCwHdFwKz6wgVyOR
o7BTm/+lO3QQlGBEy8or4zLOPNRBfE8kY5paZqrJhgZK0TLVN4koTetsE36Pdhw2
CjySxG8kxI/GgJHimHLuV3vXFHH9ykgAU3GKABzsQs+yaB4IN/u25cRzygqRU5v9
EI0chifF/zpON3Md7L96Mv5cM7ikVXw+I3BJk52tRBxitwlA45JabQueR1wz5Ibn
/GukMHWm78MyNQkfIBocq/mdkiG2NsF2BWnpVk6LVWW4
-----END ENCRYPTED PRIVATE KEY-----
)";

// The older PKCS #1 form of an RSA key, made for this test.
constexpr std::string_view kPkcs1Key = R"(-----BEGIN RSA PRIVATE KEY-----
MIIEpAIBAAKCAQEAjqDGduUGIPe9+s78IjRE0J8SdbwWBR+kTWW5ouXMIrvev5S+
xb554KI9KE1x06cTU8BBhRCAM1hD4be1Nz87U2HCMbb7IqJ1/5+mljGV9ZGSQKqZ
S2fsVHZLTmhDn/+5BVHF+fOSteeqquEADTq0zXN6RDz9MniUr6Mg3mcZN/kIdDRm
xplg+uYb46xvHB9RqVkSpEo5dTnmJ/he1sh2McMo2eq7L/kJqtNM4dtXNjbKlHmC
avYNcU9HleSQda29z1YHh/jJ6BDWHL9JKJmDS8he+SkAfKhLgEJjWsKJ3SA7rFXv
kXTYe9aRXobkX1LPZmd565bjUy3oBGWEXs2UNwIDAQABAoIBAAoZ7eRmxP/Zu+1C
8o1zmToTQgnvl7mmK4tFvJeCYepF1vlHjhlQK66SnvU3QuwEBbTlRV6otAOu6SPX
0HBIvKljn47I0FF8IxJHGtPBUEcTl8GXs4KpKg4zUJMNhFiVEmQDjhttOkNC1I4E
oG3PbhWs64hgr2f/LTyhN4c40wrpL6wHJfFzE9Qin3p++00wsyomImiQqvQSlL8a
WRlYWrxwoKidGubTSH/tWEJhUhRjs4zSG8RgrE3InFadjF5utTWOqCJdyAzbNOZd
iqZXi7o5DxaLOeUYpOep1ksSMgPhGNSh1QYOqWqmq2k1PBXUPTt+ZKdDjqyBtRwg
YeFkplECgYEAyNHTx911rBzJO4ETmx1Kb9uMe34upbE8hzvRDkIZiEYe63rZMsf2
24IQAFZ6p6pvXn4QhwPKxPacfTddjF6D0DoVRYs+NfIg1RV69VKNfFqiMDqNDk31
irsFwhO8ZGbhJkrExeC+qIa0lo94BkMnQ+FjiVRmmodsBAwXE2L3V9ECgYEAtdGZ
g6iwsaEdT7xV78+6vyzXc+TiGuicR/fQRQr3Aw5XYFqIAQh/h1wz/0Kt9aLKYFag
/JbvrbfJbLtb2773pZd3btclR3QlBWGyMc/p/i9nIzYqvp9njLcTis6YN+8/2Bd8
RztODpJfqq0MF/3DFC4HmXcaxwqOs1w/N+IwNYcCgYEAgTcKFws3YRRwoxoNvHwf
XlQdU4TAjRq6wKVLgeokNZww3wH/6X3jKCDLHPyIFYRD/sAM8GMPQKcR0DwktGJI
XF5TO5k54Uo3uAQHRvzkTwSeYXv7MR4WhTqLnPJIAS51ZscrT8upwhRS9KHB7/2b
sUDAZCfrkTjb1srUukOutVECgYBrzEGAVdus9SEzzS4GaNsHzcZP6DxGR/Ogl8Tb
qoyZOz+C2SoZsrgpwPjzNs18/W+Pfs0j9TlVfcnmtY7Y0nhxrUQaa2Sm4K2yayID
don9Mo2rysm9CzWRsFndym9lemwX6pS8huTYruAZiU/KSaIHrOLEkmFF8XR50w+I
SorasQKBgQCA2v74UjBAFfpouGCLANLTNVpiLQ9KCpZi2hXLF6wOdUA1VuNbUEmy
nmnChTUHYEcjVcmJbLIUys4XUfU2za81qhhWfyRWhGB+AJVgOKupQSfRUMq5+XdX
DRb9ku0AHTT+9WnvmsgSNU8Aj5Isj/4WAxeE4ucPYYMvIqxgIzMSSw==
-----END RSA PRIVATE KEY-----
)";

RsaPublicKey public_key_of(const json::object& vector) {
  return RsaPublicKey::from_components(decode_base64url(text_of(vector, "n")).value(),
                                       decode_base64url(text_of(vector, "e")).value())
      .value();
}

TEST(Rsa, MatchesTheJoseExamples) {
  const json::object file = load_vectors("jose.json");
  const json::array& signatures = file.at("signatures").as_array();
  ASSERT_EQ(signatures.size(), 2U);
  for (const json::value& value : signatures) {
    const json::object& vector = value.as_object();
    const std::string_view compact = text_of(vector, "compact");
    const BytesView signing_input = as_bytes(compact.substr(0, compact.rfind('.')));
    const Bytes signature = decode_base64url(compact.substr(compact.rfind('.') + 1)).value();
    const RsaPublicKey key = public_key_of(vector);
    EXPECT_EQ(key.bits(), 2048U);
    EXPECT_TRUE(key.verify_rs256(signing_input, signature)) << text_of(vector, "name");
    const auto secret = RsaPrivateKey::from_pem(text_of(vector, "private_key"));
    ASSERT_TRUE(secret.ok()) << secret.error().text();
    EXPECT_EQ(secret->sign_rs256(signing_input), signature) << text_of(vector, "name");
    EXPECT_EQ(secret->public_key().modulus(), key.modulus());
    EXPECT_EQ(secret->public_key().exponent(), key.exponent());
    EXPECT_EQ(secret->public_key().pem(), key.pem());
  }
}

TEST(Rsa, RefusesDamagedSignatures) {
  const RsaPrivateKey secret = RsaPrivateKey::test_key(0);
  const RsaPublicKey key = secret.public_key();
  const Bytes message = to_bytes("message");
  const Bytes signature = secret.sign_rs256(message);
  ASSERT_EQ(signature.size(), 256U);
  EXPECT_TRUE(key.verify_rs256(message, signature));
  SeededRandom random(1, "rsa_test");
  for (int i = 0; i < 64; ++i) {
    Bytes damaged = signature;
    damaged[random.below(damaged.size())] ^= static_cast<std::uint8_t>(1 << random.below(8));
    EXPECT_FALSE(key.verify_rs256(message, damaged));
  }
  EXPECT_FALSE(key.verify_rs256(to_bytes("massage"), signature));
  EXPECT_FALSE(key.verify_rs256(message, {}));
  EXPECT_FALSE(key.verify_rs256(message, BytesView(signature).first(255)));
  EXPECT_FALSE(key.verify_rs256(message, concat({Bytes(1, 0), signature})));
  EXPECT_FALSE(key.verify_rs256(message, concat({signature, Bytes(1, 0)})));
  EXPECT_FALSE(key.verify_rs256(message, Bytes(256, 0)));
  EXPECT_FALSE(key.verify_rs256(message, Bytes(256, 0xff)));
  EXPECT_FALSE(RsaPrivateKey::test_key(1).public_key().verify_rs256(message, signature));
  EXPECT_EQ(ERR_peek_error(), 0U) << "a refusal leaves nothing in OpenSSL's error queue";
}

TEST(Rsa, RefusesBrokenComponents) {
  const RsaPublicKey good = RsaPrivateKey::test_key(0).public_key();
  const Bytes three{3};
  const auto code = [](BytesView modulus, BytesView exponent) {
    const auto key = RsaPublicKey::from_components(modulus, exponent);
    return key.ok() ? ErrorCode::kInternal : key.error().code;
  };
  EXPECT_EQ(code({}, three), ErrorCode::kInvalid);
  EXPECT_EQ(code(Bytes(256, 0), three), ErrorCode::kInvalid);
  Bytes even = good.modulus();
  even.back() &= 0xfe;
  EXPECT_EQ(code(even, three), ErrorCode::kInvalid);
  EXPECT_EQ(code(good.modulus(), {}), ErrorCode::kInvalid);
  EXPECT_EQ(code(good.modulus(), Bytes{0}), ErrorCode::kInvalid);
  EXPECT_EQ(code(good.modulus(), Bytes{1}), ErrorCode::kInvalid);
  EXPECT_EQ(code(good.modulus(), Bytes{1, 0, 0}), ErrorCode::kInvalid);
  EXPECT_EQ(code(Bytes(1025, 0xff), three), ErrorCode::kLimit);
  EXPECT_EQ(code(good.modulus(), Bytes(9, 0xff)), ErrorCode::kLimit);
  EXPECT_TRUE(RsaPublicKey::from_components(Bytes(1024, 0xff), three).ok());
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(Rsa, DropsLeadingZeros) {
  const RsaPublicKey good = RsaPrivateKey::test_key(0).public_key();
  const auto padded = RsaPublicKey::from_components(concat({Bytes(3, 0), good.modulus()}),
                                                    concat({Bytes(2, 0), good.exponent()}));
  ASSERT_TRUE(padded.ok());
  EXPECT_EQ(padded->modulus(), good.modulus());
  EXPECT_EQ(padded->exponent(), good.exponent());
  EXPECT_EQ(hex(good.exponent()), "010001");
}

// Nonsense moduli pass the component check; they must fail quietly when used.
TEST(Rsa, NonsenseKeysVerifyNothing) {
  const Bytes signature = RsaPrivateKey::test_key(0).sign_rs256(as_bytes("m"));
  for (const Bytes& modulus : {Bytes{1}, Bytes{15}, Bytes(32, 0xff), Bytes(256, 0xff)}) {
    const auto key = RsaPublicKey::from_components(modulus, Bytes{1, 0, 1});
    ASSERT_TRUE(key.ok());
    EXPECT_FALSE(key->verify_rs256(as_bytes("m"), signature));
    EXPECT_FALSE(key->verify_rs256(as_bytes("m"), Bytes(modulus.size(), 1)));
  }
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(Rsa, ReadsPlainPkcs8Only) {
  for (const std::string_view pem :
       {kEcKey, kEncryptedKey, kPkcs1Key, std::string_view("nothing"), std::string_view()}) {
    const auto key = RsaPrivateKey::from_pem(pem);
    ASSERT_FALSE(key.ok()) << pem.substr(0, 40);
    EXPECT_EQ(key.error().code, ErrorCode::kInvalid);
    EXPECT_EQ(key.error().text().find("BEGIN"), std::string::npos) << "no key material in errors";
  }
  EXPECT_EQ(RsaPrivateKey::from_pem(std::string(70'000, '-')).error().code, ErrorCode::kLimit);
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(Rsa, TestKeysAreFixedDistinctAndCounted) {
  const std::size_t count = RsaPrivateKey::test_key_count();
  ASSERT_GE(count, 4U);
  std::set<Bytes> moduli;
  for (std::size_t i = 0; i < count; ++i) {
    const RsaPublicKey key = RsaPrivateKey::test_key(i).public_key();
    EXPECT_EQ(key.bits(), 2048U);
    EXPECT_EQ(key.modulus(), RsaPrivateKey::test_key(i + count).public_key().modulus());
    moduli.insert(key.modulus());
  }
  EXPECT_EQ(moduli.size(), count);
  const RsaPrivateKey key = RsaPrivateKey::test_key(2);
  EXPECT_EQ(key.sign_rs256(as_bytes("m")), key.sign_rs256(as_bytes("m")));
}

TEST(Rsa, GeneratesWorkingKeysOfAllowedSizes) {
  EXPECT_EQ(RsaPrivateKey::generate(2047).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(RsaPrivateKey::generate(8193).error().code, ErrorCode::kLimit);
  const auto key = RsaPrivateKey::generate(2048);
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(key->public_key().bits(), 2048U);
  EXPECT_TRUE(key->public_key().verify_rs256(as_bytes("m"), key->sign_rs256(as_bytes("m"))));
  EXPECT_TRUE(key->public_key().pem().starts_with("-----BEGIN PUBLIC KEY-----\n"));
}

}  // namespace
}  // namespace parley::crypto
