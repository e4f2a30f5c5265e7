// YAML that people write, as a plain tree in which every node knows its line and column.
// Stricter than YAML 1.2: duplicate keys, anchors, aliases, tags, merge keys and several documents
// in one file are refused, each with a diagnostic; so are files over the size, node or depth limit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/base/json.h"
#include "harness/base/result.h"

namespace parley {

struct YamlNode {
  enum class Kind { kNull, kScalar, kSequence, kMapping };
  /// A mapping's entries keep the order of the file.
  struct Entry;

  Kind kind = Kind::kNull;
  SourceMark mark;
  std::string scalar;           ///< kScalar: the text
  bool quoted = false;          ///< kScalar: written in quotes or as a block, hence always a string
  std::vector<YamlNode> items;  ///< kSequence
  std::vector<Entry> entries;   ///< kMapping

  bool is_mapping() const { return kind == Kind::kMapping; }
  bool is_sequence() const { return kind == Kind::kSequence; }
  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_null() const { return kind == Kind::kNull; }

  /// The value of that key, or null where there is none or this is no mapping.
  const YamlNode* find(std::string_view key) const;

  /// YAML 1.2 core schema for plain scalars; nullopt where the scalar is quoted or of another type.
  std::optional<std::int64_t> as_int() const;
  std::optional<bool> as_bool() const;

  /// The same tree as JSON: plain integers and true/false/null typed, all else strings.
  json::value to_json() const;
};

struct YamlNode::Entry {
  std::string key;
  SourceMark mark;
  YamlNode value;
};

struct YamlLimits {
  std::size_t bytes = 1024 * 1024;
  std::size_t nodes = 100'000;
  std::size_t depth = 32;
};

/// One file: its name for diagnostics, its text, its tree.
struct YamlFile {
  std::string name;
  std::string text;
  YamlNode root;

  /// A diagnostic at that place, with the source line filled in.
  Diagnostic diagnostic(SourceMark mark, std::string code, std::string message,
                        std::string hint = {}) const;
};

/// Parses `text`. On failure nullopt, and at least one diagnostic was appended.
std::optional<YamlFile> parse_yaml(std::string name, std::string text,
                                   std::vector<Diagnostic>& diagnostics, YamlLimits limits = {});

}  // namespace parley
