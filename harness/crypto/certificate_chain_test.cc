// A lab with its own root, a reader who trusts it, and certificates that should not pass: expired,
// of another lab, for another use, made by somebody who is no authority.
#include "harness/crypto/certificate_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <filesystem>

#include "harness/base/file.h"
#include "harness/crypto/certificate_draft.h"
#include "harness/crypto/test_ca.h"

namespace parley::crypto {
namespace {

using ::testing::HasSubstr;

constexpr TimePoint kNow = TimePoint(std::chrono::seconds(1'800'000'000));
constexpr auto kDay = std::chrono::hours(24);
constexpr ValidityPeriod kYears{kNow - 365 * kDay, kNow + 365 * kDay};
constexpr ValidityPeriod kMonth{kNow - 15 * kDay, kNow + 15 * kDay};

/// A lab: its root, and a signer with a certificate.
struct Lab {
  explicit Lab(std::uint64_t seed, KeyAlgorithm algorithm = KeyAlgorithm::kEd25519)
      : random(seed, "lab"),
        root(make_lab_root(SigningKey::generate(algorithm, random), "Example Lab Root", kYears,
                           random)
                 .value()),
        signer(SigningKey::generate(algorithm, random)),
        chain(issue_signer(root, signer.public_key(), "Example Lab", kMonth, random).value()) {}

  SeededRandom random;
  LabRoot root;
  SigningKey signer;
  std::string chain;
};

TEST(CertificateChain, LeadsFromTheSignerToTheRoot) {
  for (const KeyAlgorithm algorithm : {KeyAlgorithm::kEd25519, KeyAlgorithm::kEcdsaP256}) {
    const Lab lab(1, algorithm);
    const ChainVerdict verdict = verify_chain(lab.chain, lab.root.certificate_pem, kNow);
    ASSERT_TRUE(verdict.valid()) << verdict.reason;
    EXPECT_EQ(*verdict.signer, lab.signer.public_key());
    EXPECT_EQ(verdict.subject, "CN=Example Lab");
    EXPECT_TRUE(verdict.reason.empty());
    // The root may come along, and other roots may be trusted beside it.
    EXPECT_TRUE(verify_chain(lab.chain + lab.root.certificate_pem,
                             Lab(2).root.certificate_pem + lab.root.certificate_pem, kNow)
                    .valid());
  }
}

TEST(CertificateChain, IsReproducibleFromTheWorldsRandomness) {
  EXPECT_EQ(Lab(1).chain, Lab(1).chain);
  EXPECT_EQ(Lab(1).root.certificate_pem, Lab(1).root.certificate_pem);
  EXPECT_NE(Lab(1).chain, Lab(2).chain);
}

TEST(CertificateChain, HoldsWithinItsTimeOnly) {
  const Lab lab(1);
  const auto at = [&](TimePoint when) {
    return verify_chain(lab.chain, lab.root.certificate_pem, when).fault;
  };
  EXPECT_EQ(at(kMonth.from), ChainFault::kNone);
  EXPECT_EQ(at(kMonth.until - std::chrono::seconds(1)), ChainFault::kNone);
  EXPECT_EQ(at(kMonth.from - std::chrono::seconds(1)), ChainFault::kNotYetValid);
  EXPECT_EQ(at(kMonth.until), ChainFault::kExpired);
}

TEST(CertificateChain, AnExpiredRootCarriesNobody) {
  SeededRandom random(3, "lab");
  const LabRoot root =
      make_lab_root(SigningKey::generate(KeyAlgorithm::kEd25519, random), "Old", kMonth, random)
          .value();
  const SigningKey signer = SigningKey::generate(KeyAlgorithm::kEd25519, random);
  const std::string chain = issue_signer(root, signer.public_key(), "New", kYears, random).value();
  const ChainVerdict verdict = verify_chain(chain, root.certificate_pem, kNow + 20 * kDay);
  EXPECT_EQ(verdict.fault, ChainFault::kExpired);
  EXPECT_THAT(verdict.reason, HasSubstr("certificate 2 from the signer"));
  EXPECT_FALSE(verdict.signer);
}

TEST(CertificateChain, OnlyTheTrustedRootsCount) {
  const Lab lab(1);
  const Lab other(2);
  // The two roots have one name, so that only keys tell them apart.
  for (const std::string& chain :
       {lab.chain, lab.chain + lab.root.certificate_pem, lab.chain + other.root.certificate_pem}) {
    const ChainVerdict verdict = verify_chain(chain, other.root.certificate_pem, kNow);
    EXPECT_EQ(verdict.fault, ChainFault::kForeignRoot) << verdict.reason;
    EXPECT_FALSE(verdict.signer);
    EXPECT_EQ(verdict.subject, "CN=Example Lab");
  }
  EXPECT_EQ(verify_chain(lab.root.certificate_pem, other.root.certificate_pem, kNow).fault,
            ChainFault::kForeignRoot);
}

TEST(CertificateChain, ABentCertificateIsRefused) {
  const Lab lab(1);
  // Under one root key a certificate cannot be renamed: the last bytes are its signature.
  std::size_t refused = 0;
  for (std::size_t at = 40; at + 30 < lab.chain.size(); at += 7) {
    std::string bent = lab.chain;
    if (bent[at] == '\n') continue;
    bent[at] = bent[at] == 'A' ? 'B' : 'A';
    if (bent == lab.chain) continue;
    EXPECT_FALSE(verify_chain(bent, lab.root.certificate_pem, kNow).valid()) << at;
    ++refused;
  }
  EXPECT_GT(refused, 50U);
  std::string bent = lab.chain;
  const std::size_t end = bent.find("\n-----END");
  bent[end - 8] = bent[end - 8] == 'A' ? 'B' : 'A';
  EXPECT_EQ(verify_chain(bent, lab.root.certificate_pem, kNow).fault, ChainFault::kSignature);
}

TEST(CertificateChain, AServersCertificateDoesNotSignDocuments) {
  const TestCa ca = TestCa::create(kNow).value();
  const std::string server = ca.issue({}).value().certificate_pem;
  const ChainVerdict verdict = verify_chain(server, ca.certificate_pem(), kNow);
  EXPECT_EQ(verdict.fault, ChainFault::kWrongUse);
  EXPECT_THAT(verdict.reason, HasSubstr("1.3.6.1.5.5.7.3.36"));
  EXPECT_FALSE(verdict.signer);
}

TEST(CertificateChain, ARootDoesNotSignDocumentsItself) {
  const Lab lab(1);
  EXPECT_EQ(verify_chain(lab.root.certificate_pem, lab.root.certificate_pem, kNow).fault,
            ChainFault::kWrongUse);
}

TEST(CertificateChain, ASignerIsNoAuthority) {
  Lab lab(1);
  // Somebody who has the signer's key makes a certificate in the signer's name.
  const LabRoot impostor{lab.signer, lab.chain};
  const SigningKey key = SigningKey::generate(KeyAlgorithm::kEd25519, lab.random);
  const std::string forged =
      issue_signer(impostor, key.public_key(), "Impostor", kMonth, lab.random).value();
  const ChainVerdict verdict = verify_chain(forged + lab.chain, lab.root.certificate_pem, kNow);
  EXPECT_EQ(verdict.fault, ChainFault::kWrongUse) << verdict.reason;
}

/// A certificate for `key` under the lab's root with extensions of the test's own.
std::string issue_with(Lab& lab, EVP_PKEY* key, std::span<const ExtensionText> extensions) {
  const auto handle = [](const SigningKey& k) {
    const Bytes der = k.pkcs8();
    const std::uint8_t* next = der.data();
    return KeyHandle(d2i_AutoPrivateKey(nullptr, &next, static_cast<long>(der.size())));
  };
  const KeyHandle root_key = handle(lab.root.key);
  const std::string name = "Test";
  Certificate issuer = draft_certificate(root_key.get(), "Example Lab Root",
                                         {unix_seconds(kYears.from), unix_seconds(kYears.until)},
                                         lab.random.array<16>())
                           .value();
  const ExtensionText own[] = {{NID_subject_key_identifier, "hash"}};
  EXPECT_TRUE(sign_certificate(issuer.get(), issuer.get(), root_key.get(), own).ok());
  const Certificate certificate =
      draft_certificate(key, name, {unix_seconds(kMonth.from), unix_seconds(kMonth.until)},
                        lab.random.array<16>())
          .value();
  EXPECT_TRUE(sign_certificate(certificate.get(), issuer.get(), root_key.get(), extensions).ok());
  return certificate_pem(certificate.get());
}

TEST(CertificateChain, EveryMissingUseIsNoticed) {
  Lab lab(1);
  const KeyHandle key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  const auto fault = [&](std::vector<ExtensionText> uses) {
    uses.push_back({NID_subject_key_identifier, "hash"});
    uses.push_back({NID_authority_key_identifier, "keyid:always"});
    return verify_chain(issue_with(lab, key.get(), uses), lab.root.certificate_pem, kNow).fault;
  };
  const ExtensionText no_ca{NID_basic_constraints, "critical,CA:FALSE"};
  const ExtensionText signs{NID_key_usage, "critical,digitalSignature"};
  const ExtensionText documents{NID_ext_key_usage, "1.3.6.1.5.5.7.3.36"};
  EXPECT_EQ(fault({no_ca, signs, documents}), ChainFault::kNone);
  EXPECT_EQ(fault({no_ca, signs, {NID_ext_key_usage, "clientAuth,1.3.6.1.5.5.7.3.36"}}),
            ChainFault::kNone);
  EXPECT_EQ(fault({no_ca, signs}), ChainFault::kWrongUse);
  EXPECT_EQ(fault({no_ca, documents}), ChainFault::kWrongUse);
  EXPECT_EQ(fault({no_ca, signs, {NID_ext_key_usage, "codeSigning"}}), ChainFault::kWrongUse);
  EXPECT_EQ(fault({no_ca, {NID_key_usage, "critical,keyAgreement"}, documents}),
            ChainFault::kWrongUse);
}

TEST(CertificateChain, KeysThatNobodySignsEvidenceWithAreRefused) {
  Lab lab(1);
  const ExtensionText uses[] = {{NID_basic_constraints, "critical,CA:FALSE"},
                                {NID_key_usage, "critical,digitalSignature"},
                                {NID_ext_key_usage, "1.3.6.1.5.5.7.3.36"},
                                {NID_subject_key_identifier, "hash"},
                                {NID_authority_key_identifier, "keyid:always"}};
  const KeyHandle p384(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384"));
  EXPECT_EQ(verify_chain(issue_with(lab, p384.get(), uses), lab.root.certificate_pem, kNow).fault,
            ChainFault::kWeak);
  const KeyHandle short_rsa(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{1024}));
  EXPECT_EQ(
      verify_chain(issue_with(lab, short_rsa.get(), uses), lab.root.certificate_pem, kNow).fault,
      ChainFault::kWeak);
}

TEST(CertificateChain, WhatIsNoChainIsMalformed) {
  const Lab lab(1);
  std::string nine;
  for (int i = 0; i < 9; ++i) nine += lab.chain;
  for (const std::string& chain :
       {std::string(), std::string("text"), lab.signer.public_key().pem(), nine,
        std::string("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        lab.chain.substr(0, 200)}) {
    const ChainVerdict verdict = verify_chain(chain, lab.root.certificate_pem, kNow);
    EXPECT_EQ(verdict.fault, ChainFault::kMalformed) << chain;
    EXPECT_THAT(verdict.reason, HasSubstr("the chain: "));
  }
  EXPECT_THAT(verify_chain(lab.chain, "", kNow).reason, HasSubstr("the roots: "));
}

TEST(CertificateChain, RequestsThatMakeNoSenseAreRefused) {
  Lab lab(1);
  const VerifyKey& key = lab.signer.public_key();
  for (const std::string& name : {std::string(), std::string(65, 'x'), std::string("a\nb"),
                                  std::string("\xff"), std::string("a\0b", 3)}) {
    EXPECT_EQ(issue_signer(lab.root, key, name, kMonth, lab.random).error().code,
              ErrorCode::kInvalid);
    EXPECT_EQ(make_lab_root(lab.signer, name, kMonth, lab.random).error().code,
              ErrorCode::kInvalid);
  }
  EXPECT_EQ(issue_signer(lab.root, key, "x", {kNow, kNow - kDay}, lab.random).error().code,
            ErrorCode::kInvalid);
  const LabRoot mixed{lab.signer, lab.root.certificate_pem};
  EXPECT_THAT(issue_signer(mixed, key, "x", kMonth, lab.random).error().message,
              HasSubstr("do not fit"));
}

TEST(CertificateChain, FaultsHaveNames) {
  EXPECT_EQ(to_string(ChainFault::kForeignRoot), "foreign-root");
  EXPECT_EQ(to_string(ChainFault::kNotYetValid), "not-yet-valid");
}

TEST(CertificateChain, TheOpensslProgramAgrees) {
  if (std::system("openssl version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no openssl program";
  const auto folder = std::filesystem::path(::testing::TempDir()) / "parley_certificate_chain_test";
  std::filesystem::create_directories(folder);
  const Lab lab(1);
  ASSERT_TRUE(write_file_atomically(folder / "root.pem", lab.root.certificate_pem).ok());
  ASSERT_TRUE(write_file_atomically(folder / "other.pem", Lab(2).root.certificate_pem).ok());
  ASSERT_TRUE(write_file_atomically(folder / "chain.pem", lab.chain).ok());
  const auto verify = [&](const std::string& root, const std::string& time) {
    return std::system(("cd '" + folder.string() + "' && openssl verify -x509_strict -attime " +
                        time + " -CAfile " + root + " chain.pem >/dev/null 2>&1")
                           .c_str());
  };
  EXPECT_EQ(verify("root.pem", "1800000000"), 0);
  EXPECT_NE(verify("other.pem", "1800000000"), 0);
  EXPECT_NE(verify("root.pem", "1900000000"), 0);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace parley::crypto
