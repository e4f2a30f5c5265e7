// Stanza templates as they stand in a wire profile.
#pragma once

#include <optional>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/base/yaml.h"
#include "harness/wire/stanza_template.h"

namespace parley::wire {

/// Reads an element's YAML form. Trouble is appended to `diagnostics`, and the result is then
/// nullopt. What it returns can be rendered and matched without ambiguity: no name twice in one
/// scope, no two children with one tag, no repetition without `as` around placeholders.
std::optional<ElementTemplate> read_template(const YamlFile& file, const YamlNode& yaml,
                                             std::vector<Diagnostic>& diagnostics);

}  // namespace parley::wire
