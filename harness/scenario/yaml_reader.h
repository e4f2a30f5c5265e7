// Reads the parts of one YAML file that a person wrote and notes what is wrong with them.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/base/yaml.h"

namespace parley::scenario {

/// Every function reports at most once and returns something usable, so that reading goes on.
class YamlReader {
 public:
  YamlReader(const YamlFile& file, std::vector<Diagnostic>& diagnostics)
      : file_(file), diagnostics_(diagnostics), before_(diagnostics.size()) {}

  const YamlFile& file() const { return file_; }
  /// Whether nothing was reported since construction.
  bool clean() const { return diagnostics_.size() == before_; }

  void error(SourceMark mark, std::string code, std::string message, std::string hint = {});

  /// The node is a mapping (code wrong-type) whose keys are all in `keys` (unknown-key).
  bool mapping(const YamlNode& node, std::string_view what,
               std::initializer_list<std::string_view> keys);

  /// The value of the key, or null after a missing-key report.
  const YamlNode* need(const YamlNode& mapping, std::string_view key);

  /// The text of a key; empty and reported where it is missing, of another type, or blank.
  std::string need_text(const YamlNode& mapping, std::string_view key);
  /// The same for a key that may be absent: then it is empty and nothing is reported.
  std::string text(const YamlNode& mapping, std::string_view key);
  /// A list of texts; empty where absent. Reports other types and repeated entries.
  std::vector<std::string> texts(const YamlNode& mapping, std::string_view key);
  /// One of `words`; the first of them, and a report, where it is another. Absent: empty.
  std::string word(const YamlNode& mapping, std::string_view key,
                   std::initializer_list<std::string_view> words);

 private:
  std::string text_of(const YamlNode& node, std::string_view key);

  const YamlFile& file_;
  std::vector<Diagnostic>& diagnostics_;
  std::size_t before_;
};

/// `[a-z0-9]+([.-][a-z0-9]+)*`: ids of scenarios, set-ups, actors, checks, labels, axes, values.
/// Dots where `dots` allows them.
bool is_slug(std::string_view text, bool dots = false);

std::vector<std::string> strings(std::initializer_list<std::string_view> words);

/// Sorts by file, line and column and drops what was said twice.
void sort_diagnostics(std::vector<Diagnostic>& diagnostics);

}  // namespace parley::scenario
