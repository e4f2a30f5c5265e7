// The media store and the paths of proxied downloads, without HTTP.
#include "mocks/gatekeeper/media_store.h"

#include <gtest/gtest.h>

namespace parley::mocks::gatekeeper {
namespace {

constexpr TimePoint kNow{std::chrono::seconds(1'790'000'000)};
constexpr Duration kDay = std::chrono::hours(24);

class MediaStoreTest : public testing::Test {
 protected:
  MediaStore store_{std::make_unique<SeededRandom>(1, "media")};

  std::string put(Bytes file) {
    const auto direct_path = store_.put("image", std::move(file), kNow);
    EXPECT_TRUE(direct_path.has_value());
    return direct_path->substr(0, direct_path->find('?'));
  }
};

TEST_F(MediaStoreTest, GivesBackWhatWasPut) {
  const std::string path = put({1, 2, 3});
  EXPECT_TRUE(path.starts_with("/v/t"));
  const auto found = store_.find(path, kNow);
  ASSERT_EQ(found.finding, MediaStore::Finding::kFound);
  EXPECT_EQ(*found.file, (Bytes{1, 2, 3}));
  EXPECT_EQ(store_.find(path + "x", kNow).finding, MediaStore::Finding::kUnknown);
}

TEST_F(MediaStoreTest, DirectPathsHaveAQueryAndAreNeverAlike) {
  const auto a = store_.put("video", {1}, kNow);
  const auto b = store_.put("video", {1}, kNow);
  ASSERT_TRUE(a && b);
  EXPECT_NE(*a, *b);
  EXPECT_NE(a->find('?'), std::string::npos);
}

TEST_F(MediaStoreTest, IsGoneAfterThirtyDaysAndStaysGone) {
  const std::string path = put({1});
  EXPECT_EQ(store_.find(path, kNow + 30 * kDay).finding, MediaStore::Finding::kFound);
  EXPECT_EQ(store_.find(path, kNow + 31 * kDay).finding, MediaStore::Finding::kExpired);
  EXPECT_EQ(store_.find(path, kNow + 32 * kDay).finding, MediaStore::Finding::kExpired);
}

TEST(ProxyPath, ReadsIntegratorAndReference) {
  const auto path = parse_proxy_path("/interop/whatsapp/download/12/abc-DEF_0.1~/");
  ASSERT_TRUE(path.has_value());
  EXPECT_EQ(path->integrator, 12);
  EXPECT_EQ(path->reference, "abc-DEF_0.1~");
  const auto deep = parse_proxy_path("/interop/whatsapp/download/1/media/2026/abc/");
  ASSERT_TRUE(deep.has_value());
  EXPECT_EQ(deep->reference, "media/2026/abc");
}

TEST(ProxyPath, RefusesWhatCouldLeadElsewhere) {
  for (const char* reference :
       {"../secret", "a/../b", "..", ".", ".well-known/jwks", "a//b", "/a", "", "%2e%2e/secret",
        "a%2Fb", "https:", "http://evil.test/x", "a\\b", "a b", "a?b", "a#b", "a@b", "a;b"}) {
    const std::string path = "/interop/whatsapp/download/1/" + std::string(reference) + "/";
    EXPECT_FALSE(parse_proxy_path(path).has_value()) << path;
  }
  EXPECT_FALSE(
      parse_proxy_path("/interop/whatsapp/download/1/" + std::string(513, 'a') + "/").has_value());
  for (const char* path : {"/interop/whatsapp/download/1/abc", "/interop/whatsapp/download/x/abc/",
                           "/interop/whatsapp/download/-1/abc/",
                           "/interop/whatsapp/download/70000/abc/", "/interop/whatsapp/download/1",
                           "/interop/whatsapp/download//abc/", "/interop/whatsapp/upload/1/abc/"}) {
    EXPECT_FALSE(parse_proxy_path(path).has_value()) << path;
  }
}

}  // namespace
}  // namespace parley::mocks::gatekeeper
