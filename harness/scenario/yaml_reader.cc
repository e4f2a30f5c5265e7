#include "harness/scenario/yaml_reader.h"

#include <algorithm>
#include <tuple>

namespace parley::scenario {

void YamlReader::error(SourceMark mark, std::string code, std::string message, std::string hint) {
  diagnostics_.push_back(
      file_.diagnostic(mark, std::move(code), std::move(message), std::move(hint)));
}

bool YamlReader::mapping(const YamlNode& node, std::string_view what,
                         std::initializer_list<std::string_view> keys) {
  if (!node.is_mapping()) {
    error(node.mark, "wrong-type", std::string(what) + " must be a mapping of keys to values");
    return false;
  }
  for (const YamlNode::Entry& entry : node.entries) {
    if (std::find(keys.begin(), keys.end(), entry.key) != keys.end()) continue;
    error(entry.mark, "unknown-key", std::string(what) + " has no key \"" + entry.key + "\"",
          did_you_mean(entry.key, strings(keys)));
  }
  return true;
}

const YamlNode* YamlReader::need(const YamlNode& mapping, std::string_view key) {
  const YamlNode* node = mapping.find(key);
  if (node == nullptr) {
    error(mapping.mark, "missing-key", "the key \"" + std::string(key) + "\" is missing here");
  }
  return node;
}

std::string YamlReader::text_of(const YamlNode& node, std::string_view key) {
  if (!node.is_scalar() || node.as_int() || node.as_bool()) {
    error(node.mark, "wrong-type", "\"" + std::string(key) + "\" must be text",
          node.is_scalar() ? "put it in quotes" : "");
    return {};
  }
  if (node.scalar.find_first_not_of(" \t\r\n") == std::string::npos) {
    error(node.mark, "empty-text", "\"" + std::string(key) + "\" must not be empty");
  }
  return node.scalar;
}

std::string YamlReader::need_text(const YamlNode& mapping, std::string_view key) {
  const YamlNode* node = need(mapping, key);
  return node == nullptr ? std::string() : text_of(*node, key);
}

std::string YamlReader::text(const YamlNode& mapping, std::string_view key) {
  const YamlNode* node = mapping.find(key);
  return node == nullptr ? std::string() : text_of(*node, key);
}

std::string YamlReader::need_id(const YamlNode& root, std::string_view what) {
  std::string id = need_text(root, "id");
  if (!id.empty() && !is_slug(id, true)) {
    error(root.find("id")->mark, "bad-id", "\"" + id + "\" is no id for a " + std::string(what),
          "use small letters, digits, single hyphens and dots");
  }
  return id;
}

void YamlReader::check_path(const std::string& id, std::string_view folder) {
  std::string_view path = file_.name;
  const std::size_t at = path.rfind(folder);
  if (!is_slug(id, true) || at == std::string_view::npos || !path.ends_with(".yaml")) return;
  path = path.substr(at + folder.size());
  std::string expected(path.substr(0, path.size() - std::string_view(".yaml").size()));
  std::replace(expected.begin(), expected.end(), '/', '.');
  if (id != expected) {
    error(file_.root.find("id")->mark, "id-and-path-differ",
          "the id of a file at this path is \"" + expected + "\"");
  }
}

std::vector<std::string> YamlReader::texts(const YamlNode& mapping, std::string_view key) {
  std::vector<std::string> out;
  const YamlNode* node = mapping.find(key);
  if (node == nullptr) return out;
  if (!node->is_sequence()) {
    error(node->mark, "wrong-type", "\"" + std::string(key) + "\" must be a list",
          node->is_scalar() ? "write [" + node->scalar + "]" : "");
    return out;
  }
  for (const YamlNode& item : node->items) {
    std::string text = text_of(item, key);
    if (text.empty()) continue;
    if (std::find(out.begin(), out.end(), text) != out.end()) {
      error(item.mark, "repeated-entry", "\"" + text + "\" is listed twice");
    } else {
      out.push_back(std::move(text));
    }
  }
  return out;
}

std::string YamlReader::word(const YamlNode& mapping, std::string_view key,
                             std::initializer_list<std::string_view> words) {
  const YamlNode* node = mapping.find(key);
  if (node == nullptr) return {};
  if (node->is_scalar() && std::find(words.begin(), words.end(), node->scalar) != words.end()) {
    return node->scalar;
  }
  std::string choices;
  for (const std::string_view one : words)
    choices += (choices.empty() ? "" : ", ") + std::string(one);
  const std::string near = node->is_scalar() ? did_you_mean(node->scalar, strings(words)) : "";
  error(node->mark, "unknown-word", "\"" + std::string(key) + "\" must be one of " + choices, near);
  return std::string(*words.begin());
}

bool is_slug(std::string_view text, bool dots) {
  bool separated = true;
  for (const char c : text) {
    const bool separator = c == '-' || (dots && c == '.');
    if (separator ? separated : !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) return false;
    separated = separator;
  }
  return !separated;
}

std::vector<std::string> strings(std::initializer_list<std::string_view> words) {
  return {words.begin(), words.end()};
}

void sort_diagnostics(std::vector<Diagnostic>& diagnostics) {
  const auto key = [](const Diagnostic& d) {
    return std::tie(d.file, d.mark.line, d.mark.column, d.code, d.message);
  };
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
  diagnostics.erase(
      std::unique(diagnostics.begin(), diagnostics.end(),
                  [&](const Diagnostic& a, const Diagnostic& b) { return key(a) == key(b); }),
      diagnostics.end());
}

}  // namespace parley::scenario
