#include "harness/scenario/build_cast.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <map>

#include "harness/base/json.h"
#include "harness/scenario/preset.h"

namespace parley::scenario {
namespace {

constexpr std::string_view kUsualService = "whatsapp";

class CastBuilder {
 public:
  CastBuilder(const BuildInput& input, std::vector<Actor>& actors)
      : input_(input), actors_(actors) {}

  void build() {
    for (const Part& part : input_.parts) read_cast(part);
    for (const Part& part : input_.parts) read_settings(part);
    check_cast();
  }

 private:
  const YamlNode* actors_of(const Part& part) {
    const YamlNode* node = part.root->find("actors");
    if (node == nullptr || node->is_mapping()) return node;
    part.in->error(node->mark, "wrong-type", "\"actors\" must map ids to their settings");
    return nullptr;
  }

  /// First pass: who is there, so that settings may refer to anyone.
  void read_cast(const Part& part) {
    const YamlNode* actors = actors_of(part);
    if (actors == nullptr) return;
    for (const YamlNode::Entry& entry : actors->entries) {
      if (!entry.value.is_mapping()) {
        part.in->error(entry.value.mark, "wrong-type", "an actor must be a mapping");
        continue;
      }
      if (find_actor(actors_, entry.key) != nullptr) continue;
      if (!is_slug(entry.key)) {
        part.in->error(entry.mark, "bad-id", "\"" + entry.key + "\" is no actor id",
                       "use small letters, digits and single hyphens");
      }
      Actor actor;
      actor.id = entry.key;
      if (const YamlNode* kind = part.in->need(entry.value, "kind")) {
        actor.kind = read_kind(*part.in, *kind);
      }
      if (actors_.size() == kMaxActors) {
        part.in->error(entry.mark, "too-many",
                       "more than " + std::to_string(kMaxActors) + " actors");
        return;
      }
      actors_.push_back(std::move(actor));
    }
  }

  static ActorKind read_kind(YamlReader& in, const YamlNode& node) {
    if (const auto kind = parse_actor_kind(node.scalar)) return *kind;
    std::vector<std::string> names;
    for (const ActorKindSpec& spec : actor_kinds()) names.emplace_back(spec.name);
    in.error(node.mark, "unknown-kind", "\"" + node.scalar + "\" is no kind of actor",
             did_you_mean(node.scalar, names));
    return ActorKind::kGatekeeper;
  }

  /// Second pass: what the set-up says, and then what the scenario says instead.
  void read_settings(const Part& part) {
    const YamlNode* actors = actors_of(part);
    if (actors == nullptr) return;
    scope_.actors = actors_;
    for (const YamlNode::Entry& entry : actors->entries) {
      const auto it = std::find_if(actors_.begin(), actors_.end(),
                                   [&](const Actor& a) { return a.id == entry.key; });
      if (it == actors_.end()) continue;
      YamlNode settings = substitute(entry.value, input_.bindings, *part.in);
      read_provider(*part.in, settings, *it);
      read_preset(*part.in, settings, *it);
      std::erase_if(settings.entries, [](const auto& e) {
        return e.key == "kind" || e.key == "of" || e.key == "preset";
      });
      const bool overrides = !part.setup && is_from_setup(entry.key);
      const ActorKindSpec& spec = actor_kinds()[static_cast<std::size_t>(it->kind)];
      const json::object values = read_fields(*part.in, &settings, entry.mark, spec.settings,
                                              scope_, {spec.name, "unknown-setting", overrides});
      for (const auto& [key, value] : values) it->settings[key] = value;
    }
  }

  bool is_from_setup(std::string_view id) const {
    return std::any_of(input_.parts.begin(), input_.parts.end(), [&](const Part& part) {
      const YamlNode* actors = part.root->find("actors");
      return part.setup && actors != nullptr && actors->find(id) != nullptr;
    });
  }

  void read_provider(YamlReader& in, const YamlNode& settings, Actor& actor) {
    if (const YamlNode* kind = settings.find("kind");
        kind != nullptr && parse_actor_kind(kind->scalar) &&
        parse_actor_kind(kind->scalar) != actor.kind) {
      in.error(kind->mark, "wrong-kind", "the set-up has this actor as another kind");
    }
    const YamlNode* of = settings.find("of");
    if (actor.kind != ActorKind::kPartnerUser) {
      if (of != nullptr)
        in.error(of->mark, "unknown-setting", "only a partner-user is `of` a partner");
      return;
    }
    if (of == nullptr) {
      if (actor.of.empty()) in.need(settings, "of");
      return;
    }
    check_value(in, *of, {"of", ValueType::kPartner, true, {}}, scope_);
    actor.of = of->scalar;
  }

  /// What the preset says comes before what the actor's own settings say.
  void read_preset(YamlReader& in, const YamlNode& settings, Actor& actor) {
    const YamlNode* name = settings.find("preset");
    if (name == nullptr) return;
    if (actor.kind != ActorKind::kPartner) {
      return in.error(name->mark, "unknown-setting", "only a partner is made from a preset");
    }
    std::vector<std::string> names;
    for (const Preset& preset : *input_.context->presets) {
      names.push_back(preset.id);
      if (preset.id != name->scalar) continue;
      actor.preset = preset.id;
      for (const auto& [key, value] : preset.settings) actor.settings[key] = value;
      return;
    }
    const std::vector<std::string>& broken = input_.context->broken;
    if (std::find(broken.begin(), broken.end(), name->scalar) != broken.end()) return;
    in.error(name->mark, "unknown-preset", "no preset is called \"" + name->scalar + "\"",
             did_you_mean(name->scalar, names));
  }

  void check_cast() {
    if (!std::all_of(input_.parts.begin(), input_.parts.end(),
                     [](const Part& one) { return one.in->clean(); })) {
      return;  // whoever is wrongly described may be the one that seems to be missing
    }
    check_gatekeepers();
    for (const Actor& actor : actors_) check_service_of(actor);
  }

  /// Each service has one gatekeeper at most, and the cast has one at least.
  void check_gatekeepers() {
    for (const Actor& actor : actors_) {
      if (actor.kind != ActorKind::kGatekeeper) continue;
      const std::string service(get_string(actor.settings, "service").value_or(kUsualService));
      const auto [first, fresh] = gatekeepers_.emplace(service, actor.id);
      if (fresh) continue;
      report(actor.id, "wrong-cast",
             "\"" + first->second + "\" is the gatekeeper of " + service + " already",
             "give this one another `service`, or leave it out");
    }
    if (!gatekeepers_.empty()) return;
    const Part& part = input_.parts.back();
    const YamlNode* actors = part.root->find("actors");
    part.in->error(actors == nullptr ? part.root->mark : actors->mark, "wrong-cast",
                   "the cast needs a gatekeeper, and has none");
  }

  /// Users who do not say are of the only service, or of WhatsApp.
  void check_service_of(const Actor& actor) {
    if (actor.kind != ActorKind::kWhatsappUser && actor.kind != ActorKind::kPartnerUser) return;
    if (gatekeepers_.empty()) return;
    const auto said = get_string(actor.settings, "service");
    if (!said && gatekeepers_.size() == 1) return;
    const std::string service(said.value_or(kUsualService));
    if (gatekeepers_.contains(service)) return;
    report(actor.id, "unknown-service", "no gatekeeper of the cast is the one of " + service,
           "add one: {kind: gatekeeper, service: " + service + "}");
  }

  /// Points at what the actor says of its service, or else at the actor, where it was said last.
  void report(std::string_view actor, std::string_view code, std::string message,
              std::string hint) {
    const Part* place = nullptr;
    SourceMark mark;
    bool exact = false;
    for (const Part& part : input_.parts) {
      const YamlNode* actors = part.root->find("actors");
      if (actors == nullptr) continue;
      for (const YamlNode::Entry& entry : actors->entries) {
        if (entry.key != actor) continue;
        const YamlNode* service = entry.value.find("service");
        if (service == nullptr && exact) continue;
        exact = service != nullptr;
        mark = exact ? service->mark : entry.mark;
        place = &part;
      }
    }
    if (place != nullptr)
      place->in->error(mark, std::string(code), std::move(message), std::move(hint));
  }

  const BuildInput& input_;
  std::vector<Actor>& actors_;
  std::map<std::string, std::string, std::less<>> gatekeepers_;  // service -> actor
  Scope scope_;
};

}  // namespace

void build_cast(const BuildInput& input, std::vector<Actor>& actors) {
  CastBuilder(input, actors).build();
}

}  // namespace parley::scenario
