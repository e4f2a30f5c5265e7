// Fills in what is known before a run: `${matrix.axis}`, `${matrix.axis.field}`,
// `${actors.id.setting}` and, in the steps of a fragment, `${param.name}`. All other placeholders
// stay for placeholder.h.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/yaml.h"
#include "harness/scenario/scenario.h"
#include "harness/scenario/yaml_reader.h"

namespace parley::scenario {

/// One axis and the value that the combination at hand has for it; or a parameter and its value.
struct Binding {
  std::string_view axis;
  std::string_view name;            ///< the value's name
  const YamlNode* value = nullptr;  ///< a scalar, a list, or a mapping of fields
};

struct Bindings {
  std::vector<Binding> matrix;
  std::vector<Binding> parameters;
  std::span<const Actor> actors;  ///< empty while the actors themselves are read
};

/// Whether a placeholder of that name is filled in here.
bool is_known_early(std::string_view name);

/// A copy of the node with those placeholders filled in. A scalar that is one placeholder becomes
/// the value itself, with its type; `${matrix.axis}` is the value's name where the value is a
/// mapping. Reports unknown-placeholder and wrong-type (a list inside a text).
YamlNode substitute(const YamlNode& node, const Bindings& bindings, YamlReader& in);

}  // namespace parley::scenario
