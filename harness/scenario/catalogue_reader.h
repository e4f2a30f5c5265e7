// What the readers of catalogue files share.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/scenario/yaml_reader.h"

namespace parley::scenario {

/// The position of `word` in the table of an enumeration, as its value; the word was checked
/// before.
template <class Enum, std::size_t N>
Enum index_of(const std::array<std::string_view, N>& words, std::string_view word, Enum absent) {
  const auto it = std::find(words.begin(), words.end(), word);
  return it == words.end() ? absent : static_cast<Enum>(it - words.begin());
}

/// The items of a list of the file; none where the key is absent or, after a report, no list.
const std::vector<YamlNode>& list_of(YamlReader& in, std::string_view key);

/// A date that must be there; the epoch, after a report, where it is missing or no date.
TimePoint need_date(YamlReader& in, const YamlNode& node, std::string_view key);

}  // namespace parley::scenario
