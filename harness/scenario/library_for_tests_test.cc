#include "harness/scenario/library_for_tests.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/judge/check.h"

namespace parley::scenario {

namespace fs = std::filesystem;

std::vector<CheckSpec> test_checks() {
  std::vector<CheckSpec> out;
  for (const judge::CheckKind& kind : judge::check_kinds()) {
    out.push_back({kind.name, kind.required, kind.optional, kind.invariant});
  }
  return out;
}

std::vector<NamedText> small_library() {
  return {{"scenarios/catalogue/base.yaml",
           "requirements:\n"
           "  - {id: MSG-001, title: There, statement: Text goes there., binds: [gatekeeper],\n"
           "     source: [{document: DMA}], basis: F, modality: must, voice: law}\n"
           "  - {id: MSG-002, title: Back, statement: Text comes back., binds: [gatekeeper],\n"
           "     source: [{document: DMA}], basis: F, modality: must, voice: law}\n"
           "documents:\n"
           "  - {key: DMA, title: The law, kind: law, versions: [{version: one, date: "
           "2022-09-14}]}\n"
           "areas:\n"
           "  - {id: MSG, title: Messages, rows: 2}\n"
           "services:\n"
           "  - {id: whatsapp, title: WhatsApp, designated: 2023-09-05, reference_offer: "
           "2024-03-06,\n"
           "     due: {base: 2024-03-07, groups: 2025-09-06, calls: 2027-09-06}}\n"},
          {"scenarios/profiles/base.yaml",
           "id: base\ntitle: Small\nversion: 0.1.0\nwire: wa\nservice: whatsapp\n"
           "scenarios: [\"demo.*\"]\ninvariants:\n"
           "  - {check: canary-contained, requirements: [MSG-001]}\n"},
          {"scenarios/setups/pair.yaml",
           "id: pair\ntitle: Two people\n"
           "actors:\n"
           "  gatekeeper: {kind: gatekeeper}\n"
           "  birdy: {kind: partner}\n"
           "  bob: {kind: partner-user, of: birdy, identifier: bob@birdy.test}\n"
           "  alice: {kind: whatsapp-user, number: \"336\", apps: [birdy]}\n"
           "steps:\n"
           "  - {do: enlist, actor: bob, as: enlisted}\n"}};
}

std::vector<SourceFile> as_sources(const std::vector<NamedText>& files) {
  std::vector<SourceFile> sources;
  for (const NamedText& file : files) sources.push_back({file.path, file.text});
  return sources;
}

Surroundings small_surroundings() {
  Surroundings out{{"photo.jpg"}, test_checks()};
  std::erase_if(out.checks, [](const CheckSpec& spec) {
    return spec.invariant && spec.name != "canary-contained";
  });
  return out;
}

namespace {

std::vector<NamedText> small_library_with(const std::string& scenario) {
  std::vector<NamedText> files = small_library();
  files.push_back({"scenarios/cases/demo/one.yaml", scenario});
  return files;
}

}  // namespace

std::vector<Diagnostic> diagnose(const std::string& scenario) {
  const std::vector<NamedText> files = small_library_with(scenario);
  std::vector<Diagnostic> diagnostics;
  const auto library = load_library(as_sources(files), small_surroundings(), diagnostics);
  EXPECT_EQ(library.has_value(), diagnostics.empty());
  return diagnostics;
}

Library load_small(const std::string& scenario) {
  const std::vector<NamedText> files = small_library_with(scenario);
  std::vector<Diagnostic> diagnostics;
  auto library = load_library(as_sources(files), small_surroundings(), diagnostics);
  EXPECT_TRUE(library.has_value()) << render(diagnostics);
  return library ? std::move(*library) : Library{};
}

std::vector<NamedText> broken_files() {
  std::vector<NamedText> files;
  const fs::path folder = fs::path(PARLEY_SOURCE_DIR) / "harness/scenario/testdata/broken";
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml") continue;
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    files.push_back({entry.path().filename().string(), text.str()});
  }
  std::sort(files.begin(), files.end(),
            [](const NamedText& a, const NamedText& b) { return a.path < b.path; });
  return files;
}

std::vector<NamedText> repository_files() {
  const fs::path root = PARLEY_SOURCE_DIR;
  std::vector<NamedText> files;
  for (const auto& entry : fs::recursive_directory_iterator(root / "scenarios")) {
    if (entry.path().extension() != ".yaml") continue;
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    files.push_back({fs::relative(entry.path(), root).generic_string(), text.str()});
  }
  std::sort(files.begin(), files.end(),
            [](const NamedText& a, const NamedText& b) { return a.path < b.path; });
  return files;
}

Surroundings repository_surroundings() {
  Surroundings out;
  out.checks = test_checks();
  for (const auto& entry :
       fs::directory_iterator(fs::path(PARLEY_SOURCE_DIR) / "scenarios/media")) {
    const std::string name = entry.path().filename().string();
    if (name != "README.md") out.media.push_back(name);
  }
  return out;
}

}  // namespace parley::scenario
