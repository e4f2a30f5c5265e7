#include "harness/scenario/catalogue_reader.h"

#include <string>

namespace parley::scenario {

const std::vector<YamlNode>& list_of(YamlReader& in, std::string_view key) {
  static const std::vector<YamlNode> kNone;
  const YamlNode* list = in.file().root.find(key);
  if (list == nullptr) return kNone;
  if (!list->is_sequence()) {
    in.error(list->mark, "wrong-type", "\"" + std::string(key) + "\" must be a list");
    return kNone;
  }
  return list->items;
}

TimePoint need_date(YamlReader& in, const YamlNode& node, std::string_view key) {
  const std::string text = in.need_text(node, key);
  if (text.empty()) return {};
  const Result<TimePoint> date = parse_date(text);
  if (date.ok()) return *date;
  in.error(node.find(key)->mark, "bad-date", date.error().message, "write it like 2024-03-07");
  return {};
}

}  // namespace parley::scenario
