#include "harness/scenario/build.h"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>

namespace parley::scenario {
namespace {

constexpr std::array<std::string_view, 3> kReservedLabels = {"canary", "matrix", "actors"};

std::vector<std::string> names_of(auto&& specs, KindSet kinds) {
  std::vector<std::string> names;
  for (const auto& spec : specs) {
    if ((spec.kinds & kinds) != 0) names.emplace_back(spec.name);
  }
  return names;
}

class Builder {
 public:
  Builder(BuildInput& input, TestCase& out) : input_(input), out_(out) {
    scope_.media = *input.context->media;
  }

  void build() {
    for (const Part& part : input_.parts) read_cast(part);
    for (const Part& part : input_.parts) read_settings(part);
    check_cast();
    input_.bindings.actors = out_.actors;
    scope_.actors = out_.actors;
    for (const Part& part : input_.parts) read_steps(part);
    for (const Part& part : input_.parts) {
      if (!part.setup) read_checks(part);
    }
  }

 private:
  // Actors ---------------------------------------------------------------------------------------

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
      if (find_actor(out_.actors, entry.key) != nullptr) continue;
      if (!is_slug(entry.key)) {
        part.in->error(entry.mark, "bad-id", "\"" + entry.key + "\" is no actor id",
                       "use small letters, digits and single hyphens");
      }
      Actor actor;
      actor.id = entry.key;
      if (const YamlNode* kind = part.in->need(entry.value, "kind")) {
        actor.kind = read_kind(*part.in, *kind);
      }
      if (out_.actors.size() == kMaxActors) {
        part.in->error(entry.mark, "too-many",
                       "more than " + std::to_string(kMaxActors) + " actors");
        return;
      }
      out_.actors.push_back(std::move(actor));
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
    scope_.actors = out_.actors;
    for (const YamlNode::Entry& entry : actors->entries) {
      const auto it = std::find_if(out_.actors.begin(), out_.actors.end(),
                                   [&](const Actor& a) { return a.id == entry.key; });
      if (it == out_.actors.end()) continue;
      YamlNode settings = substitute(entry.value, input_.bindings, *part.in);
      read_provider(*part.in, settings, *it);
      std::erase_if(settings.entries,
                    [](const auto& e) { return e.key == "kind" || e.key == "of"; });
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

  void check_cast() {
    if (!std::all_of(input_.parts.begin(), input_.parts.end(),
                     [](const Part& one) { return one.in->clean(); })) {
      return;  // whoever is wrongly described may be the one that seems to be missing
    }
    const auto gatekeepers =
        std::count_if(out_.actors.begin(), out_.actors.end(),
                      [](const Actor& a) { return a.kind == ActorKind::kGatekeeper; });
    if (gatekeepers == 1) return;
    const Part& part = input_.parts.back();
    const YamlNode* actors = part.root->find("actors");
    part.in->error(actors == nullptr ? part.root->mark : actors->mark, "wrong-cast",
                   "the cast needs exactly one gatekeeper, and has " + std::to_string(gatekeepers));
  }

  // Steps ----------------------------------------------------------------------------------------

  void read_steps(const Part& part) {
    const YamlNode* steps = part.root->find("steps");
    if (steps == nullptr) return;
    if (!steps->is_sequence()) {
      return part.in->error(steps->mark, "wrong-type", "\"steps\" must be a list");
    }
    for (const YamlNode& item : steps->items) {
      const YamlNode node = substitute(item, input_.bindings, *part.in);
      Step step;
      step.mark = item.mark;
      step.setup = part.setup;
      if (read_act(*part.in, node, step)) {
        add_step(*part.in, node, std::move(step));
      } else if (const YamlNode* label = node.find("as")) {
        scope_.labels.emplace(label->scalar, std::nullopt);
      }
    }
  }

  /// An operation with `repeat:` becomes that many steps; the label stands for the last of them.
  void add_step(YamlReader& in, const YamlNode& node, Step step) {
    const YamlNode* repeat = node.find("repeat");
    std::int64_t times = 1;
    if (repeat != nullptr) {
      times = repeat->as_int().value_or(0);
      if (times < 1 || times > kMaxRepeat) {
        in.error(repeat->mark, "wrong-type",
                 "\"repeat\" must be a number from 1 to " + std::to_string(kMaxRepeat));
        times = 1;
      }
    }
    if (out_.steps.size() + static_cast<std::size_t>(times) > kMaxSteps) {
      return in.error(node.mark, "too-many", "more than " + std::to_string(kMaxSteps) + " steps");
    }
    for (std::int64_t i = 1; i < times; ++i) {
      Step earlier = step;
      earlier.label.clear();
      out_.steps.push_back(std::move(earlier));
    }
    out_.steps.push_back(std::move(step));
  }

  bool read_act(YamlReader& in, const YamlNode& node, Step& step) {
    if (node.is_scalar() && node.scalar == "settle") {
      step.act = Settle{};
      return true;
    }
    if (node.find("do") != nullptr) return read_operation(in, node, step);
    if (node.find("await") != nullptr) return read_await(in, node, step);
    if (node.find("advance") != nullptr) return read_advance(in, node, step);
    in.error(node.mark, "unknown-step", "a step is one of do:, await:, advance:, settle");
    return false;
  }

  /// The actor who performs or sees the step, or null after a report.
  const Actor* actor_of(YamlReader& in, const YamlNode& node) {
    const YamlNode* name = in.need(node, "actor");
    if (name == nullptr) return nullptr;
    check_value(in, *name, {"actor", ValueType::kActor, true, {}}, scope_);
    return find_actor(out_.actors, name->scalar);
  }

  void add_label(YamlReader& in, const YamlNode& node, Step& step, std::span<const Field> fields) {
    const YamlNode* label = node.find("as");
    if (label == nullptr) return;
    const bool reserved = std::find(kReservedLabels.begin(), kReservedLabels.end(),
                                    label->scalar) != kReservedLabels.end();
    if (!is_slug(label->scalar) || reserved) {
      in.error(label->mark, "bad-id", "\"" + label->scalar + "\" is no label",
               reserved ? "this word has a meaning of its own"
                        : "use small letters, digits and single hyphens");
    } else if (!scope_.labels.emplace(label->scalar, fields).second) {
      in.error(label->mark, "duplicate-id",
               "an earlier step is labelled \"" + label->scalar + "\"");
    }
    step.label = label->scalar;
  }

  bool read_operation(YamlReader& in, const YamlNode& node, Step& step) {
    in.mapping(node, "an operation",
               {"do", "actor", "with", "repeat", "as", "expect", "expect-error"});
    const Actor* actor = actor_of(in, node);
    if (actor == nullptr) return false;
    const YamlNode& name = *node.find("do");
    const OperationSpec* spec = find_operation(name.scalar, actor->kind);
    if (spec == nullptr) {
      const std::vector<std::string> names = names_of(operations(), kind_bit(actor->kind));
      in.error(
          name.mark, "unknown-operation",
          "a " + std::string(to_string(actor->kind)) + " does not perform \"" + name.scalar + "\"",
          did_you_mean(name.scalar, names));
      return false;
    }
    Operation operation;
    operation.actor = actor->id;
    operation.operation = name.scalar;
    const std::string what = "the operation " + name.scalar;
    scope_.canary = true;
    operation.arguments = read_fields(in, node.find("with"), node.mark, spec->arguments, scope_,
                                      {what, "unknown-argument", false});
    scope_.canary = false;
    if (const YamlNode* expect = node.find("expect")) {
      operation.expect = read_fields(in, expect, expect->mark, spec->results, scope_,
                                     {"the result of " + name.scalar, "unknown-field", true});
    }
    read_expected_error(in, node, operation);
    add_label(in, node, step, spec->results);
    step.act = std::move(operation);
    return true;
  }

  static void read_expected_error(YamlReader& in, const YamlNode& node, Operation& operation) {
    const YamlNode* error = node.find("expect-error");
    if (error == nullptr) return;
    std::vector<std::string> names;
    for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
      names.emplace_back(to_string(static_cast<ErrorCode>(code)));
      if (names.back() == error->scalar) operation.expect_error = static_cast<ErrorCode>(code);
    }
    if (!operation.expect_error) {
      in.error(error->mark, "unknown-word", "\"" + error->scalar + "\" is no error code",
               did_you_mean(error->scalar, names));
    }
    if (operation.expect) {
      in.error(error->mark, "contradiction", "an operation ends with a result or with an error");
    }
  }

  const EventSpec* event_of(YamlReader& in, const YamlNode& name, const Actor& actor) {
    const EventSpec* spec = find_event(name.scalar, actor.kind);
    if (spec == nullptr) {
      in.error(name.mark, "unknown-event",
               "nothing called \"" + name.scalar + "\" happens at a " +
                   std::string(to_string(actor.kind)),
               did_you_mean(name.scalar, names_of(events(), kind_bit(actor.kind))));
    }
    return spec;
  }

  bool read_await(YamlReader& in, const YamlNode& node, Step& step) {
    in.mapping(node, "an await", {"await", "actor", "where", "as", "within"});
    const Actor* actor = actor_of(in, node);
    if (actor == nullptr) return false;
    const EventSpec* spec = event_of(in, *node.find("await"), *actor);
    if (spec == nullptr) return false;
    Await await;
    await.actor = actor->id;
    await.event = spec->name;
    await.where = read_fields(in, node.find("where"), node.mark, spec->facts, scope_,
                              {"the event " + await.event, "unknown-fact", true});
    if (const YamlNode* within = node.find("within")) await.within = duration_of(in, *within);
    add_label(in, node, step, spec->facts);
    step.act = std::move(await);
    return true;
  }

  Duration duration_of(YamlReader& in, const YamlNode& node) {
    check_value(in, node, {"duration", ValueType::kDuration, true, {}}, scope_);
    const Result<Duration> duration = parse_duration(node.scalar);
    return duration.ok() ? duration.value() : kDefaultWithin;
  }

  bool read_advance(YamlReader& in, const YamlNode& node, Step& step) {
    in.mapping(node, "an advance", {"advance"});
    step.act = Advance{duration_of(in, *node.find("advance"))};
    return true;
  }

  // Checks ---------------------------------------------------------------------------------------

  void read_checks(const Part& part) {
    YamlReader& in = *part.in;
    const YamlNode* checks = in.need(*part.root, "checks");
    if (checks == nullptr) return;
    if (!checks->is_sequence() || checks->items.empty() || checks->items.size() > kMaxChecks) {
      return in.error(
          checks->mark, "wrong-type",
          "\"checks\" must be a list of 1 to " + std::to_string(kMaxChecks) + " checks");
    }
    for (const YamlNode& item : checks->items) {
      if (!item.is_mapping()) {
        in.error(item.mark, "wrong-type", "a check must be a mapping");
        continue;
      }
      read_check(in, substitute(item, input_.bindings, in));
    }
  }

  void read_check(YamlReader& in, YamlNode node) {
    Check check;
    check.mark = node.mark;
    check.id = in.need_text(node, "id");
    if (!check.id.empty() && !is_slug(check.id)) {
      in.error(node.find("id")->mark, "bad-id", "\"" + check.id + "\" is no check id",
               "use small letters, digits and single hyphens");
    }
    for (const Check& other : out_.checks) {
      if (check.id.empty() || other.id != check.id) continue;  // a missing id is told once
      in.error(node.find("id")->mark, "duplicate-id",
               "an earlier check is called \"" + check.id + "\"");
    }
    check.kind = in.need_text(node, "kind");
    in.need(node, "requirements");
    check.requirements = in.texts(node, "requirements");
    check_requirements(in, node, check);
    if (const CheckSpec* spec = kind_of(in, node, check.kind))
      read_arguments(in, node, *spec, check);
    out_.checks.push_back(std::move(check));
  }

  void check_requirements(YamlReader& in, const YamlNode& node, const Check& check) {
    const std::vector<std::string>& declared = input_.requirements;
    for (const std::string& id : check.requirements) {
      if (std::find(declared.begin(), declared.end(), id) != declared.end()) continue;
      in.error(node.find("requirements")->mark, "undeclared-requirement",
               "the scenario does not list \"" + id + "\" under its requirements",
               did_you_mean(id, declared));
    }
    if (const YamlNode* list = node.find("requirements"); list != nullptr && list->items.empty()) {
      in.error(list->mark, "missing-requirement", "a check judges at least one requirement");
    }
  }

  const CheckSpec* kind_of(YamlReader& in, const YamlNode& node, const std::string& kind) {
    std::vector<std::string> names;
    for (const CheckSpec& spec : *input_.context->checks) {
      if (spec.invariant) continue;
      if (spec.name == kind) return &spec;
      names.emplace_back(spec.name);
    }
    if (!kind.empty()) {
      in.error(node.find("kind")->mark, "unknown-check",
               "no kind of check is called \"" + kind + "\"", did_you_mean(kind, names));
    }
    return nullptr;
  }

  void read_arguments(YamlReader& in, YamlNode& node, const CheckSpec& spec, Check& check) {
    std::vector<std::string> known = {"id", "kind", "requirements"};
    known.insert(known.end(), spec.required.begin(), spec.required.end());
    known.insert(known.end(), spec.optional.begin(), spec.optional.end());
    for (const std::string_view key : spec.required) in.need(node, key);
    for (const YamlNode::Entry& entry : node.entries) {
      if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
        in.error(entry.mark, "unknown-argument",
                 "the check " + check.kind + " has no \"" + entry.key + "\"",
                 did_you_mean(entry.key, known));
        continue;
      }
      if (entry.key == "id" || entry.key == "kind" || entry.key == "requirements") continue;
      if (const Field* field = find_check_argument(entry.key)) {
        check_value(in, entry.value, *field, scope_);
      }
      check_placeholders(in, entry.value, scope_);
      check.arguments[entry.key] = entry.value.to_json();
    }
    check_patterns(in, node);
  }

  /// `where` of a check on events, and `equals` of a check on a step, name fields of those.
  void check_patterns(YamlReader& in, const YamlNode& node) {
    const YamlNode* event = node.find("event");
    const YamlNode* actor_id = node.find("actor");
    const Actor* actor = actor_id == nullptr ? nullptr : find_actor(out_.actors, actor_id->scalar);
    if (event != nullptr && actor != nullptr) {
      const EventSpec* spec = event_of(in, *event, *actor);
      const YamlNode* where = node.find("where");
      if (spec != nullptr && where != nullptr) {
        read_fields(in, where, where->mark, spec->facts, scope_,
                    {"the event " + event->scalar, "unknown-fact", true});
      }
    }
    const YamlNode* step = node.find("step");
    const YamlNode* equals = node.find("equals");
    if (step == nullptr || equals == nullptr) return;
    if (const auto found = scope_.labels.find(step->scalar);
        found != scope_.labels.end() && found->second) {
      read_fields(in, equals, equals->mark, *found->second, scope_,
                  {"the result of " + step->scalar, "unknown-field", true});
    }
  }

  BuildInput& input_;
  TestCase& out_;
  Scope scope_;
};

}  // namespace

void build_case(BuildInput& input, TestCase& out) { Builder(input, out).build(); }

}  // namespace parley::scenario
