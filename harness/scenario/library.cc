#include "harness/scenario/library.h"

#include <algorithm>
#include <map>
#include <set>

#include "harness/scenario/build.h"
#include "harness/scenario/catalogue_check.h"
#include "harness/scenario/filter.h"
#include "harness/scenario/load.h"
#include "harness/scenario/yaml_reader.h"

namespace parley::scenario {
namespace {

enum class Folder { kCatalogue, kProfiles, kSetups, kFragments, kPresets, kCases, kNone };

Folder folder_of(std::string_view path) {
  const std::string slashed = "/" + std::string(path);
  if (slashed.find("/catalogue/") != std::string::npos) return Folder::kCatalogue;
  if (slashed.find("/profiles/") != std::string::npos) return Folder::kProfiles;
  if (slashed.find("/setups/") != std::string::npos) return Folder::kSetups;
  if (slashed.find("/fragments/") != std::string::npos) return Folder::kFragments;
  if (slashed.find("/presets/") != std::string::npos) return Folder::kPresets;
  if (slashed.find("/cases/") != std::string::npos) return Folder::kCases;
  return Folder::kNone;
}

class Loader {
 public:
  Loader(const Surroundings& surroundings, std::vector<Diagnostic>& diagnostics)
      : surroundings_(surroundings), diagnostics_(diagnostics) {}

  Library load(std::span<const SourceFile> files) {
    for (const SourceFile& file : files) parse(file);
    for (const YamlFile& file : files_[Folder::kCatalogue]) read_catalogue(file);
    check_catalogue();
    context_.setups = &setups_;
    context_.fragments = &fragments_;
    context_.presets = &presets_;
    context_.media = &surroundings_.media;
    context_.checks = &surroundings_.checks;
    for (YamlFile& file : files_[Folder::kFragments])
      read_shared(std::move(file), load_fragment, fragments_);
    for (YamlFile& file : files_[Folder::kPresets])
      read_shared(std::move(file), load_preset, presets_);
    for (YamlFile& file : files_[Folder::kSetups]) read_setup(std::move(file));
    for (const YamlFile& file : files_[Folder::kCases]) read_scenario(file);
    std::sort(library_.scenarios.begin(), library_.scenarios.end(),
              [](const Scenario& a, const Scenario& b) { return a.id < b.id; });
    for (const YamlFile& file : files_[Folder::kProfiles]) read_one_profile(file);
    check_selected();
    std::sort(library_.profiles.begin(), library_.profiles.end(),
              [](const Profile& a, const Profile& b) { return a.id < b.id; });
    return std::move(library_);
  }

 private:
  void parse(const SourceFile& source) {
    const Folder folder = folder_of(source.path);
    if (folder == Folder::kNone) {
      diagnostics_.push_back(
          {std::string(source.path),
           {},
           "misplaced-file",
           "this path is in no folder that the library knows",
           "catalogue/, profiles/, setups/, fragments/, presets/ and cases/ are known",
           {}});
      return;
    }
    std::optional<YamlFile> file =
        parse_yaml(std::string(source.path), std::string(source.text), diagnostics_);
    if (!file) return;
    if (surroundings_.headers) check_header(*file, folder);
    files_[folder].push_back(std::move(*file));
  }

  /// "# yaml-language-server: $schema=../../schemas/setup.schema.json", wherever the schema lies.
  void check_header(const YamlFile& file, Folder folder) {
    const std::string_view schema = folder == Folder::kSetups      ? "setup"
                                    : folder == Folder::kFragments ? "fragment"
                                    : folder == Folder::kPresets   ? "preset"
                                    : folder == Folder::kCases     ? "scenario"
                                                                   : "";
    if (schema.empty()) return;
    const std::string_view line = line_of(file.text, 1);
    const std::string name = std::string(schema) + ".schema.json";
    if (line.starts_with("# yaml-language-server: $schema=") &&
        (line.ends_with("/" + name) || line.ends_with("=" + name))) {
      return;
    }
    diagnostics_.push_back(file.diagnostic({1, 1}, "missing-header",
                                           "the first line does not tell editors the schema",
                                           "# yaml-language-server: $schema=PATH/" + name));
  }

  void duplicate(const std::string& file, SourceMark mark, const std::string& id) {
    for (const auto& [folder, list] : files_) {
      for (const YamlFile& one : list) {
        if (one.name != file) continue;
        diagnostics_.push_back(one.diagnostic(mark, "duplicate-id", "\"" + id + "\" exists twice"));
      }
    }
  }

  void read_catalogue(const YamlFile& file) {
    YamlReader in(file, diagnostics_);
    if (!in.mapping(
            file.root, "a catalogue file",
            {"requirements", "obligations", "documents", "services", "extensions", "areas"})) {
      return;
    }
    read_documents(file, library_.documents, diagnostics_);
    read_services(file, library_.services, diagnostics_);
    read_extensions(file, library_.extensions, diagnostics_);
    read_areas(file, library_.areas, diagnostics_);
    read_requirements(file, library_.requirements, diagnostics_);
    read_obligations(file, library_.obligations, diagnostics_);
  }

  void check_catalogue() {
    std::vector<Requirement>& all = library_.requirements;
    std::stable_sort(all.begin(), all.end(),
                     [](const Requirement& a, const Requirement& b) { return a.id < b.id; });
    for (const Requirement& row : all) context_.requirements.push_back(row.id);
    for (const CatalogueFault& fault : catalogue_faults(library_)) {
      report(fault.file, fault.mark, fault.code, fault.message, fault.hint);
    }
  }

  /// Requirements that a catalogue or profile entry names exist.
  void check_known(const std::string& file, SourceMark mark,
                   const std::vector<std::string>& requirements) {
    for (const std::string& id : requirements) {
      if (std::binary_search(context_.requirements.begin(), context_.requirements.end(), id)) {
        continue;
      }
      report(file, mark, "unknown-requirement", "the catalogue has no requirement \"" + id + "\"",
             did_you_mean(id, context_.requirements));
    }
  }

  void report(const std::string& name, SourceMark mark, std::string code, std::string message,
              std::string hint = {}) {
    for (const auto& [folder, list] : files_) {
      for (const YamlFile& file : list) {
        if (file.name != name) continue;
        diagnostics_.push_back(
            file.diagnostic(mark, std::move(code), std::move(message), std::move(hint)));
        return;
      }
    }
  }

  /// A file whose contents others use.
  template <class T>
  void read_shared(YamlFile file, std::optional<T> (*load)(YamlFile, std::vector<Diagnostic>&),
                   std::vector<T>& all) {
    const YamlNode* id = file.root.find("id");
    const std::string name = id == nullptr ? std::string() : id->scalar;
    std::optional<T> one = load(std::move(file), diagnostics_);
    if (!one) return context_.broken.push_back(name);
    for (const T& other : all) {
      if (other.id != one->id) continue;
      diagnostics_.push_back(one->source.diagnostic(one->source.root.mark, "duplicate-id",
                                                    "\"" + one->id + "\" exists twice"));
    }
    all.push_back(std::move(*one));
  }

  void read_setup(YamlFile file) {
    const std::string name = file.name;
    std::optional<Setup> setup = load_setup(std::move(file), diagnostics_);
    if (!setup) return;
    // Read once for itself, so that a set-up which no scenario uses is known to be sound.
    YamlReader in(setup->source, diagnostics_);
    BuildInput input;
    input.parts.push_back({&in, &setup->source.root, true});
    input.context = &context_;
    TestCase ignored;
    build_case(input, ignored);
    setups_.push_back(std::move(*setup));
  }

  void read_scenario(const YamlFile& file) {
    std::optional<Scenario> scenario = load_scenario(file, context_, diagnostics_);
    if (!scenario) return;
    for (const Scenario& other : library_.scenarios) {
      if (other.id == scenario->id) duplicate(file.name, file.root.mark, scenario->id);
    }
    library_.scenarios.push_back(std::move(*scenario));
  }

  void read_one_profile(const YamlFile& file) {
    const std::size_t before = diagnostics_.size();
    std::optional<Profile> profile = read_profile(file, diagnostics_);
    if (!profile || diagnostics_.size() != before) return;
    if (library_.find_profile(profile->id) != nullptr) {
      duplicate(file.name, profile->mark, profile->id);
    }
    if (library_.find_service(profile->service) == nullptr) {
      report(profile->file, profile->mark, "unknown-service",
             "the catalogue has no service \"" + profile->service + "\"");
    }
    check_invariants(*profile);
    check_selection(*profile);
    library_.profiles.push_back(std::move(*profile));
  }

  void check_invariants(const Profile& profile) {
    std::vector<std::string> names;
    for (const CheckSpec& spec : surroundings_.checks) {
      if (spec.invariant) names.emplace_back(spec.name);
    }
    std::set<std::string> listed;
    for (const Invariant& invariant : profile.invariants) {
      check_known(profile.file, invariant.mark, invariant.requirements);
      if (!listed.insert(invariant.check).second) {
        report(profile.file, invariant.mark, "duplicate-id",
               "\"" + invariant.check + "\" is listed twice");
      }
      if (std::find(names.begin(), names.end(), invariant.check) == names.end()) {
        report(profile.file, invariant.mark, "unknown-check",
               "no invariant is called \"" + invariant.check + "\"",
               did_you_mean(invariant.check, names));
      }
    }
    for (const std::string& name : names) {
      if (!listed.contains(name)) {
        report(profile.file, profile.mark, "missing-invariant",
               "the profile does not say what the invariant \"" + name + "\" stands for");
      }
    }
  }

  /// A selection that finds nothing is only worth telling where the scenarios themselves are sound.
  void check_selection(const Profile& profile) {
    if (!diagnostics_.empty()) return;
    for (const std::string& text : profile.scenarios) {
      const Result<Filter> filter = parse_filter(text);
      if (!filter.ok()) continue;  // reported when it was read
      const auto found = Selection::of(library_, std::span(&filter.value(), 1));
      if (!found.ok()) {
        report(profile.file, profile.mark, "unmatched-filter", found.error().message,
               "the scenario was removed, renamed or never there");
        continue;
      }
      for (const TestCase* test_case : found->cases()) selected_.insert(test_case->scenario);
    }
  }

  /// A scenario in no profile is never run, and nobody would notice.
  void check_selected() {
    if (!diagnostics_.empty() || files_[Folder::kProfiles].empty()) return;
    for (const Scenario& scenario : library_.scenarios) {
      if (selected_.contains(scenario.id)) continue;
      report(scenario.file, {1, 1}, "unselected-scenario",
             "no profile selects \"" + scenario.id + "\"",
             "add its id to the \"scenarios\" of a profile");
    }
  }

  const Surroundings& surroundings_;
  std::vector<Diagnostic>& diagnostics_;
  std::map<Folder, std::vector<YamlFile>> files_;
  std::vector<Setup> setups_;
  std::vector<Fragment> fragments_;
  std::vector<Preset> presets_;
  LoadContext context_;
  std::set<std::string> selected_;  // ids of scenarios, by some profile
  Library library_;
};

template <class T>
const T* find_by_id(const std::vector<T>& list, std::string_view id) {
  const auto it =
      std::find_if(list.begin(), list.end(), [&](const T& one) { return one.id == id; });
  return it == list.end() ? nullptr : &*it;
}

}  // namespace

const Document* Library::find_document(std::string_view key) const {
  const auto it = std::find_if(documents.begin(), documents.end(),
                               [&](const Document& one) { return one.key == key; });
  return it == documents.end() ? nullptr : &*it;
}
const Service* Library::find_service(std::string_view id) const { return find_by_id(services, id); }
const Obligation* Library::find_obligation(std::string_view id) const {
  const auto it = std::find_if(obligations.begin(), obligations.end(), [&](const Obligation& one) {
    return one.id == id || one.article == id;
  });
  return it == obligations.end() ? nullptr : &*it;
}
const Requirement* Library::find_requirement(std::string_view id) const {
  return find_by_id(requirements, id);
}
const Profile* Library::find_profile(std::string_view id) const { return find_by_id(profiles, id); }
const Scenario* Library::find_scenario(std::string_view id) const {
  return find_by_id(scenarios, id);
}

const TestCase* Library::find_case(std::string_view id) const {
  const Scenario* scenario = find_scenario(id.substr(0, id.find('[')));
  return scenario == nullptr ? nullptr : find_by_id(scenario->cases, id);
}

std::optional<Library> load_library(std::span<const SourceFile> files,
                                    const Surroundings& surroundings,
                                    std::vector<Diagnostic>& diagnostics) {
  std::vector<Diagnostic> found;
  Library library = Loader(surroundings, found).load(files);
  sort_diagnostics(found);
  diagnostics.insert(diagnostics.end(), found.begin(), found.end());
  if (!found.empty()) return std::nullopt;
  return library;
}

}  // namespace parley::scenario
