// Two kinds of partner in scenarios/presets, and partners made from them.
#include "harness/scenario/preset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>

#include "harness/scenario/library_for_tests.h"

namespace parley::scenario {
namespace {

const std::string kPreset =
    "id: mail\ntitle: Mail\n"
    "settings: {identifier_kind: email, sends_media: false, key_rotation: 7d}\n";

std::string scenario(const std::string& actors) {
  return "id: demo.one\ntitle: T\npurpose: P.\nrequirements: [MSG-001]\nsetup: pair\n"
         "matrix:\n  like: [mail, other]\n"
         "actors:\n" +
         actors +
         "steps:\n  - settle\nchecks:\n"
         "  - {id: c, kind: event-seen, requirements: [MSG-001], actor: bob, event: message,\n"
         "     blames: gatekeeper}\n";
}

struct Loaded {
  std::optional<Library> library;
  std::vector<Diagnostic> found;
};

Loaded load(const std::string& preset, const std::string& actors) {
  std::vector<NamedText> files = small_library();
  files.push_back({"scenarios/presets/mail.yaml", preset});
  files.push_back({"scenarios/presets/other.yaml",
                   "id: other\ntitle: O\nsettings: {proxy: true, identifier_kind: phone}\n"});
  files.push_back({"scenarios/cases/demo/one.yaml", scenario(actors)});
  Loaded out;
  out.library = load_library(as_sources(files), small_surroundings(), out.found);
  return out;
}

const Actor& partner(const Loaded& loaded, std::size_t index, const std::string& id) {
  return *loaded.library->scenarios.at(0).cases.at(index).find_actor(id);
}

TEST(Preset, GivesAPartnerItsSettings) {
  const Loaded loaded = load(kPreset, "  wren: {kind: partner, preset: mail}\n");
  ASSERT_TRUE(loaded.library.has_value()) << render(loaded.found);
  EXPECT_EQ(canonical(partner(loaded, 0, "wren").settings),
            R"({"identifier_kind":"email","key_rotation":"7d","sends_media":false})");
  EXPECT_EQ(partner(loaded, 0, "wren").preset, "mail");
}

TEST(Preset, SettingsBesideItWin) {
  const Loaded loaded =
      load(kPreset, "  birdy: {sends_media: true, preset: mail}\n");  // birdy is the set-up's
  ASSERT_TRUE(loaded.library.has_value()) << render(loaded.found);
  EXPECT_EQ(canonical(partner(loaded, 0, "birdy").settings),
            R"({"identifier_kind":"email","key_rotation":"7d","sends_media":true})");
}

TEST(Preset, ComesFromTheMatrix) {
  const Loaded loaded = load(kPreset, "  birdy: {preset: \"${matrix.like}\"}\n");
  ASSERT_TRUE(loaded.library.has_value()) << render(loaded.found);
  EXPECT_EQ(partner(loaded, 0, "birdy").preset, "mail");
  EXPECT_EQ(partner(loaded, 1, "birdy").preset, "other");
  EXPECT_EQ(canonical(partner(loaded, 1, "birdy").settings),
            R"({"identifier_kind":"phone","proxy":true})");
}

TEST(Preset, FaultsAreTold) {
  const std::vector<std::tuple<std::string, std::string, std::string>> faults = {
      {kPreset, "  birdy: {preset: mial}\n", "unknown-preset"},
      {kPreset, "  bob: {preset: mail}\n", "unknown-setting"},
      {"id: mail\ntitle: Mail\n", "  birdy: {preset: mail}\n", "missing-key"},
      {"id: mail\ntitle: Mail\nsettings: {colour: red}\n", "  birdy: {preset: mail}\n",
       "unknown-setting"},
      {"id: mail\ntitle: Mail\nsettings: {key_rotation: often}\n", "  birdy: {preset: mail}\n",
       "bad-duration"},
      {"id: letter\ntitle: Mail\nsettings: {}\n", "  birdy: {preset: other}\n",
       "id-and-path-differ"},
  };
  for (const auto& [preset, actors, code] : faults) {
    const Loaded loaded = load(preset, actors);
    ASSERT_EQ(loaded.found.size(), 1U) << render(loaded.found);
    EXPECT_EQ(loaded.found[0].code, code);
  }
}

TEST(Preset, TheRepositorysDiffer) {
  std::set<std::string> kinds;
  std::set<std::string> all;
  for (const NamedText& file : repository_files()) {
    if (file.path.find("/presets/") == std::string::npos) continue;
    std::vector<Diagnostic> found;
    auto parsed = parse_yaml(file.path, file.text, found);
    ASSERT_TRUE(parsed.has_value());
    const auto preset = load_preset(std::move(*parsed), found);
    ASSERT_TRUE(preset.has_value()) << render(found);
    kinds.insert(std::string(preset->settings.at("identifier_kind").as_string()));
    all.insert(canonical(preset->settings));
  }
  EXPECT_EQ(kinds, (std::set<std::string>{"email", "handle", "phone"}));
  EXPECT_GE(all.size(), 4U);
}

}  // namespace
}  // namespace parley::scenario
