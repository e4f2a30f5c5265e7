// The JSON Schemas that editors use are those that the vocabulary gives; the catalogue's and the
// profiles' have every key that the committed files use.
#include "harness/scenario/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "harness/base/json.h"
#include "harness/base/yaml.h"
#include "harness/scenario/examination_kinds.h"
#include "harness/scenario/library_for_tests.h"
#include "harness/scenario/vocabulary.h"

namespace parley::scenario {
namespace {

json::value schema(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(std::string(PARLEY_SOURCE_DIR) + "/schemas/" + name + ".schema.json")
              .rdbuf();
  const Result<json::value> parsed = parse_json(text.str(), name);
  EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.error().text());
  return parsed.ok() ? *parsed : json::value(json::object{});
}

std::set<std::string> keys(const json::value& properties) {
  std::set<std::string> out;
  for (const auto& [key, value] : properties.as_object()) out.insert(std::string(key));
  return out;
}

std::set<std::string> words(const json::value& list) {
  std::set<std::string> out;
  for (const json::value& word : list.as_array()) out.insert(std::string(word.as_string()));
  return out;
}

TEST(ScenarioSchema, IsMadeFromTheVocabulary) {
  for (const std::string_view name : schema_names()) {
    std::ostringstream committed;
    committed << std::ifstream(std::string(PARLEY_SOURCE_DIR) + "/schemas/" + std::string(name) +
                               ".schema.json")
                     .rdbuf();
    const auto made = schema_text(name, test_checks());
    ASSERT_TRUE(made.has_value());
    EXPECT_TRUE(committed.str() == *made)
        << "run: parley schema " << name << " > schemas/" << name << ".schema.json";
  }
  EXPECT_FALSE(schema_text("other", {}).has_value());
}

TEST(ScenarioSchema, EveryCheckArgumentHasAMeaning) {
  for (const CheckSpec& spec : test_checks()) {
    for (const std::string_view name : spec.required) {
      EXPECT_NE(find_check_argument(name), nullptr) << name;
    }
    for (const std::string_view name : spec.optional) {
      EXPECT_NE(find_check_argument(name), nullptr) << name;
    }
  }
}

/// Every key of the mapping is a property, and every required property is there.
void covers(const json::value& definition, const YamlNode& node, const std::string& where) {
  const std::set<std::string> known = keys(definition.at("properties"));
  for (const YamlNode::Entry& entry : node.entries) {
    EXPECT_TRUE(known.contains(entry.key)) << where << ": " << entry.key;
  }
  const json::value* required = definition.as_object().if_contains("required");
  if (required == nullptr) return;
  for (const std::string& key : words(*required)) {
    EXPECT_NE(node.find(key), nullptr) << where << " lacks " << key;
  }
}

TEST(CatalogueSchema, CoversEveryCommittedFile) {
  const json::value catalogue = schema("catalogue");
  const json::value profile = schema("profile");
  int seen = 0;
  for (const NamedText& file : repository_files()) {
    std::vector<Diagnostic> diagnostics;
    const auto parsed = parse_yaml(file.path, file.text, diagnostics);
    ASSERT_TRUE(parsed.has_value()) << render(diagnostics);
    if (file.path.find("/profiles/") != std::string::npos) {
      covers(profile, parsed->root, file.path);
      ++seen;
    }
    if (file.path.find("/catalogue/") == std::string::npos) continue;
    covers(catalogue, parsed->root, file.path);
    for (const char* list :
         {"requirements", "obligations", "documents", "services", "extensions", "areas"}) {
      const YamlNode* rows = parsed->root.find(list);
      if (rows == nullptr) continue;
      const json::value& row = catalogue.at_pointer(std::string("/properties/") + list + "/items");
      for (const YamlNode& node : rows->items) covers(row, node, file.path);
      ++seen;
    }
  }
  EXPECT_GE(seen, 3);
  std::set<std::string> kinds;
  for (const ExaminationKind& kind : examination_kinds()) kinds.emplace(kind.name);
  EXPECT_EQ(words(catalogue.at_pointer(
                "/properties/requirements/items/properties/examine/items/properties/kind/enum")),
            kinds);
  const std::set<std::string> seats(seat_names().begin(), seat_names().end());
  EXPECT_EQ(
      words(catalogue.at_pointer("/properties/requirements/items/properties/seats/items/enum")),
      seats);
}

}  // namespace
}  // namespace parley::scenario
