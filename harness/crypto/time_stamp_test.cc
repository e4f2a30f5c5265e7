// A time stamping authority, run by openssl as such an authority would run it; a file that it
// stamps, and another that it has never seen.
#include "harness/crypto/time_stamp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "harness/base/file.h"

namespace parley::crypto {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class TimeStampTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    const std::string config =
        "[req]\ndistinguished_name=dn\nprompt=no\nx509_extensions=ext\n[dn]\nCN=Example TSA\n"
        "[ext]\nextendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
        "[plain]\nkeyUsage=critical,digitalSignature\n"
        "[tsa]\nserial=serial\ndefault_policy=1.2.3.4\ndigests=sha256\nsigner_digest=sha256\n"
        "ess_cert_id_alg=sha256\nsigner_key=tsa.key\n";
    write("tsa.conf", to_bytes(config));
    write("serial", to_bytes("01\n"));
    openssl(
        "req -x509 -newkey rsa:2048 -nodes -sha256 -days 30 -config tsa.conf -keyout tsa.key "
        "-out tsa.pem");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const Bytes& bytes) {
    ASSERT_TRUE(write_file_atomically(folder_ / name, bytes).ok());
  }
  void openssl(const std::string& command) {
    const std::string line = "cd '" + folder_.string() + "' && openssl " + command + " >log 2>&1";
    ASSERT_EQ(std::system(line.c_str()), 0) << command << read_text_file(folder_ / "log").value();
  }
  Bytes stamp(const Digest32& digest) {
    write("query", time_stamp_query(digest));
    openssl(
        "ts -reply -queryfile query -signer tsa.pem -inkey tsa.key -config tsa.conf "
        "-section tsa -out response");
    return read_file(folder_ / "response").value();
  }
  std::string root() { return read_text_file(folder_ / "tsa.pem").value(); }

  const fs::path folder_ =
      fs::path(testing::TempDir()) / ("parley-time-stamp-" + std::to_string(::getpid()));
  const Digest32 digest_ = sha256(as_bytes(std::string_view("a bundle")));
  const Digest32 other_ = sha256(as_bytes(std::string_view("another")));
};

TEST_F(TimeStampTest, AnAuthorityThatIsTrusted) {
  const Bytes response = stamp(digest_);
  const auto read = read_time_stamp(response, digest_);
  ASSERT_TRUE(read.ok()) << read.error().text();
  const auto believed = verify_time_stamp(response, digest_, root());
  ASSERT_TRUE(believed.ok()) << believed.error().text();
  EXPECT_EQ(believed->authority, "CN=Example TSA");
  EXPECT_EQ(believed->time, read->time);
  EXPECT_GT(unix_seconds(believed->time), 1'700'000'000);
}

TEST_F(TimeStampTest, TheQueryIsOneForOpensslToo) {
  write("query", time_stamp_query(digest_));
  openssl("ts -query -in query -text");
  EXPECT_THAT(read_text_file(folder_ / "log").value(), HasSubstr("Hash Algorithm: sha256"));
  EXPECT_THAT(read_text_file(folder_ / "log").value(), HasSubstr("Certificate required: yes"));
  EXPECT_EQ(time_stamp_query(digest_), time_stamp_query(digest_));
}

TEST_F(TimeStampTest, AnotherFileOrAuthorityIsRefused) {
  const Bytes response = stamp(digest_);
  const auto other = verify_time_stamp(response, other_, root());
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code, ErrorCode::kAuth);
  EXPECT_FALSE(read_time_stamp(response, other_).ok());
  openssl(
      "req -x509 -newkey rsa:2048 -nodes -sha256 -days 30 -config tsa.conf -keyout x.key -out "
      "x.pem");
  const std::string stranger = read_text_file(folder_ / "x.pem").value();
  const auto foreign = verify_time_stamp(response, digest_, stranger);
  ASSERT_FALSE(foreign.ok());
  EXPECT_EQ(foreign.error().code, ErrorCode::kAuth);
  EXPECT_FALSE(verify_time_stamp(response, digest_, "no roots").ok());
}

// An authority for other things is none for time stamps, though its root be trusted.
TEST_F(TimeStampTest, ARefusalIsNoStamp) {
  write("query", time_stamp_query(digest_));
  const std::string line =
      "cd '" + folder_.string() +
      "' && sed -i 's/^digests=.*/digests=sha512/' tsa.conf && openssl ts "
      "-reply -queryfile query -signer tsa.pem -inkey tsa.key -config tsa.conf "
      "-section tsa -out response >log 2>&1";
  static_cast<void>(std::system(line.c_str()));
  const auto refused = read_time_stamp(read_file(folder_ / "response").value(), digest_);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kRefused);
}

TEST_F(TimeStampTest, NoByteCanBeChanged) {
  const Bytes response = stamp(digest_);
  const std::string roots = root();
  for (std::size_t i = 0; i < response.size(); i += 13) {
    Bytes bent = response;
    bent[i] ^= 0x41;
    const auto believed = verify_time_stamp(bent, digest_, roots);
    // Some bytes of the token say nothing and are not signed: what is believed is the same.
    if (believed.ok()) {
      EXPECT_EQ(believed->time, read_time_stamp(response, digest_)->time) << i;
    }
    Bytes cut(response.begin(), response.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(verify_time_stamp(cut, digest_, roots).ok()) << i;
  }
}

}  // namespace
}  // namespace parley::crypto
