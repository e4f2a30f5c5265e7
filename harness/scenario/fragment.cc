#include "harness/scenario/fragment.h"

#include <algorithm>
#include <set>

#include "harness/scenario/placeholder.h"
#include "harness/scenario/relabel.h"
#include "harness/scenario/substitute.h"

namespace parley::scenario {
namespace {

constexpr std::string_view kParameter = "param.";

/// Looks through all texts of a fragment's steps.
class Inspection {
 public:
  Inspection(YamlReader& in, const Fragment& fragment, const YamlNode& steps)
      : in_(in), parameters_(fragment.parameters), own_(labels_of(steps)) {
    for (const YamlNode& step : steps.items) {
      if (const YamlNode* use = step.find("use")) {
        in_.error(use->mark, "nested-fragment", "a fragment does not use another");
      }
      look_at(step);
    }
  }

  bool used(const std::string& parameter) const { return used_.contains(parameter); }

 private:
  void look_at(const YamlNode& node) {
    for (const YamlNode& item : node.items) look_at(item);
    for (const YamlNode::Entry& entry : node.entries) look_at(entry.value);
    if (!node.is_scalar()) return;
    const Result<std::vector<std::string>> names = placeholders(node.scalar);
    if (!names.ok()) {
      return in_.error(node.mark, "bad-placeholder", names.error().message,
                       "a literal ${ is written $${");
    }
    for (const std::string& name : *names) look_at_name(node, name);
  }

  void look_at_name(const YamlNode& node, const std::string& name) {
    if (name.starts_with(kParameter)) {
      const std::string parameter = name.substr(kParameter.size());
      used_.insert(parameter);
      if (std::find(parameters_.begin(), parameters_.end(), parameter) == parameters_.end()) {
        in_.error(node.mark, "unknown-placeholder",
                  "the fragment has no parameter \"" + parameter + "\"",
                  did_you_mean(parameter, parameters_));
      }
      return;
    }
    if (name == "canary" || name.starts_with("actors.")) return;
    if (own_.contains(std::string_view(name).substr(0, name.find('.')))) return;
    in_.error(node.mark, "unknown-placeholder", "nothing is known as ${" + name + "} here",
              "a fragment knows its parameters and its own labels; hand the rest over in `with`");
  }

  YamlReader& in_;
  const std::vector<std::string>& parameters_;
  OwnLabels own_;
  std::set<std::string> used_;
};

void read_parameters(YamlReader& in, Fragment& fragment) {
  const YamlNode& root = in.file().root;
  fragment.parameters = in.texts(root, "parameters");
  const YamlNode* list = root.find("parameters");
  if (fragment.parameters.size() > kMaxParameters) {
    in.error(list->mark, "too-many", "more than " + std::to_string(kMaxParameters) + " parameters");
  }
  for (const std::string& one : fragment.parameters) {
    if (is_slug(one)) continue;
    in.error(list->mark, "bad-id", "\"" + one + "\" is no name for a parameter",
             "use small letters, digits and single hyphens");
  }
}

}  // namespace

std::optional<Fragment> load_fragment(YamlFile file, std::vector<Diagnostic>& diagnostics) {
  YamlReader in(file, diagnostics);
  const YamlNode& root = file.root;
  if (!in.mapping(root, "a fragment", {"id", "title", "parameters", "steps"})) return std::nullopt;
  Fragment fragment;
  fragment.id = in.need_id(root, "fragment");
  in.check_path(fragment.id, "fragments/");
  fragment.title = in.need_text(root, "title");
  read_parameters(in, fragment);
  const YamlNode* steps = in.need(root, "steps");
  if (steps != nullptr && (!steps->is_sequence() || steps->items.empty())) {
    in.error(steps->mark, "wrong-type", "\"steps\" must be a list of at least one step");
  }
  if (!in.clean()) return std::nullopt;
  const Inspection inspection(in, fragment, *steps);
  if (!in.clean()) return std::nullopt;
  for (const std::string& parameter : fragment.parameters) {
    if (inspection.used(parameter)) continue;
    in.error(root.find("parameters")->mark, "unused-parameter",
             "no step uses ${param." + parameter + "}");
  }
  if (!in.clean()) return std::nullopt;
  fragment.source = std::move(file);
  return fragment;
}

std::optional<std::vector<YamlNode>> unfold_fragment(YamlReader& in, const YamlNode& use,
                                                     const Fragment& fragment,
                                                     YamlReader& fragment_in,
                                                     std::span<const Actor> actors) {
  const YamlNode* with = use.find("with");
  bool sound = in.mapping(use, "a use", {"use", "with", "as"});
  if (with != nullptr && !with->is_mapping()) {
    in.error(with->mark, "wrong-type", "\"with\" maps the fragment's parameters to their values");
    return std::nullopt;
  }
  Bindings bindings;
  bindings.actors = actors;
  for (const std::string& name : fragment.parameters) {
    if (const YamlNode* value = with == nullptr ? nullptr : with->find(name)) {
      bindings.parameters.push_back({name, name, value});
      continue;
    }
    in.error(with == nullptr ? use.mark : with->mark, "missing-argument",
             "the fragment " + fragment.id + " needs \"" + name + "\"");
    sound = false;
  }
  for (const YamlNode::Entry& entry :
       with == nullptr ? std::span<const YamlNode::Entry>() : std::span(with->entries)) {
    const auto& known = fragment.parameters;
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    in.error(entry.mark, "unknown-argument",
             "the fragment " + fragment.id + " has no \"" + entry.key + "\"",
             did_you_mean(entry.key, known));
    sound = false;
  }
  if (!sound) return std::nullopt;
  const YamlNode& steps = *fragment.source.root.find("steps");
  const YamlNode* prefix = use.find("as");
  const OwnLabels own = labels_of(steps);
  std::vector<YamlNode> out;
  for (YamlNode step : steps.items) {
    if (prefix != nullptr) add_prefix(step, own, prefix->scalar);
    out.push_back(substitute(step, bindings, fragment_in));
  }
  return out;
}

}  // namespace parley::scenario
