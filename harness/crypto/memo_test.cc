// A run that computes the same things again, on one thread or on several.
#include "harness/crypto/memo.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "harness/crypto/curve25519.h"
#include "harness/crypto/rsa.h"

namespace parley::crypto {
namespace {

PrivateKey key_of(std::uint8_t fill) {
  PrivateKey key;
  key.fill(fill);
  return key;
}

TEST(Memo, KeepsWhatItWasGivenAndStartsAnewWhenFull) {
  Memo memo(2);
  memo.put(key_of(1), to_bytes("one"));
  memo.put(key_of(2), to_bytes("two"));
  EXPECT_EQ(memo.find(key_of(1)), to_bytes("one"));
  memo.put(key_of(3), to_bytes("three"));
  EXPECT_EQ(memo.size(), 1U);
  EXPECT_EQ(memo.find(key_of(1)), std::nullopt);
  EXPECT_EQ(memo.find(key_of(3)), to_bytes("three"));
}

TEST(Memo, NothingIsRememberedOutsideOfAScope) {
  Memo memo;
  {
    const MemoScope scope(memo);
    Memo inner;
    {
      const MemoScope nested(inner);
      (void)X25519KeyPair::from_private(key_of(7));
    }
    EXPECT_EQ(inner.size(), 1U);
    EXPECT_EQ(memo.size(), 0U);
    (void)X25519KeyPair::from_private(key_of(7));
    EXPECT_EQ(memo.size(), 1U);
  }
  (void)X25519KeyPair::from_private(key_of(8));
  EXPECT_EQ(memo.size(), 1U);
}

TEST(Memo, OperationsAndInputsAreToldApart) {
  Memo memo;
  const MemoScope scope(memo);
  Remembered("a", {as_bytes("bc")}).keep(as_bytes("1"));
  EXPECT_TRUE(Remembered("a", {as_bytes("bc")}).result());
  EXPECT_FALSE(Remembered("ab", {as_bytes("c")}).result());
  EXPECT_FALSE(Remembered("a", {as_bytes("b"), as_bytes("c")}).result());
  EXPECT_FALSE(Remembered("a", {as_bytes("bc"), as_bytes("")}).result());
}

struct Results {
  PublicKey agreement_key, signing_key, both_key;
  SharedSecret secret;
  Signature signature, signed_by_both;
  Bytes rsa_signature;
  std::vector<bool> verified;

  bool operator==(const Results&) const = default;
};

// Each operation that remembers, the refused signatures included.
Results compute() {
  const auto mine = X25519KeyPair::from_private(key_of(1));
  const auto theirs = X25519KeyPair::from_private(key_of(2));
  const auto signer = Ed25519KeyPair::from_seed(key_of(3));
  const auto both = XeddsaKeyPair::from_seed(key_of(4));
  const Bytes message = to_bytes("a message");
  Results out;
  out.agreement_key = mine.public_key();
  out.signing_key = signer.public_key();
  out.both_key = both.public_key();
  out.secret = *mine.agree(theirs.public_key());
  EXPECT_EQ(out.secret, *theirs.agree(mine.public_key()));
  out.signature = signer.sign(message);
  out.signed_by_both = both.sign(message);
  out.rsa_signature = RsaPrivateKey::test_key(0).sign_rs256(message);
  out.verified = {ed25519_verify(signer.public_key(), message, out.signature),
                  ed25519_verify(signer.public_key(), to_bytes("another"), out.signature),
                  ed25519_verify(theirs.public_key(), message, out.signature),
                  xeddsa_verify(both.public_key(), message, out.signed_by_both),
                  xeddsa_verify(both.public_key(), message, out.signature),
                  RsaPrivateKey::test_key(0).public_key().verify_rs256(message, out.rsa_signature),
                  RsaPrivateKey::test_key(1).sign_rs256(message) == out.rsa_signature};
  EXPECT_FALSE(mine.agree(PublicKey{}).ok());  // a low-order point
  return out;
}

TEST(Memo, RememberedResultsAreThoseComputed) {
  const Results plain = compute();
  EXPECT_EQ(plain.verified, (std::vector{true, false, false, true, false, true, false}));
  Memo memo;
  const MemoScope scope(memo);
  EXPECT_EQ(compute(), plain);
  const std::size_t remembered = memo.size();
  EXPECT_GT(remembered, 10U);
  EXPECT_EQ(compute(), plain);
  EXPECT_EQ(memo.size(), remembered) << "the second time computed something anew";
}

TEST(Memo, ServesSeveralThreads) {
  const Results plain = compute();
  Memo memo(4);  // so small that it is emptied all the time
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const MemoScope scope(memo);
      for (int round = 0; round < 5; ++round) EXPECT_EQ(compute(), plain);
    });
  }
}

}  // namespace
}  // namespace parley::crypto
