#include "harness/cli/served_cast.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "harness/base/file.h"
#include "harness/scenario/build.h"
#include "harness/scenario/load.h"

namespace parley::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDefaultName = "(the cast of parley serve)";
constexpr std::string_view kDefaultCast =
    "id: served\n"
    "title: alice wants third-party chats with birdy, whose user is bob\n"
    "actors:\n"
    "  gatekeeper: {kind: gatekeeper}\n"
    "  birdy: {kind: partner}\n"
    "  bob: {kind: partner-user, of: birdy, identifier: \"bob@birdy.test\"}\n"
    "  alice: {kind: whatsapp-user, number: \"33612345678\", third_party_chats: true, "
    "apps: [birdy]}\n"
    "steps:\n"
    "  - {do: connect, actor: alice}\n";

constexpr std::string_view kSetups = "scenarios/setups/";

Diagnostic plain(std::string file, std::string code, std::string message, std::string hint = {}) {
  Diagnostic out;
  out.file = std::move(file);
  out.code = std::move(code);
  out.message = std::move(message);
  out.hint = std::move(hint);
  return out;
}

// A file of the user's, or a set-up by its id.
std::optional<YamlFile> read_setup(const Suite& suite, const std::string& name,
                                   std::vector<Diagnostic>& diagnostics) {
  if (name.empty()) {
    return parse_yaml(std::string(kDefaultName), std::string(kDefaultCast), diagnostics);
  }
  std::vector<std::string> ids;
  for (const NamedFile& file : suite.files) {
    const std::string_view path = file.path;
    if (!path.starts_with(kSetups)) continue;
    ids.emplace_back(path.substr(kSetups.size(), path.rfind('.') - kSetups.size()));
    if (ids.back() == name) {
      return parse_yaml(file.path, std::string(as_text(file.content)), diagnostics);
    }
  }
  Result<std::string> text = read_text_file(name);
  if (text.ok()) return parse_yaml(name, *std::move(text), diagnostics);
  std::string known;
  for (const std::string& id : ids) known += (known.empty() ? "" : ", ") + id;
  diagnostics.push_back(plain(name, "unreadable", text.error().message,
                              "--cast takes a file, or one of the set-ups " + known));
  return std::nullopt;
}

// What a set-up may refer to.
struct Known {
  std::vector<scenario::Setup> setups;
  std::vector<scenario::Fragment> fragments;
  std::vector<scenario::Preset> presets;
  std::vector<std::string> media;
  std::vector<scenario::CheckSpec> checks;

  Known(const Suite& suite, std::vector<Diagnostic>& diagnostics) {
    for (const NamedFile& file : suite.files) {
      const bool is_fragment = file.path.starts_with("scenarios/fragments/");
      const bool is_preset = file.path.starts_with("scenarios/presets/");
      if (!is_fragment && !is_preset) continue;
      auto yaml = parse_yaml(file.path, std::string(as_text(file.content)), diagnostics);
      if (!yaml) continue;
      if (is_fragment) {
        if (auto read = scenario::load_fragment(*std::move(yaml), diagnostics)) {
          fragments.push_back(*std::move(read));
        }
      } else if (auto read = scenario::load_preset(*std::move(yaml), diagnostics)) {
        presets.push_back(*std::move(read));
      }
    }
  }
};

bool has_side(const std::vector<driver::ActorSpec>& actors, ServedSide side) {
  const std::string_view kind = side == ServedSide::kGatekeeper ? "gatekeeper" : "partner";
  return std::ranges::find(actors, kind, &driver::ActorSpec::kind) != actors.end();
}

void sort_steps(std::vector<scenario::Step>& steps, ServedSide side, const YamlFile& file,
                ServedCast& out, std::vector<Diagnostic>& diagnostics) {
  for (scenario::Step& step : steps) {
    auto* operation = std::get_if<scenario::Operation>(&step.act);
    if (operation == nullptr) {
      diagnostics.push_back(file.diagnostic(
          step.mark, "no-operation", "a cast to serve waits for nothing: it begins with operations",
          "remove the step; the admin endpoint moves the clock and shows events"));
      continue;
    }
    const auto actor = std::ranges::find(out.actors, operation->actor, &driver::ActorSpec::id);
    if (actor != out.actors.end() && plays(side, actor->kind)) {
      out.steps.push_back(std::move(*operation));
    } else {
      out.left_to_others.push_back(operation->actor + ": " + operation->operation);
    }
  }
}

}  // namespace

std::string_view to_string(ServedSide side) {
  return side == ServedSide::kGatekeeper ? "gatekeeper" : "partner";
}

bool plays(ServedSide side, std::string_view kind) {
  if (side == ServedSide::kGatekeeper) return kind == "gatekeeper" || kind == "whatsapp-user";
  return kind == "partner" || kind == "partner-user";
}

std::optional<ServedCast> load_served_cast(const Suite& suite, const std::string& name,
                                           ServedSide side, std::vector<Diagnostic>& diagnostics) {
  const std::size_t before = diagnostics.size();
  std::optional<YamlFile> file = read_setup(suite, name, diagnostics);
  if (!file) return std::nullopt;
  const std::optional<scenario::Setup> setup = scenario::load_setup(*std::move(file), diagnostics);
  if (!setup) return std::nullopt;
  const Known known(suite, diagnostics);
  scenario::LoadContext context;
  context.setups = &known.setups;
  context.fragments = &known.fragments;
  context.presets = &known.presets;
  context.media = &known.media;
  context.checks = &known.checks;
  scenario::YamlReader reader(setup->source, diagnostics);
  scenario::BuildInput input;
  input.parts.push_back({&reader, &setup->source.root, true});
  input.context = &context;
  scenario::TestCase built;
  scenario::build_case(input, built);
  ServedCast out;
  out.title = setup->title;
  for (scenario::Actor& actor : built.actors) {
    out.actors.push_back({actor.id, std::string(scenario::to_string(actor.kind)), actor.of,
                          std::move(actor.settings)});
  }
  sort_steps(built.steps, side, setup->source, out, diagnostics);
  if (!has_side(out.actors, side)) {
    const std::string kind(to_string(side));
    diagnostics.push_back(plain(setup->source.name, "nobody-to-play",
                                "the cast has no actor of kind " + kind,
                                "--as " + kind + " needs one"));
  }
  if (diagnostics.size() != before) return std::nullopt;
  return out;
}

}  // namespace parley::cli
