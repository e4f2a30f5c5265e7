// The ends of a connection that speak the same versions of TLS, and others.
#include "harness/net/tls_version.h"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

TEST(TlsVersion, IsNamedAsPeopleNameIt) {
  for (const TlsVersion version : {TlsVersion::k1_1, TlsVersion::k1_2, TlsVersion::k1_3}) {
    EXPECT_EQ(parse_tls_version(to_string(version)), version);
  }
  EXPECT_EQ(parse_tls_version("1.4"), std::nullopt);
  EXPECT_EQ(to_string(TlsVersions()), "1.2 to 1.3");
  EXPECT_EQ(to_string(TlsVersions::only(TlsVersion::k1_1)), "1.1");
}

TEST(TlsVersion, TheNewestInCommonIsChosen) {
  EXPECT_EQ(*choose_tls_version({}, {}), TlsVersion::k1_3);
  EXPECT_EQ(*choose_tls_version({}, TlsVersions::only(TlsVersion::k1_2)), TlsVersion::k1_2);
  EXPECT_EQ(*choose_tls_version({TlsVersion::k1_1, TlsVersion::k1_2}, {}), TlsVersion::k1_2);
}

TEST(TlsVersion, NoneInCommonIsARefusal) {
  const auto old = TlsVersions::only(TlsVersion::k1_1);
  EXPECT_EQ(choose_tls_version({}, old).error().code, ErrorCode::kRefused);
  EXPECT_EQ(choose_tls_version(old, {}).error().code, ErrorCode::kRefused);
}

}  // namespace
}  // namespace parley::net
