// The numbers that two people compare: the published vector, and what makes numbers differ.
#include "harness/wire/signal/fingerprint.h"

#include <gtest/gtest.h>

#include "harness/base/encoding.h"

namespace parley::signal {
namespace {

crypto::PublicKey key(std::string_view text) {
  const auto bytes = decode_hex(text);
  EXPECT_TRUE(bytes.ok());
  return bytes.ok() ? to_array<32>(*bytes) : crypto::PublicKey{};
}

const crypto::PublicKey kAlice =
    key("06863bc66d02b40d27b8d49ca7c09e9239236f9d7d25d6fcca5ce13c7064d868");
const crypto::PublicKey kBob =
    key("f781b6fb32fed9ba1cf2de978d4d5da28dc34046ae814402b5c0dbd96fda907b");

// NumericFingerprintGeneratorTest of libsignal.
TEST(Fingerprint, PublishedVector) {
  const std::string alice = half_fingerprint("+14152222222", kAlice);
  const std::string bob = half_fingerprint("+14153333333", kBob);
  const std::string expected = "300354477692869396892869876765458257569162576843440918079131";
  EXPECT_EQ(fingerprint(alice, bob), expected);
  EXPECT_EQ(fingerprint(bob, alice), expected);
}

TEST(Fingerprint, AnotherKeyOrAnotherNameIsAnotherNumber) {
  const std::string half = half_fingerprint("a@interop", kAlice, 10);
  EXPECT_EQ(half.size(), 30U);
  EXPECT_NE(half, half_fingerprint("a@interop", kBob, 10));
  EXPECT_NE(half, half_fingerprint("b@interop", kAlice, 10));
  EXPECT_NE(half, half_fingerprint("a@interop", kAlice, 11));
}

}  // namespace
}  // namespace parley::signal
