// A bundle of three files and its manifest, and what happens to either between the lab and a
// reader.
#include "harness/evidence/bundle_manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::evidence {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kPublic = Confidentiality::kPublic;
constexpr auto kConfidential = Confidentiality::kConfidential;

const std::vector<std::pair<std::string, std::string>> kFiles{
    {"bodies/0000.jsonl", "{}\n"}, {"report.html", "<p>"}, {"result.json", "{\"a\":1}"}};

std::vector<ZipEntry> entries() {
  std::vector<ZipEntry> out;
  for (const auto& [name, content] : kFiles) out.push_back({name, as_bytes(content)});
  out.push_back({"manifest.json", {}});
  out.push_back({"bundle.intoto.jsonl", {}});
  return out;
}

BundleManifest sound() {
  BundleManifest manifest{.edition = kConfidential,
                          .run_id = "01JD8Z0000000000000000000A",
                          .files = {},
                          .signers = {{"lab", std::string(64, 'a')}}};
  manifest.files = {
      describe_file(kFiles[0].first, as_bytes(kFiles[0].second), "application/jsonl",
                    kConfidential),
      describe_file(kFiles[1].first, as_bytes(kFiles[1].second), "text/html", kPublic),
      describe_file(kFiles[2].first, as_bytes(kFiles[2].second), "application/json", kPublic)};
  return manifest;
}

TEST(BundleManifest, SurvivesItsText) {
  BundleManifest manifest = sound();
  for (int round = 0; round < 2; ++round) {
    const auto text = write_manifest(manifest);
    ASSERT_TRUE(text.ok()) << text.error().text();
    const auto back = parse_manifest(*text);
    ASSERT_TRUE(back.ok()) << back.error().text();
    EXPECT_EQ(*back, manifest);
    manifest.edition = kPublic;
    manifest.files.erase(manifest.files.begin());
    manifest.signers = {{"lab", std::string(64, 'a')}, {"waiver-authority", std::string(64, 'b')}};
  }
}

TEST(BundleManifest, FindsItsFiles) {
  const BundleManifest manifest = sound();
  ASSERT_NE(manifest.file("report.html"), nullptr);
  EXPECT_EQ(manifest.file("report.html")->media_type, "text/html");
  EXPECT_EQ(manifest.file("report"), nullptr);
  EXPECT_EQ(manifest.file("zzz"), nullptr);
}

TEST(BundleManifest, ComparesItsFiles) {
  const BundleManifest manifest = sound();
  EXPECT_THAT(compare_files(manifest, entries()), IsEmpty());
  std::vector<ZipEntry> bent = entries();
  bent[0].content = as_bytes("[]\n");  // of the same size
  bent[1].content = as_bytes("<p>more");
  bent[2].name = "result2.json";
  const std::vector<Error> faults = compare_files(manifest, bent);
  ASSERT_THAT(faults, SizeIs(4));
  EXPECT_EQ(faults[0].text(), "result2.json: is in the bundle and not in its manifest");
  EXPECT_EQ(faults[1].text(), "bodies/0000.jsonl: has another SHA-256 than the manifest");
  EXPECT_EQ(faults[1].code, ErrorCode::kAuth);
  EXPECT_THAT(faults[2].text(), HasSubstr("report.html: has 7 bytes"));
  EXPECT_EQ(faults[3].code, ErrorCode::kNotFound);
}

TEST(BundleManifest, NamesAHundredFaultsAndNoMore) {
  std::vector<ZipEntry> many;
  for (int i = 0; i < 500; ++i) many.push_back({"extra" + std::to_string(i), {}});
  EXPECT_THAT(compare_files(sound(), many), SizeIs(100));
}

TEST(BundleManifest, ContradictionsAreNotWritten) {
  const auto refused = [](BundleManifest manifest, const std::string& says) {
    const auto text = write_manifest(manifest);
    ASSERT_FALSE(text.ok());
    EXPECT_THAT(text.error().text(), HasSubstr(says));
  };
  BundleManifest m = sound();
  std::swap(m.files[0], m.files[1]);
  refused(m, "order of the paths");
  m = sound();
  m.files.push_back(m.files.back());
  refused(m, "there twice");
  m = sound();
  m.files[0].path = "../bodies";
  refused(m, "a file's name");
  m = sound();
  m.files[0].path = "bundle.intoto.jsonl";
  refused(m, "cannot be listed");
  m = sound();
  m.edition = kPublic;
  refused(m, "bodies/0000.jsonl: is confidential, in a public edition");
  for (const char* type : {"", "json", "/", "a/", "/b", "Text/html", "text/html; charset=utf-8"}) {
    m = sound();
    m.files[1].media_type = type;
    refused(m, "is no media type");
  }
  m = sound();
  m.signers.clear();
  refused(m, "1 to 16 signers");
  m = sound();
  m.signers.push_back(m.signers[0]);
  refused(m, "one is there twice");
  m = sound();
  m.signers[0].role = "The Lab";
  refused(m, "no word");
  m = sound();
  m.signers[0].key_id = "abc";
  refused(m, "64 hex digits");
  m = sound();
  m.run_id = "a\nb";
  refused(m, "runId");
  m = sound();
  m.files.assign(20'001, m.files[0]);
  EXPECT_EQ(write_manifest(m).error().code, ErrorCode::kLimit);
}

TEST(BundleManifest, TextsThatWeWouldNotHaveWrittenAreRefused) {
  const std::string text = write_manifest(sound()).value();
  const auto refused = [&](const std::string& from, const std::string& to,
                           const std::string& says) {
    std::string bent = text;
    const std::size_t at = bent.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    bent.replace(at, from.size(), to);
    const auto manifest = parse_manifest(bent);
    ASSERT_FALSE(manifest.ok()) << bent;
    EXPECT_THAT(manifest.error().text(), HasSubstr(says));
  };
  refused("parley-bundle/1", "parley-bundle/2", "manifest.format");
  refused("\"edition\":\"confidential\"", "\"edition\":\"secret\"", "manifest.edition");
  refused("\"edition\":\"confidential\"", "\"edition\":\"public\"", "in a public edition");
  refused("\"size\":3", "\"size\":-3", "manifest.files[0].size");
  refused("\"size\":3", "\"size\":3.5", "manifest.files[0].size");
  refused("\"size\":3", "\"size\":3,\"size\":4", "is repeated");
  refused("\"size\":3", "\"mode\":7,\"size\":3", "files[0].mode: is no member");
  refused("\"sha256\":\"", "\"sha256\":\"0", "files[0].sha256");
  refused("\"files\":[", "\"files\":[1,", "manifest.files[0]: must be an object");
  refused("{\"edition\"", "{ \"edition\"", "canonical");
  refused("\"text/html\"", "\"text\\/html\"", "canonical");
  EXPECT_FALSE(parse_manifest("").ok());
  EXPECT_FALSE(parse_manifest(text + "\n").ok());
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(parse_manifest(std::string_view(text).substr(0, size)).ok()) << size;
  }
}

}  // namespace
}  // namespace parley::evidence
