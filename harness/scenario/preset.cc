#include "harness/scenario/preset.h"

#include "harness/scenario/value.h"
#include "harness/scenario/vocabulary.h"
#include "harness/scenario/yaml_reader.h"

namespace parley::scenario {

std::optional<Preset> load_preset(YamlFile file, std::vector<Diagnostic>& diagnostics) {
  YamlReader in(file, diagnostics);
  const YamlNode& root = file.root;
  if (!in.mapping(root, "a preset", {"id", "title", "settings"})) return std::nullopt;
  Preset preset;
  preset.id = in.need_id(root, "preset");
  in.check_path(preset.id, "presets/");
  preset.title = in.need_text(root, "title");
  if (const YamlNode* settings = in.need(root, "settings")) {
    const ActorKindSpec& partner = actor_kinds()[static_cast<std::size_t>(ActorKind::kPartner)];
    preset.settings = read_fields(in, settings, settings->mark, partner.settings, Scope(),
                                  {"a preset of a partner", "unknown-setting", true});
  }
  if (!in.clean()) return std::nullopt;
  preset.source = std::move(file);
  return preset;
}

}  // namespace parley::scenario
