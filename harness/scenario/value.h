// Values in a scenario against the fields of the vocabulary: types, choices, references to actors,
// media and labels.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/json.h"
#include "harness/base/yaml.h"
#include "harness/scenario/scenario.h"
#include "harness/scenario/vocabulary.h"
#include "harness/scenario/yaml_reader.h"

namespace parley::scenario {

/// What may be referred to at one place of a test case.
struct Scope {
  std::span<const Actor> actors;
  std::span<const std::string> media;
  /// Label -> the fields that its step gives; nullopt where the step itself is wrong, so that
  /// nothing more is said about what refers to it.
  std::map<std::string, std::optional<std::span<const Field>>, std::less<>> labels;
  /// Prefixes of labels that are not in `labels` because what gives them could not be read; an
  /// empty one stands for all labels.
  std::vector<std::string> unread;
  bool canary = false;  ///< whether `${canary}` has a meaning here
};

const Actor* find_actor(std::span<const Actor> actors, std::string_view id);
std::vector<std::string> ids_of(std::span<const Actor> actors);

/// Reports what is wrong with the node as a value of that field.
void check_value(YamlReader& in, const YamlNode& node, const Field& field, const Scope& scope);

/// Reports run-time placeholders in the node that cannot have a value.
void check_placeholders(YamlReader& in, const YamlNode& node, const Scope& scope);

/// How check_fields speaks of a mapping, and whether it may be partial.
struct FieldRules {
  std::string_view what;          ///< "the operation enlist"
  std::string_view unknown_code;  ///< "unknown-argument"
  bool partial = false;           ///< required fields may be absent: a pattern
};

/// Checks every member of the mapping against the fields and returns it as JSON. A null node is an
/// empty mapping at `mark`.
json::object read_fields(YamlReader& in, const YamlNode* node, SourceMark mark,
                         std::span<const Field> fields, const Scope& scope,
                         const FieldRules& rules);

}  // namespace parley::scenario
