// JSON Schemas of the files that people write, made from the vocabulary, so that an editor knows
// every word that the loader knows. `parley schema` prints them; schemas/ holds the same texts.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "harness/scenario/library.h"

namespace parley::scenario {

/// "scenario", "setup", "fragment", "preset".
std::span<const std::string_view> schema_names();

/// The text of <name>.schema.json, ended by a newline; nullopt for another name.
std::optional<std::string> schema_text(std::string_view name, std::span<const CheckSpec> checks);

}  // namespace parley::scenario
