#include "harness/scenario/relabel.h"

#include <algorithm>

namespace parley::scenario {
namespace {

void prefix_text(std::string& text, const OwnLabels& labels, std::string_view prefix) {
  std::string out;
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t end = text.compare(i, 2, "${") == 0 ? text.find('}', i) : std::string::npos;
    if (text.compare(i, 3, "$${") == 0) {
      out += "$${";
      i += 3;
    } else if (end == std::string::npos) {
      out += text[i++];
    } else {
      const std::string_view name = std::string_view(text).substr(i + 2, end - i - 2);
      out += "${";
      if (labels.contains(name.substr(0, name.find('.')))) out.append(prefix).append("-");
      out.append(name).append("}");
      i = end + 1;
    }
  }
  text = std::move(out);
}

void prefix_placeholders(YamlNode& node, const OwnLabels& labels, std::string_view prefix) {
  if (node.is_scalar() && node.scalar.find("${") != std::string::npos) {
    prefix_text(node.scalar, labels, prefix);
  }
  for (YamlNode& item : node.items) prefix_placeholders(item, labels, prefix);
  for (YamlNode::Entry& entry : node.entries) prefix_placeholders(entry.value, labels, prefix);
}

}  // namespace

bool OwnLabels::contains(std::string_view label) const {
  if (steps.contains(label)) return true;
  return std::any_of(fragments.begin(), fragments.end(), [&](const std::string& prefix) {
    return label.starts_with(prefix) && label.substr(prefix.size()).starts_with("-");
  });
}

OwnLabels labels_of(const YamlNode& steps) {
  OwnLabels out;
  for (const YamlNode& step : steps.items) {
    const YamlNode* label = step.find("as");
    if (label == nullptr || !label->is_scalar()) continue;
    if (step.find("use") != nullptr) {
      out.fragments.push_back(label->scalar);
    } else {
      out.steps.insert(label->scalar);
    }
  }
  return out;
}

void add_prefix(YamlNode& step, const OwnLabels& labels, std::string_view prefix) {
  prefix_placeholders(step, labels, prefix);
  for (YamlNode::Entry& entry : step.entries) {
    if (entry.key == "as" && entry.value.is_scalar()) {
      entry.value.scalar = std::string(prefix) + "-" + entry.value.scalar;
    }
  }
}

}  // namespace parley::scenario
