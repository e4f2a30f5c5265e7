// An envelope between a signer and a reader, and what somebody between them may try: other
// payloads, other types, signatures of others, two spellings of one member.
#include "harness/evidence/dsse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/encoding.h"
#include "harness/base/json.h"

namespace parley::evidence {
namespace {

using crypto::KeyAlgorithm;
using crypto::SigningKey;
using crypto::VerifyKey;
using ::testing::HasSubstr;

struct World {
  SeededRandom random{1, "dsse"};
  SigningKey lab = SigningKey::generate(KeyAlgorithm::kEd25519, random);
  SigningKey seal = SigningKey::generate(KeyAlgorithm::kEcdsaP256, random);
  SigningKey stranger = SigningKey::generate(KeyAlgorithm::kEd25519, random);
  std::vector<VerifyKey> trusted{lab.public_key(), seal.public_key()};

  DsseEnvelope envelope(std::vector<SigningKey> keys) const {
    DsseEnvelope out{std::string(kInTotoPayloadType), to_bytes("{\"a\":1}"), {}};
    for (const SigningKey& key : keys) out.sign(key);
    return out;
  }
};

std::string encoding(std::string_view type, std::string_view payload) {
  return std::string(as_text(pre_authentication_encoding(type, as_bytes(payload))));
}

// The example of DSSE's protocol.md, and the further cases of its reference implementation's tests.
TEST(Dsse, HasThePublishedEncoding) {
  EXPECT_EQ(encoding("http://example.com/HelloWorld", "hello world"),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  EXPECT_EQ(encoding("", ""), "DSSEv1 0  0 ");
  EXPECT_EQ(encoding("http://example.com/HelloWorld", "\xe0\xb2\xa0"),
            "DSSEv1 29 http://example.com/HelloWorld 3 \xe0\xb2\xa0");
}

/// A positive number in DER.
Bytes der_integer(BytesView number) {
  Bytes digits = to_bytes(number);
  if (digits[0] >= 0x80) digits.insert(digits.begin(), 0);
  Bytes out{2, static_cast<std::uint8_t>(digits.size())};
  append(out, digits);
  return out;
}

// The example's signature: over P-256, r and s side by side where we have DER.
TEST(Dsse, VerifiesThePublishedSignature) {
  // The decimal X and Y of protocol.md, and the SPKI prefix of a P-256 key.
  const Bytes spki = decode_hex(
                         "3059301306072a8648ce3d020106082a8648ce3d030107034200"
                         "04"
                         "67cd390f77aa359cb08c2235f652270493a9ed832b0abcc01f70954c0390d238"
                         "0c782bd54e269125a44f4433aff1432ce94e12bca73aa67ac80cea12608ddf74")
                         .value();
  const Result<VerifyKey> key = VerifyKey::from_spki(spki);
  ASSERT_TRUE(key.ok()) << key.error().text();
  DsseEnvelope envelope =
      parse_envelope(
          R"({"payload": "aGVsbG8gd29ybGQ=", "payloadType": "http://example.com/HelloWorld",)"
          R"("signatures": [{"sig": "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTf)"
          R"(UiHqJPcIAriEGAHTVeCUjW2JIZA=="}]})")
          .value();
  EXPECT_EQ(as_text(envelope.payload), "hello world");
  Bytes& signature = envelope.signatures[0].signature;
  ASSERT_EQ(signature.size(), 64U);
  const Bytes numbers = concat(
      {der_integer(BytesView(signature).first(32)), der_integer(BytesView(signature).last(32))});
  signature = concat({Bytes{0x30, static_cast<std::uint8_t>(numbers.size())}, numbers});
  const auto signers =
      verify_envelope(envelope, "http://example.com/HelloWorld", std::vector{*key});
  ASSERT_TRUE(signers.ok()) << signers.error().text();
  envelope.payload[0] = 'H';
  EXPECT_FALSE(verify_envelope(envelope, "http://example.com/HelloWorld", std::vector{*key}).ok());
}

TEST(Dsse, SurvivesItsLine) {
  const World world;
  const DsseEnvelope envelope = world.envelope({world.lab, world.seal});
  const std::string line = to_line(envelope);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto back = parse_envelope(line);
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(*back, envelope);
  EXPECT_EQ(parse_envelopes(line + "\n" + line + "\n").value().size(), 2U);
}

TEST(Dsse, TellsWhoSigned) {
  const World world;
  const auto signers = [&](std::vector<SigningKey> keys) {
    return verify_envelope(world.envelope(std::move(keys)), kInTotoPayloadType, world.trusted);
  };
  EXPECT_EQ(signers({world.lab}).value(), std::vector{world.lab.public_key()});
  EXPECT_EQ(signers({world.stranger, world.seal}).value(), std::vector{world.seal.public_key()});
  EXPECT_EQ(signers({world.seal, world.lab, world.lab}).value().size(), 2U)
      << "two signatures of one key are one signer";
  EXPECT_EQ(signers({world.stranger}).error().code, ErrorCode::kAuth);
  EXPECT_EQ(signers({}).error().code, ErrorCode::kAuth);
  EXPECT_FALSE(verify_envelope(world.envelope({world.lab}), kInTotoPayloadType, {}).ok());
}

TEST(Dsse, TheKeyIdIsAHintOnly) {
  const World world;
  DsseEnvelope envelope = world.envelope({world.lab});
  envelope.signatures[0].key_id.clear();
  EXPECT_TRUE(verify_envelope(envelope, kInTotoPayloadType, world.trusted).ok());
  // A stranger who names the lab's key gains nothing.
  envelope = world.envelope({world.stranger});
  envelope.signatures[0].key_id = world.lab.public_key().key_id();
  EXPECT_FALSE(verify_envelope(envelope, kInTotoPayloadType, world.trusted).ok());
}

TEST(Dsse, WhatWasChangedIsNoticed) {
  const World world;
  const DsseEnvelope envelope = world.envelope({world.lab});
  DsseEnvelope bent = envelope;
  bent.payload.back() ^= 1;
  EXPECT_EQ(verify_envelope(bent, kInTotoPayloadType, world.trusted).error().code,
            ErrorCode::kAuth);
  bent = envelope;
  bent.payload_type = "text/plain";
  EXPECT_EQ(verify_envelope(bent, kInTotoPayloadType, world.trusted).error().code,
            ErrorCode::kUnsupported);
  EXPECT_EQ(verify_envelope(bent, "text/plain", world.trusted).error().code, ErrorCode::kAuth)
      << "the type is signed too";
  bent = envelope;
  bent.signatures[0].signature.pop_back();
  EXPECT_FALSE(verify_envelope(bent, kInTotoPayloadType, world.trusted).ok());
}

TEST(Dsse, LinesWithTwoReadingsAreRefused) {
  const auto refused = [](const std::string& line, const std::string& says) {
    const auto envelope = parse_envelope(line);
    ASSERT_FALSE(envelope.ok()) << line;
    EXPECT_THAT(envelope.error().text(), HasSubstr(says)) << line;
  };
  const std::string sound =
      R"({"payloadType":"t","payload":"AAA=","signatures":[{"keyid":"k","sig":"AA=="}]})";
  ASSERT_TRUE(parse_envelope(sound).ok());
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string line = sound;
    line.replace(line.find(from), from.size(), to);
    return line;
  };
  refused(with(R"("payload":"AAA=")", R"("payload":"AAA=","payload":"BBBB")"), "is repeated");
  refused(with(R"("payload":"AAA=")", R"("payload":"AAA=","\u0070ayload":"BBBB")"), "is repeated");
  refused(with(R"("sig":"AA==")", R"("sig":"AA==","sig":"AQ==")"), "is repeated");
  refused(with("AAA=", "AAB="), "envelope.payload");
  refused(with("AAA=", "AAA"), "padding");
  refused(with("AAA=", "AA-_"), "not a digit");
  refused(with("AAA=", "AAA=\\n"), "one line");
  refused(with("\"AA==\"", "\"AA=\""), "envelope.signatures[0].sig");
  refused(with(R"([{"keyid":"k","sig":"AA=="}])", "[]"), "no signature");
  refused(with(R"("payloadType":"t",)", ""), "payloadType: is missing");
  refused(with(R"("payloadType":"t")", R"("payloadType":1)"), "must be a string");
  refused(with(R"("payloadType":"t")", R"("payloadType":"t","more":1)"), "envelope.more");
  refused(with(R"("keyid":"k")", R"("cert":"k")"), "signatures[0].cert");
  refused("[]", "must be an object");
  refused(sound + " x", "no valid JSON");
  std::string many = R"({"sig":"AA=="})";
  for (int i = 0; i < 16; ++i) many += R"(,{"sig":"AA=="})";
  refused(R"({"payloadType":"t","payload":"","signatures":[)" + many + "]}", "more than 16");
}

TEST(Dsse, FilesThatWereCutAreRefused) {
  const World world;
  const std::string line = to_line(world.envelope({world.lab}));
  EXPECT_THAT(parse_envelopes("").error().text(), HasSubstr("no envelope"));
  EXPECT_THAT(parse_envelopes(line).error().text(), HasSubstr("line 1: was cut off"));
  EXPECT_THAT(parse_envelopes(line + "\n{}\n").error().text(), HasSubstr("line 2"));
  EXPECT_FALSE(parse_envelopes(line + "\n\n").ok());
  std::string many;
  for (int i = 0; i < 17; ++i) many += line + "\n";
  EXPECT_EQ(parse_envelopes(many).error().code, ErrorCode::kLimit);
}

}  // namespace
}  // namespace parley::evidence
