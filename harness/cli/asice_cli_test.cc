// A lab that files its bundle with an authority under a seal that openssl has made; and one that
// has the wrong key, half of the options, or a file that is no bundle.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/cli/ledger_fixture.h"

namespace parley::cli {
namespace {

using ::testing::HasSubstr;

class AsiceCli : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (const std::string curve : {"P-256", "P-384"}) {
      world().openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:" + curve +
                      " -nodes -days 30 -subj '/CN=Example Seal' -addext "
                      "keyUsage=critical,digitalSignature,nonRepudiation -keyout " +
                      curve + ".key -out " + curve + ".pem");
    }
    world().openssl(
        "pkcs12 -export -inkey P-256.key -in P-256.pem -out seal.p12 "
        "-passout pass:synthetic");
    ASSERT_TRUE(write_file_atomically(given("password"), "synthetic\n").ok());
    ASSERT_TRUE(write_file_atomically(given("other-password"), "other\n").ok());
  }
  static Said asice(const std::vector<std::string>& options) {
    std::vector<std::string> arguments{"asice"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return say(arguments);
  }
};

TEST_F(AsiceCli, PutsABundleUnderOneMoreSignature) {
  const std::vector<std::string> keys[] = {
      {"--key", given("P-256.key"), "--cert", given("P-256.pem")},
      {"--pkcs12", given("seal.p12"), "--password-file", given("password")}};
  for (const std::vector<std::string>& key : keys) {
    std::vector<std::string> arguments{given("sound.zip"), "--out", given("filed.asice")};
    arguments.insert(arguments.end(), key.begin(), key.end());
    const Said said = asice(arguments);
    ASSERT_EQ(said.code, kExitPass) << said.err;
    EXPECT_THAT(said.out, HasSubstr("files of the bundle under one more signature"));
    const Bytes archive = read_file(given("filed.asice")).value();
    const auto entries = evidence::read_zip(archive, {.first = "mimetype"});
    ASSERT_TRUE(entries.ok()) << entries.error().text();
    Files inside;
    for (const evidence::ZipEntry& one : *entries) {
      inside[one.name] = std::string(as_text(one.content));
    }
    EXPECT_EQ(inside.at("mimetype"), "application/vnd.etsi.asic-e+zip");
    for (const auto& [name, content] : world().files("sound.zip")) {
      EXPECT_EQ(inside.at(name), content) << name;
    }
  }
}

TEST_F(AsiceCli, SaysWhatItCannotSignWith) {
  const struct {
    std::vector<std::string> options;
    std::string why;
  } rows[] = {
      {{"--key", given("P-256.key")}, "say --key and --cert, or --pkcs12"},
      {{}, "say --key and --cert, or --pkcs12"},
      {{"--key", given("P-384.key"), "--cert", given("P-384.pem")}, "P-384.key"},
      {{"--key", given("P-384.key"), "--cert", given("P-256.pem")}, "P-384.key"},
      {{"--key", given("none.key"), "--cert", given("P-256.pem")}, "none.key"},
      {{"--pkcs12", given("seal.p12"), "--password-file", given("other-password")}, "seal.p12"},
      {{"--pkcs12", given("P-256.pem")}, "P-256.pem"},
  };
  for (const auto& row : rows) {
    std::vector<std::string> arguments{given("sound.zip"), "--out", given("refused.asice")};
    arguments.insert(arguments.end(), row.options.begin(), row.options.end());
    const Said said = asice(arguments);
    EXPECT_EQ(said.code, kExitUsage) << row.why;
    EXPECT_THAT(said.err, HasSubstr(row.why));
    EXPECT_FALSE(std::filesystem::exists(given("refused.asice"))) << row.why;
  }
}

TEST_F(AsiceCli, TakesBundlesOnly) {
  for (const std::string file : {"P-256.pem", "nowhere.zip"}) {
    const Said said = asice({given(file), "--key", given("P-256.key"), "--cert", given("P-256.pem"),
                             "--out", given("refused.asice")});
    EXPECT_EQ(said.code, kExitUsage);
    EXPECT_THAT(said.err, HasSubstr(file));
  }
}

}  // namespace
}  // namespace parley::cli
