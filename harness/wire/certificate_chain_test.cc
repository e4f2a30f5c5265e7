// A client that has pinned a root, and servers whose chains are wrong in one way each.
#include "harness/wire/certificate_chain.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "harness/base/random.h"
#include "schemas/chat.pb.h"

namespace parley::wire {
namespace {

const TimePoint kNow = from_unix_seconds(1'800'000'000);

crypto::XeddsaKeyPair key(std::uint8_t fill) {
  crypto::PrivateKey seed;
  seed.fill(fill);
  return crypto::XeddsaKeyPair::from_seed(seed);
}

struct World {
  crypto::XeddsaKeyPair root = key(1);
  crypto::XeddsaKeyPair intermediate = key(2);
  crypto::PublicKey server_static = key(3).public_key();
  CertificateDetails signer{7, 0, intermediate.public_key(), 1'700'000'000, 1'900'000'000};
  CertificateDetails leaf{8, 7, server_static, 1'700'000'000, 1'900'000'000};

  Bytes chain() const { return build_certificate_chain(root, intermediate, signer, leaf); }
  std::optional<CertificateFault> check(BytesView bytes) const {
    return check_certificate_chain(bytes, {key(1).public_key(), server_static, kNow});
  }
  std::optional<CertificateFault> check() const { return check(chain()); }
};

TEST(CertificateChain, AValidOneHolds) {
  World world;
  EXPECT_EQ(world.check(), std::nullopt);
  Bytes built = build_valid_certificate_chain(world.root, world.intermediate, world.server_static,
                                              kNow, std::chrono::hours(1));
  CertificateRules rules{world.root.public_key(), world.server_static, kNow};
  EXPECT_EQ(check_certificate_chain(built, rules), std::nullopt);
  rules.now = kNow + std::chrono::hours(2);
  EXPECT_EQ(check_certificate_chain(built, rules), CertificateFault::kIntermediateExpired);
}

TEST(CertificateChain, IssuerSerialZeroIsWritten) {
  pb::CertChain chain;
  ASSERT_TRUE(chain.ParseFromString(std::string(as_text(World().chain()))));
  pb::NoiseCertificate::Details details;
  ASSERT_TRUE(details.ParseFromString(chain.intermediate().details()));
  EXPECT_TRUE(details.has_issuer_serial());
}

TEST(CertificateChain, EachFaultHasItsName) {
  using enum CertificateFault;
  struct Case {
    CertificateFault fault;
    std::function<void(World&)> damage;
  };
  const Case cases[] = {
      {kIntermediateIssuer, [](World& w) { w.signer.issuer_serial = 1; }},
      {kIntermediateSignature, [](World& w) { w.root = key(9); }},
      {kLeafIssuer, [](World& w) { w.leaf.issuer_serial = 6; }},
      {kLeafSignature, [](World& w) { w.intermediate = key(9); }},
      {kLeafKey, [](World& w) { w.leaf.key = key(9).public_key(); }},
      {kIntermediateNotYetValid, [](World& w) { w.signer.not_before = 1'800'000'001; }},
      {kIntermediateExpired, [](World& w) { w.signer.not_after = 1'799'999'999; }},
      {kLeafNotYetValid, [](World& w) { w.leaf.not_before = 1'800'000'001; }},
      {kLeafExpired, [](World& w) { w.leaf.not_after = 0; }},
  };
  std::set<std::string_view> names = {to_string(kMalformed), to_string(kMissingPart)};
  for (const Case& c : cases) {
    World world;
    c.damage(world);
    std::optional<CertificateFault> fault = world.check();
    ASSERT_TRUE(fault.has_value()) << to_string(c.fault);
    EXPECT_EQ(to_string(*fault), to_string(c.fault));
    names.insert(to_string(c.fault));
  }
  EXPECT_EQ(names.size(), 11u) << "every fault is covered and spelt differently";
}

TEST(CertificateChain, MissingAndMalformedParts) {
  World world;
  pb::CertChain good;
  ASSERT_TRUE(good.ParseFromString(std::string(as_text(world.chain()))));
  auto judge = [&](const std::function<void(pb::CertChain&)>& damage) {
    pb::CertChain chain = good;
    damage(chain);
    return world.check(as_bytes(chain.SerializeAsString()));
  };
  using enum CertificateFault;
  EXPECT_EQ(judge([](auto& c) { c.clear_leaf(); }), kMissingPart);
  EXPECT_EQ(judge([](auto& c) { c.clear_intermediate(); }), kMissingPart);
  EXPECT_EQ(judge([](auto& c) { c.mutable_leaf()->clear_signature(); }), kMissingPart);
  EXPECT_EQ(judge([](auto& c) { c.mutable_leaf()->clear_details(); }), kMissingPart);
  EXPECT_EQ(judge([](auto& c) { c.mutable_leaf()->set_signature("short"); }), kMalformed);
  EXPECT_EQ(judge([](auto& c) { c.mutable_leaf()->set_details("\xff"); }), kMalformed);
  EXPECT_EQ(judge([](auto& c) { c.mutable_leaf()->mutable_signature()->at(5) ^= 1; }),
            kLeafSignature);
  EXPECT_EQ(world.check(Bytes{0xff, 0xff}), kMalformed);
  EXPECT_EQ(world.check({}), kMissingPart);
}

TEST(CertificateChain, NoFlippedBitHolds) {
  World world;
  Bytes chain = world.chain();
  for (std::size_t bit = 0; bit < chain.size() * 8; ++bit) {
    Bytes bad = chain;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_TRUE(world.check(bad).has_value()) << "bit " << bit;
  }
}

}  // namespace
}  // namespace parley::wire
