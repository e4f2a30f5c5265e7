// npm ajv, an implementation of JSON Schema that nobody here wrote, with the schemas of schemas/:
// it accepts every scenario, set-up, fragment and preset of the repository, one by one, and refuses
// the broken scenarios of testdata/broken, but for those whose actors do not fit together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/base/file.h"
#include "harness/base/json.h"
#include "harness/base/yaml.h"
#include "mocks/peers/peers.h"

namespace parley::scenario {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kNames = {"scenario", "setup", "fragment", "preset"};

std::string text_of(const fs::path& path) {
  const Result<Bytes> bytes = read_file(path.string());
  EXPECT_TRUE(bytes.ok()) << path;
  return bytes.ok() ? std::string(as_text(*bytes)) : std::string();
}

class SchemaPeerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto process = peers::start_node_peer(peers::build_folders(), "ajv.mjs");
    ASSERT_TRUE(process.ok()) << process.error().text();
    ajv_.emplace(std::move(*process));
    for (const std::string& name : kNames) {
      const std::string file = name + ".schema.json";
      const auto schema = parse_json(text_of(root_ / "schemas" / file), file);
      ASSERT_TRUE(schema.ok()) << schema.error().text();
      const auto added = ajv_->call({{"do", "add"}, {"name", file}, {"schema", *schema}});
      ASSERT_TRUE(added.ok()) << added.error().text();
    }
  }

  /// Empty where ajv accepts the file, else the first fault.
  std::string refusal(const fs::path& path, const std::string& schema) {
    std::vector<Diagnostic> found;
    const auto yaml = parse_yaml(path.string(), text_of(path), found);
    EXPECT_TRUE(yaml.has_value()) << render(found);
    if (!yaml) return "not YAML";
    const auto answer = ajv_->call({{"do", "validate"},
                                    {"name", schema + ".schema.json"},
                                    {"document", yaml->root.to_json()}});
    EXPECT_TRUE(answer.ok()) << path << (answer.ok() ? "" : answer.error().text());
    if (!answer.ok()) return "no answer";
    const bool accepted = get_bool(*answer, "accepted").value_or(false);
    const std::string fault(get_string(*answer, "fault").value_or(""));
    EXPECT_EQ(accepted, fault.empty()) << path;
    return fault;
  }

  std::vector<fs::path> files_in(const fs::path& folder) {
    std::vector<fs::path> out;
    for (const auto& entry : fs::recursive_directory_iterator(root_ / folder)) {
      if (entry.path().extension() == ".yaml") out.push_back(entry.path());
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  const fs::path root_ = PARLEY_SOURCE_DIR;
  std::optional<peers::PeerProcess> ajv_;
};

TEST_F(SchemaPeerTest, AcceptsEveryFileOfTheRepository) {
  const std::map<std::string, std::pair<std::string, std::size_t>> folders = {
      {"scenarios/cases", {"scenario", 40}},
      {"scenarios/setups", {"setup", 3}},
      {"scenarios/fragments", {"fragment", 1}},
      {"scenarios/presets", {"preset", 4}}};
  for (const auto& [folder, expected] : folders) {
    const std::vector<fs::path> files = files_in(folder);
    EXPECT_GE(files.size(), expected.second) << folder;
    for (const fs::path& path : files) EXPECT_EQ(refusal(path, expected.first), "") << path;
  }
}

TEST_F(SchemaPeerTest, RefusesEachOfTheBrokenScenarios) {
  const std::vector<fs::path> files = files_in("harness/scenario/testdata/broken");
  ASSERT_EQ(files.size(), 23U);
  // A schema says what an actor may be, and not who has to be there beside it.
  const std::set<std::string> casts = {"21-two-gatekeepers.yaml", "22-user-of-no-service.yaml"};
  for (const fs::path& path : files) {
    EXPECT_EQ(refusal(path, "scenario").empty(), casts.contains(path.filename().string())) << path;
  }
}

}  // namespace
}  // namespace parley::scenario
