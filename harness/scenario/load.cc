#include "harness/scenario/load.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <set>

#include "harness/scenario/build.h"
#include "harness/scenario/catalogue.h"
#include "harness/scenario/expand.h"
#include "harness/scenario/yaml_reader.h"

namespace parley::scenario {
namespace {

/// An axis together with the YAML behind its values.
struct AxisSource {
  Axis axis;
  std::vector<const YamlNode*> nodes;
};

void add_value(YamlReader& in, AxisSource& source, std::string_view name, const YamlNode& node,
               SourceMark mark) {
  if (!is_slug(name, true)) {
    in.error(mark, "bad-id", "\"" + std::string(name) + "\" is no name for a value",
             "give it one: write the values as a mapping of names to values");
  }
  for (const AxisValue& other : source.axis.values) {
    if (other.name == name) {
      in.error(mark, "duplicate-id", "the value \"" + std::string(name) + "\" is listed twice");
    }
  }
  if (node.is_null()) in.error(mark, "wrong-type", "a value must not be empty");
  source.axis.values.push_back({std::string(name), node.to_json()});
  source.nodes.push_back(&node);
}

AxisSource read_axis(YamlReader& in, const YamlNode::Entry& entry) {
  AxisSource source;
  source.axis.name = entry.key;
  if (!is_slug(entry.key)) in.error(entry.mark, "bad-id", "\"" + entry.key + "\" is no axis name");
  const std::size_t count = entry.value.items.size() + entry.value.entries.size();
  if (count == 0 || count > kMaxAxisValues) {
    in.error(entry.mark, "wrong-type",
             "an axis is a list, or a mapping of names, of 1 to " + std::to_string(kMaxAxisValues) +
                 " values");
    return source;
  }
  for (const YamlNode& item : entry.value.items) {
    add_value(in, source, item.scalar, item, item.mark);
  }
  for (const YamlNode::Entry& value : entry.value.entries) {
    add_value(in, source, value.key, value.value, value.mark);
  }
  return source;
}

std::vector<AxisSource> read_matrix(YamlReader& in, const YamlNode& root) {
  std::vector<AxisSource> axes;
  const YamlNode* matrix = root.find("matrix");
  if (matrix == nullptr) return axes;
  if (!matrix->is_mapping() || matrix->entries.empty() || matrix->entries.size() > kMaxAxes) {
    in.error(matrix->mark, "wrong-type",
             "\"matrix\" must be a mapping of 1 to " + std::to_string(kMaxAxes) + " axes");
    return axes;
  }
  for (const YamlNode::Entry& entry : matrix->entries) axes.push_back(read_axis(in, entry));
  return axes;
}

std::vector<Exclusion> read_exclusions(YamlReader& in, const YamlNode& root,
                                       std::span<const Axis> axes) {
  std::vector<Exclusion> out;
  const YamlNode* list = root.find("exclude");
  if (list == nullptr) return out;
  if (!list->is_sequence()) {
    in.error(list->mark, "wrong-type", "\"exclude\" must be a list of mappings");
    return out;
  }
  for (const YamlNode& item : list->items) {
    Exclusion exclusion;
    for (const YamlNode::Entry& entry : item.entries) {
      const auto axis = std::find_if(axes.begin(), axes.end(),
                                     [&](const Axis& a) { return a.name == entry.key; });
      const bool known = axis != axes.end() && std::any_of(axis->values.begin(), axis->values.end(),
                                                           [&](const AxisValue& v) {
                                                             return v.name == entry.value.scalar;
                                                           });
      if (!known) {
        in.error(entry.mark, "unknown-value",
                 "the matrix has no " + entry.key + " = " + entry.value.scalar);
      }
      exclusion.emplace_back(entry.key, entry.value.scalar);
    }
    if (exclusion.empty()) {
      in.error(item.mark, "wrong-type", "an exclusion names at least one axis and its value");
    }
    out.push_back(std::move(exclusion));
  }
  return out;
}

Bindings bind(const std::vector<AxisSource>& axes, const Combination& combination) {
  Bindings bindings;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::vector<AxisValue>& values = axes[i].axis.values;
    const auto value = std::find_if(values.begin(), values.end(), [&](const AxisValue& v) {
      return v.name == combination[i].second;
    });
    const auto index = static_cast<std::size_t>(value - values.begin());
    bindings.matrix.push_back({axes[i].axis.name, values[index].name, axes[i].nodes[index]});
  }
  return bindings;
}

void check_requirement_ids(YamlReader& in, const Scenario& scenario, const LoadContext& context,
                           bool complete) {
  const YamlNode* list = in.file().root.find("requirements");
  if (list == nullptr) return;
  if (list->items.empty()) {
    in.error(list->mark, "missing-requirement", "a scenario judges at least one requirement");
  }
  for (const std::string& id : scenario.requirements) {
    const auto item = std::find_if(list->items.begin(), list->items.end(),
                                   [&](const YamlNode& node) { return node.scalar == id; });
    if (!std::binary_search(context.requirements.begin(), context.requirements.end(), id)) {
      in.error(item->mark, "unknown-requirement", "the catalogue has no requirement \"" + id + "\"",
               did_you_mean(id, context.requirements));
    }
    const bool judged =
        std::any_of(scenario.cases.begin(), scenario.cases.end(), [&](const TestCase& test_case) {
          return std::any_of(
              test_case.checks.begin(), test_case.checks.end(), [&](const Check& check) {
                return std::find(check.requirements.begin(), check.requirements.end(), id) !=
                       check.requirements.end();
              });
        });
    if (complete && !judged) {
      in.error(item->mark, "unjudged-requirement",
               "no check of this scenario judges \"" + id + "\"",
               "add it to the requirements of a check, or remove it here");
    }
  }
}

SpecWindow read_spec(YamlReader& in, const YamlNode& root) {
  SpecWindow out;
  const YamlNode* spec = root.find("spec");
  if (spec == nullptr || !in.mapping(*spec, "a spec window", {"since", "until"})) return out;
  out.since = in.text(*spec, "since");
  out.until = in.text(*spec, "until");
  const auto all = spec_versions();
  for (const std::string* version : {&out.since, &out.until}) {
    if (version->empty() || is_spec_version(*version)) continue;
    in.error(spec->mark, "unknown-word", "\"" + *version + "\" is no version of the framework",
             "the versions are " + std::string(all.front()) + " to " + std::string(all.back()));
  }
  if (!out.since.empty() && SpecWindow{out.since, {}}.excludes(out.until)) {
    in.error(spec->mark, "contradiction", "the window ends before it begins");
  }
  return out;
}

void check_words(YamlReader& in, const YamlNode& root, std::string_view key,
                 const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (is_slug(word)) continue;
    in.error(root.find(key)->mark, "bad-id",
             "\"" + word + "\" is no word for \"" + std::string(key) + "\"",
             "use small letters, digits and single hyphens");
  }
}

void check_seats(YamlReader& in, const YamlNode& root, const std::vector<std::string>& seats) {
  for (const std::string& seat : seats) {
    if (std::ranges::find(seat_names(), seat) != seat_names().end()) continue;
    in.error(root.find("seats")->mark, "unknown-word", "\"" + seat + "\" is no seat",
             did_you_mean(seat, seat_names()));
  }
}

/// The combinations that become test cases.
std::vector<Combination> select_combinations(YamlReader& in, const YamlNode& root, Scenario& out,
                                             std::span<const Exclusion> exclude) {
  const YamlNode* pairs = root.find("pairs");
  if (pairs != nullptr && !pairs->as_bool()) {
    in.error(pairs->mark, "wrong-type", "\"pairs\" must be true or false");
  }
  out.pairs = pairs != nullptr && pairs->as_bool().value_or(false);
  if (out.pairs && out.matrix.size() < 2) {
    in.error(pairs->mark, "misplaced-pairs", "pairs need a matrix of at least two axes");
    return {};
  }
  if (!out.pairs) {
    Result<std::vector<Combination>> all = combinations(out.matrix, exclude);
    if (all.ok()) return *std::move(all);
    in.error(root.find("matrix")->mark, "too-many", all.error().message);
    return {};
  }
  Result<Pairwise> some = pairwise(out.matrix, exclude);
  if (!some.ok()) {
    in.error(root.find("matrix")->mark, "too-many", some.error().message);
    return {};
  }
  out.pairs_covered = some->covered;
  out.pairs_total = some->total;
  return std::move(some->combinations);
}

const Setup* setup_of(YamlReader& in, const YamlNode& root, const Scenario& scenario,
                      const LoadContext& context) {
  if (scenario.setup.empty()) return nullptr;
  std::vector<std::string> names;
  for (const Setup& setup : *context.setups) {
    if (setup.id == scenario.setup) return &setup;
    names.push_back(setup.id);
  }
  in.error(root.find("setup")->mark, "unknown-setup",
           "no set-up is called \"" + scenario.setup + "\"", did_you_mean(scenario.setup, names));
  return nullptr;
}

/// Adds what is new: a fault in the file shows again in every case, with other words perhaps.
void add_new(const std::vector<Diagnostic>& found, std::vector<Diagnostic>& diagnostics) {
  const std::vector<Diagnostic> before = diagnostics;
  const auto same_place = [](const Diagnostic& a, const Diagnostic& b) {
    return a.file == b.file && a.mark.line == b.mark.line && a.mark.column == b.mark.column &&
           a.code == b.code;
  };
  for (const Diagnostic& one : found) {
    if (std::none_of(before.begin(), before.end(),
                     [&](const Diagnostic& other) { return same_place(one, other); })) {
      diagnostics.push_back(one);
    }
  }
}

/// Whether all checks could be read.
bool build_cases(const YamlFile& file, const std::vector<AxisSource>& axes,
                 const std::vector<Combination>& all, const Setup* setup,
                 const LoadContext& context, Scenario& out, std::vector<Diagnostic>& diagnostics) {
  bool complete = true;
  for (const Combination& combination : all) {
    std::vector<Diagnostic> found;
    YamlReader in(file, found);
    YamlReader setup_in(setup == nullptr ? file : setup->source, found);
    TestCase test_case;
    test_case.id = case_id(out.id, combination);
    test_case.scenario = out.id;
    test_case.seats = out.seats;
    test_case.combination = combination;
    for (const auto& [axis, value] : combination) test_case.matrix[axis] = value;
    BuildInput input;
    if (setup != nullptr) input.parts.push_back({&setup_in, &setup->source.root, true});
    input.parts.push_back({&in, &file.root, false});
    input.bindings = bind(axes, combination);
    input.context = &context;
    input.requirements = out.requirements;
    complete = build_case(input, test_case) && complete;
    out.cases.push_back(std::move(test_case));
    add_new(found, diagnostics);
  }
  return complete;
}

}  // namespace

std::optional<Setup> load_setup(YamlFile file, std::vector<Diagnostic>& diagnostics) {
  YamlReader in(file, diagnostics);
  if (!in.mapping(file.root, "a set-up", {"id", "title", "actors", "steps"})) return std::nullopt;
  Setup setup;
  setup.id = in.need_id(file.root, "set-up");
  setup.title = in.need_text(file.root, "title");
  in.need(file.root, "actors");
  in.check_path(setup.id, "setups/");
  if (!in.clean()) return std::nullopt;
  setup.source = std::move(file);
  return setup;
}

std::optional<Scenario> load_scenario(const YamlFile& file, const LoadContext& context,
                                      std::vector<Diagnostic>& diagnostics) {
  YamlReader in(file, diagnostics);
  const YamlNode& root = file.root;
  if (!in.mapping(root, "a scenario",
                  {"id", "title", "purpose", "requirements", "tags", "spec", "seats", "setup",
                   "matrix", "pairs", "exclude", "actors", "steps", "negative", "checks"})) {
    return std::nullopt;
  }
  Scenario out;
  out.file = file.name;
  out.id = in.need_id(root, "scenario");
  in.check_path(out.id, "cases/");
  out.title = in.need_text(root, "title");
  out.purpose = in.need_text(root, "purpose");
  in.need(root, "requirements");
  out.requirements = in.texts(root, "requirements");
  out.tags = in.texts(root, "tags");
  out.setup = in.text(root, "setup");
  if (root.find("negative") == nullptr) in.need(root, "steps");
  const std::vector<AxisSource> axes = read_matrix(in, root);
  for (const AxisSource& source : axes) out.matrix.push_back(source.axis);
  const std::vector<Exclusion> exclude = read_exclusions(in, root, out.matrix);
  const Setup* setup = setup_of(in, root, out, context);
  out.spec = read_spec(in, root);
  out.seats = in.texts(root, "seats");
  check_seats(in, root, out.seats);
  check_words(in, root, "tags", out.tags);
  const std::vector<Combination> all = select_combinations(in, root, out, exclude);
  if (in.clean() && all.empty()) {
    in.error(root.find("exclude")->mark, "no-cases", "every combination is excluded");
  }
  if (!in.clean()) return std::nullopt;  // the matrix and the set-up are what the rest stands on
  const bool complete = build_cases(file, axes, all, setup, context, out, diagnostics);
  check_requirement_ids(in, out, context, complete);
  if (!in.clean()) return std::nullopt;
  return out;
}

}  // namespace parley::scenario
