#include "harness/scenario/build.h"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>

#include "harness/scenario/build_cast.h"
#include "harness/scenario/fragment.h"
#include "harness/scenario/negative.h"

namespace parley::scenario {
namespace {

constexpr std::array<std::string_view, 4> kReservedLabels = {"canary", "matrix", "actors", "param"};

// What a check says of itself; all else are arguments of its kind.
constexpr std::array<std::string_view, 4> kOwnKeys = {"id", "kind", "requirements",
                                                      kWhenObservable};

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

  bool build() {
    build_cast(input_, out_.actors);
    input_.bindings.actors = out_.actors;
    scope_.actors = out_.actors;
    for (const Part& part : input_.parts) read_steps(part);
    if (full_) return false;  // labels of steps that were not read would seem to be missing
    for (const Part& part : input_.parts) {
      if (!part.setup) read_checks(part);
    }
    return complete_;
  }

 private:
  // Steps ----------------------------------------------------------------------------------------

  /// Where a step stands: its file, and what the file is to the scenario.
  struct Origin {
    YamlReader& in;
    bool setup = false;
    const Fragment* fragment = nullptr;
  };

  void read_steps(const Part& part) {
    const YamlNode* steps = part.root->find("steps");
    if (steps != nullptr && !steps->is_sequence()) {
      part.in->error(steps->mark, "wrong-type", "\"steps\" must be a list");
    } else if (steps != nullptr) {
      for (const YamlNode& item : steps->items) {
        if (full_) return;
        read_item({*part.in, part.setup}, substitute(item, input_.bindings, *part.in));
      }
    }
    if (!part.setup) read_negatives(part);
  }

  void read_item(const Origin& origin, const YamlNode& node) {
    if (full_) return;
    if (node.find("use") != nullptr && origin.fragment == nullptr) return read_use(origin, node);
    Step step;
    step.mark = node.mark;
    step.setup = origin.setup;
    if (origin.fragment != nullptr) step.fragment = origin.fragment->id;
    if (read_act(origin.in, node, step)) {
      add_step(origin.in, node, std::move(step));
    } else if (const YamlNode* label = node.find("as")) {
      scope_.labels.emplace(label->scalar, std::nullopt);
    }
  }

  void read_use(const Origin& origin, const YamlNode& node) {
    const YamlNode* prefix = node.find("as");
    if (prefix != nullptr && !is_slug(prefix->scalar)) {
      origin.in.error(prefix->mark, "bad-id", "\"" + prefix->scalar + "\" is no prefix for labels",
                      "use small letters, digits and single hyphens");
    }
    std::vector<Diagnostic> found;
    std::optional<std::vector<YamlNode>> steps;
    if (const Fragment* fragment = fragment_of(origin.in, *node.find("use"))) {
      YamlReader fragment_in(fragment->source, found);
      steps = unfold_fragment(origin.in, node, *fragment, fragment_in, out_.actors);
      for (const YamlNode& step : steps.value_or(std::vector<YamlNode>())) {
        read_item({fragment_in, origin.setup, fragment}, step);
      }
    }
    if (!steps) scope_.unread.push_back(prefix == nullptr ? std::string() : prefix->scalar);
    // A fault may lie in what the fragment was given: its place alone does not say.
    const std::string user =
        "used at " + origin.in.file().name + ":" + std::to_string(node.mark.line);
    for (Diagnostic& one : found) {
      one.hint += (one.hint.empty() ? "" : "; ") + user;
      origin.in.report(std::move(one));
    }
  }

  const Fragment* fragment_of(YamlReader& in, const YamlNode& name) {
    std::vector<std::string> names;
    for (const Fragment& fragment : *input_.context->fragments) {
      if (fragment.id == name.scalar) return &fragment;
      names.push_back(fragment.id);
    }
    const std::vector<std::string>& broken = input_.context->broken;
    if (std::find(broken.begin(), broken.end(), name.scalar) != broken.end()) return nullptr;
    in.error(name.mark, "unknown-fragment", "no fragment is called \"" + name.scalar + "\"",
             did_you_mean(name.scalar, names));
    return nullptr;
  }

  void read_negatives(const Part& part) {
    const YamlNode* blocks = part.root->find("negative");
    if (blocks == nullptr) return;
    if (!blocks->is_sequence() || blocks->items.empty()) {
      complete_ = false;
      return part.in->error(blocks->mark, "wrong-type", "\"negative\" must be a list of blocks");
    }
    for (const YamlNode& item : blocks->items) {
      if (full_) return;
      const YamlNode block = substitute(item, input_.bindings, *part.in);
      std::optional<UnfoldedNegative> unfolded = unfold_negative(*part.in, block);
      if (!unfolded) {
        const YamlNode* id = block.find("id");
        scope_.unread.push_back(id == nullptr ? std::string() : id->scalar);
        complete_ = false;
        continue;
      }
      for (const YamlNode& step : unfolded->steps) read_item({*part.in, false}, step);
      negative_checks_.push_back(std::move(unfolded->check));
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
      full_ = true;
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
    in.error(node.mark, "unknown-step", "a step is one of do:, await:, advance:, use:, settle");
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
    const bool negative = part.root->find("negative") != nullptr;
    const YamlNode* checks = negative ? part.root->find("checks") : in.need(*part.root, "checks");
    const bool sound = checks == nullptr || (checks->is_sequence() && !checks->items.empty());
    const std::size_t count = checks == nullptr ? 0 : checks->items.size();
    if (!sound || count + negative_checks_.size() > kMaxChecks) {
      // An empty list has been read: what it leaves unjudged is told as well.
      complete_ = checks != nullptr && checks->is_sequence() && checks->items.empty();
      return in.error(sound && checks == nullptr ? part.root->mark : checks->mark, "wrong-type",
                      "\"checks\" must be a list of 1 to " + std::to_string(kMaxChecks) +
                          " checks" + (negative ? ", the negative blocks included" : ""));
    }
    for (const YamlNode& item : checks == nullptr ? std::vector<YamlNode>() : checks->items) {
      if (!item.is_mapping()) {
        in.error(item.mark, "wrong-type", "a check must be a mapping");
        continue;
      }
      read_check(in, substitute(item, input_.bindings, in));
    }
    for (const YamlNode& check : negative_checks_) read_check(in, check);
    check_purpose(in);
  }

  /// What is left where every marked check is left out must carry the purpose.
  void check_purpose(YamlReader& in) {
    const auto marked = [](const Check& check) { return check.when_observable; };
    if (out_.checks.empty() || !std::all_of(out_.checks.begin(), out_.checks.end(), marked)) return;
    in.error(
        out_.checks.front().mark, "no-purpose-left",
        "every check of \"" + out_.id + "\" may be left out",
        "leave " + std::string(kWhenObservable) + " away from one that shows the purpose alone");
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
    if (const YamlNode* when = node.find(kWhenObservable)) {
      const std::optional<bool> marked = when->as_bool();
      if (!marked) {
        in.error(when->mark, "wrong-type",
                 "\"" + std::string(kWhenObservable) + "\" must be true or false");
      }
      check.when_observable = marked.value_or(false);
    }
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
    std::vector<std::string> known(kOwnKeys.begin(), kOwnKeys.end());
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
      if (std::find(kOwnKeys.begin(), kOwnKeys.end(), entry.key) != kOwnKeys.end()) continue;
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
  std::vector<YamlNode> negative_checks_;
  bool complete_ = true;  // all checks were read
  bool full_ = false;     // there are as many steps as there may be
};

}  // namespace

bool build_case(BuildInput& input, TestCase& out) { return Builder(input, out).build(); }

}  // namespace parley::scenario
