#include "mocks/quirks/unshown.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "harness/scenario/yaml_reader.h"

namespace parley::mocks::quirks {

std::vector<Unshown> read_unshown(const std::string& name, std::string text,
                                  std::vector<Diagnostic>& diagnostics) {
  std::vector<Unshown> out;
  const std::optional<YamlFile> file = parse_yaml(name, std::move(text), diagnostics);
  if (!file) return out;
  scenario::YamlReader in(*file, diagnostics);
  if (!in.mapping(file->root, "the file of checks that are not shown", {"unshown"})) return out;
  const YamlNode* list = in.need(file->root, "unshown");
  if (list == nullptr) return out;
  for (const YamlNode& node : list->items) {
    if (!in.mapping(node, "a check that is not shown", {"check", "why"})) continue;
    Unshown one{in.need_text(node, "check"), in.need_text(node, "why")};
    if (std::ranges::find(out, one.check, &Unshown::check) != out.end()) {
      in.error(node.mark, "repeated-entry", "\"" + one.check + "\" stands here twice",
               "one reason is enough");
      continue;
    }
    if (!one.check.empty() && !one.why.empty()) out.push_back(std::move(one));
  }
  return out;
}

}  // namespace parley::mocks::quirks
