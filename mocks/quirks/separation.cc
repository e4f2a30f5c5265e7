#include "mocks/quirks/separation.h"

#include <optional>
#include <utility>

#include "harness/scenario/yaml_reader.h"

namespace parley::mocks::quirks {

std::vector<Separation> read_separations(const std::string& name, std::string text,
                                         std::vector<Diagnostic>& diagnostics) {
  std::vector<Separation> out;
  const std::optional<YamlFile> file = parse_yaml(name, std::move(text), diagnostics);
  if (!file) return out;
  scenario::YamlReader in(*file, diagnostics);
  if (!in.mapping(file->root, "the file of separations", {"separation"})) return out;
  const YamlNode* list = in.need(file->root, "separation");
  if (list == nullptr) return out;
  for (const YamlNode& node : list->items) {
    if (!in.mapping(node, "a separation", {"checks", "why"})) continue;
    Separation one{in.texts(node, "checks"), in.need_text(node, "why")};
    if (one.checks.size() < 2) {
      in.error(node.mark, "missing-key", "a separation names two or more kinds of check",
               "list those that the same quirks kill under \"checks\"");
      continue;
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace parley::mocks::quirks
