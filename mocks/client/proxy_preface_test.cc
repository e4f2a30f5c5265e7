// A proxy's preface as the gatekeeper reads it: whole, in pieces, and as nobody should send it.
#include "mocks/client/proxy_preface.h"

#include <gtest/gtest.h>

namespace parley::mocks {
namespace {

Bytes with_values(const Bytes& values) {
  Bytes out = write_proxy_preface("x");
  out.resize(14);
  out.push_back(static_cast<std::uint8_t>(values.size() >> 8));
  out.push_back(static_cast<std::uint8_t>(values.size()));
  append(out, values);
  return out;
}

ErrorCode refusal(const Bytes& bytes) {
  const auto preface = read_proxy_preface(bytes);
  EXPECT_FALSE(preface.ok());
  return preface.ok() ? ErrorCode::kInternal : preface.error().code;
}

TEST(ProxyPreface, SaysTheClientsAddress) {
  Bytes bytes = write_proxy_preface("bob.device.test");
  const std::size_t size = bytes.size();
  append(bytes, as_bytes("WA and more"));
  const auto preface = read_proxy_preface(bytes);
  ASSERT_TRUE(preface.ok() && preface->has_value());
  EXPECT_EQ((*preface)->client_address, "bob.device.test");
  EXPECT_EQ((*preface)->size, size);
}

TEST(ProxyPreface, EveryPieceOfItAsksForMore) {
  const Bytes bytes = write_proxy_preface("2001:db8::1");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto preface = read_proxy_preface(BytesView(bytes).first(size));
    ASSERT_TRUE(preface.ok()) << size;
    EXPECT_FALSE(preface->has_value()) << size;
  }
}

TEST(ProxyPreface, OtherValuesArePassedOver) {
  const auto preface =
      read_proxy_preface(with_values({0x04, 0, 1, 9, 0xE0, 0, 1, 'a', 0x04, 0, 0}));
  ASSERT_TRUE(preface.ok() && preface->has_value());
  EXPECT_EQ((*preface)->client_address, "a");
}

TEST(ProxyPreface, AnythingElseIsRefused) {
  EXPECT_EQ(refusal(to_bytes("WA\x06\x03")), ErrorCode::kInvalid);
  Bytes version = write_proxy_preface("a");
  version[12] = 0x11;
  EXPECT_EQ(refusal(version), ErrorCode::kInvalid);
  Bytes family = write_proxy_preface("a");
  family[13] = 0x11;
  EXPECT_EQ(refusal(family), ErrorCode::kInvalid);
  EXPECT_EQ(refusal(with_values({})), ErrorCode::kInvalid);
  EXPECT_EQ(refusal(with_values({0xE0, 0})), ErrorCode::kInvalid);
  EXPECT_EQ(refusal(with_values({0xE0, 0, 2, 'a'})), ErrorCode::kInvalid);
  EXPECT_EQ(refusal(with_values({0xE0, 0, 0})), ErrorCode::kInvalid);
  EXPECT_EQ(refusal(with_values({0xE0, 0, 1, 'a', 0xE0, 0, 1, 'b'})), ErrorCode::kInvalid);
  EXPECT_EQ(refusal(with_values({0xE0, 0, 1, '\n'})), ErrorCode::kInvalid);
  EXPECT_EQ(refusal(write_proxy_preface(std::string(254, 'a'))), ErrorCode::kInvalid);
  EXPECT_EQ(refusal(write_proxy_preface(std::string(600, 'a'))), ErrorCode::kLimit);
}

}  // namespace
}  // namespace parley::mocks
