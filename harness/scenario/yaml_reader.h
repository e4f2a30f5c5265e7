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

  /// Passes on what was found in another file.
  void report(Diagnostic diagnostic) { diagnostics_.push_back(std::move(diagnostic)); }

  /// The node is a mapping (code wrong-type) whose keys are all in `keys` (unknown-key).
  bool mapping(const YamlNode& node, std::string_view what,
               std::initializer_list<std::string_view> keys);

  /// The value of the key, or null after a missing-key report.
  const YamlNode* need(const YamlNode& mapping, std::string_view key);

  /// The text of a key; empty and reported where it is missing, of another type, or blank.
  std::string need_text(const YamlNode& mapping, std::string_view key);
  /// The same for a key that may be absent: then it is empty and nothing is reported.
  std::string text(const YamlNode& mapping, std::string_view key);
  /// The id of a whole file: reports what is no id (bad-id).
  std::string need_id(const YamlNode& root, std::string_view what);
  /// The id repeats the file's path below `folder` ("cases/"), so that a reader of a report finds
  /// the file (id-and-path-differ).
  void check_path(const std::string& id, std::string_view folder);
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
