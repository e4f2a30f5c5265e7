// Somebody files a bundle with an authority, under a certificate for ECDSA over P-256 that openssl
// has made; and the tools of whoever receives it: unzip, xmllint, openssl.
#include "harness/attest/asic_container.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "harness/base/encoding.h"
#include "harness/base/file.h"
#include "harness/crypto/hash.h"

namespace parley::attest {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class AsicTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    expect_shell(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 "
        "-subj '/CN=Example Seal' -addext keyUsage=critical,digitalSignature,nonRepudiation "
        "-keyout key.pem -out cert.pem");
  }
  void TearDown() override { fs::remove_all(folder_); }

  int shell(const std::string& command) {
    return std::system(("cd '" + folder_.string() + "' && " + command + " >log 2>&1").c_str());
  }
  void expect_shell(const std::string& command) {
    EXPECT_EQ(shell(command), 0) << command << "\n" << text("log");
  }
  std::string text(const std::string& name) { return read_text_file(folder_ / name).value(); }
  void write(const std::string& name, BytesView bytes) {
    ASSERT_TRUE(write_file_atomically(folder_ / name, bytes).ok());
  }
  crypto::SealIdentity identity() {
    return crypto::SealIdentity::from_pem(text("key.pem"), text("cert.pem")).value();
  }
  Bytes container() { return write_asic(files_, identity(), kWhen).value(); }
  void unpack(const Bytes& archive) {
    const auto entries = evidence::read_zip(archive, {.first = "mimetype"});
    ASSERT_TRUE(entries.ok()) << entries.error().text();
    for (const evidence::ZipEntry& one : *entries) {
      fs::create_directories((folder_ / "in" / one.name).parent_path());
      write("in/" + one.name, one.content);
    }
  }

  static constexpr TimePoint kWhen = TimePoint(std::chrono::seconds(1'800'000'000));
  const fs::path folder_ =
      fs::path(testing::TempDir()) / ("parley-asic-" + std::to_string(::getpid()));
  const std::string result_ = "{\"a\":1}\n";
  const std::string body_ = "a record\n";
  const std::vector<evidence::ZipEntry> files_{{"bodies/0000.jsonl", as_bytes(body_)},
                                               {"result.json", as_bytes(result_)}};
};

TEST_F(AsicTest, TheContainerIsOneForUnzip) {
  write("filed.asice", container());
  expect_shell("unzip -t filed.asice");
  expect_shell("unzip -Z1 filed.asice");
  EXPECT_EQ(text("log"),
            "mimetype\nMETA-INF/ASiCManifest001.xml\nMETA-INF/signature001.p7s\n"
            "bodies/0000.jsonl\nresult.json\n");
  // The mimetype is stored where tools that look for it expect it: from byte 38 on.
  EXPECT_EQ(text("filed.asice").substr(30, 39), "mimetypeapplication/vnd.etsi.asic-e+zip");
  expect_shell("unzip -v filed.asice");
  EXPECT_THAT(text("log"), ::testing::Not(HasSubstr("Defl")));
}

TEST_F(AsicTest, TheManifestIsWellFormedAndHasEveryFile) {
  const std::string manifest = asic_manifest(files_);
  write("manifest.xml", as_bytes(manifest));
  expect_shell("xmllint --noout manifest.xml");
  expect_shell("xmllint --xpath \"count(//*[local-name()='DataObjectReference'])\" manifest.xml");
  EXPECT_THAT(text("log"), HasSubstr("2"));
  expect_shell(
      "xmllint --xpath \"string(//*[@URI='result.json']/*[local-name()='DigestValue'])\" "
      "manifest.xml");
  EXPECT_THAT(text("log"), HasSubstr(base64(crypto::sha256(as_bytes(result_)))));
  expect_shell("xmllint --xpath \"string(//*[local-name()='SigReference']/@URI)\" manifest.xml");
  EXPECT_THAT(text("log"), HasSubstr("META-INF/signature001.p7s"));
}

TEST_F(AsicTest, TheSignatureIsOneForOpenssl) {
  unpack(container());
  const std::string check =
      "openssl cms -verify -cades -binary -inform DER -in in/META-INF/signature001.p7s -content "
      "in/META-INF/ASiCManifest001.xml -CAfile cert.pem -purpose any -out /dev/null";
  expect_shell(check);
  expect_shell("openssl cms -cmsout -print -inform DER -in in/META-INF/signature001.p7s");
  EXPECT_THAT(text("log"), HasSubstr("id-smime-aa-signingCertificateV2"));
  EXPECT_THAT(text("log"), HasSubstr("ecdsa-with-SHA256"));
  EXPECT_THAT(text("log"), HasSubstr("UTCTIME:Jan 15 08:00:00 2027 GMT"));
  EXPECT_THAT(text("log"), HasSubstr("eContent: <ABSENT>"));
  std::string bent = text("in/META-INF/ASiCManifest001.xml");
  bent[bent.size() / 2] ^= 1;
  write("in/META-INF/ASiCManifest001.xml", as_bytes(bent));
  EXPECT_NE(shell(check), 0);
}

TEST_F(AsicTest, TheKeyMayComeFromPkcs12) {
  expect_shell("openssl pkcs12 -export -inkey key.pem -in cert.pem -passout pass:open -out store");
  const Bytes store = read_file(folder_ / "store").value();
  const auto identity = crypto::SealIdentity::from_pkcs12(store, "open");
  ASSERT_TRUE(identity.ok()) << identity.error().text();
  EXPECT_TRUE(write_asic(files_, *identity, kWhen).ok());
  const auto closed = crypto::SealIdentity::from_pkcs12(store, "shut");
  ASSERT_FALSE(closed.ok());
  EXPECT_EQ(closed.error().code, ErrorCode::kAuth);
  EXPECT_EQ(crypto::SealIdentity::from_pkcs12(as_bytes(body_), "").error().code,
            ErrorCode::kInvalid);
}

TEST_F(AsicTest, OtherKeysAndCertificatesAreRefused) {
  expect_shell("openssl genpkey -algorithm ed25519 -out ed.pem");
  const auto edwards = crypto::SealIdentity::from_pem(text("ed.pem"), text("cert.pem"));
  ASSERT_FALSE(edwards.ok());
  EXPECT_EQ(edwards.error().code, ErrorCode::kUnsupported);
  expect_shell("openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out other.pem");
  const auto other = crypto::SealIdentity::from_pem(text("other.pem"), text("cert.pem"));
  ASSERT_FALSE(other.ok());
  EXPECT_THAT(other.error().text(), HasSubstr("not that of the key"));
  EXPECT_FALSE(crypto::SealIdentity::from_pem(text("cert.pem"), text("cert.pem")).ok());
  EXPECT_FALSE(crypto::SealIdentity::from_pem(text("key.pem"), "").ok());
  for (const char* name : {"mimetype", "META-INF/more", "../out"}) {
    const std::vector<evidence::ZipEntry> files{{name, as_bytes(body_)}};
    EXPECT_FALSE(write_asic(files, identity(), kWhen).ok()) << name;
  }
}

}  // namespace
}  // namespace parley::attest
