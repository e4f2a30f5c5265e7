#include "harness/judge/record_text.h"

#include <string>

namespace parley::judge {
namespace {

using Visit = std::function<bool(std::string_view, std::string_view)>;

// `path` is extended on the way down and restored on the way up: most texts hold nothing, and their
// paths are never needed.
bool visit_value(const json::value& value, std::string& path, const Visit& visit) {
  if (const auto* text = value.if_string()) {
    return visit(std::string_view(text->data(), text->size()), path);
  }
  const std::size_t length = path.size();
  if (const auto* array = value.if_array()) {
    std::size_t index = 0;
    for (const json::value& item : *array) {
      path += '[';
      path += std::to_string(index++);
      path += ']';
      if (visit_value(item, path, visit)) return true;
      path.resize(length);
    }
  } else if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      path += '.';
      path += member.key();
      if (visit(member.key(), path) || visit_value(member.value(), path, visit)) return true;
      path.resize(length);
    }
  }
  return false;
}

}  // namespace

bool visit_texts(const evidence::Record& record, const Visit& visit) {
  if (!record.body.empty() && visit(as_text(record.body), "body")) return true;
  std::string path = "facts";
  for (const auto& member : record.facts) {
    path.resize(5);
    path += '.';
    path += member.key();
    if (visit(member.key(), path) || visit_value(member.value(), path, visit)) return true;
  }
  return false;
}

}  // namespace parley::judge
