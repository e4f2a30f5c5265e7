#include "harness/prove/twins.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "harness/base/json.h"

namespace parley::prove {
namespace {

using evidence::Record;

/// Pointer -> value, of everything that holds no other value.
using Leaves = std::map<std::string, std::string, std::less<>>;

void flatten(const json::value& value, const std::string& at, Leaves& out) {
  if (const auto* object = value.if_object()) {
    for (const auto& [name, member] : *object) flatten(member, at + "/" + std::string(name), out);
  } else if (const auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      flatten((*array)[i], at + "/" + std::to_string(i), out);
    }
  } else {
    out[at] = canonical(value);
  }
}

struct Deed {
  std::int64_t index = 0;  ///< of the step within the case
  Leaves leaves;
};

bool is_sending(const Record& record, std::string_view actor) {
  return record.party == actor && record.direction == evidence::Direction::kOut &&
         (record.kind == "http.request" || record.kind == "stanza");
}

// What was asked for in the step of that label, and the first thing that its actor sent for it.
std::optional<Deed> deed(std::span<const Record> records, std::string_view label) {
  const auto begin = std::ranges::find_if(records, [label](const Record& record) {
    return record.kind == "step.begin" && get_string(record.facts, "label") == label;
  });
  if (begin == records.end()) return std::nullopt;
  Deed out;
  out.index = get_int(begin->facts, "index").value_or(0);
  const std::string actor(get_string(begin->facts, "actor").value_or(""));
  for (const std::string_view part : {"actor", "operation", "arguments"}) {
    if (const json::value* value = begin->facts.if_contains(part)) {
      flatten(*value, "/" + std::string(part), out.leaves);
    }
  }
  for (auto record = begin + 1; record != records.end() && record->kind != "step.end"; ++record) {
    if (!is_sending(*record, actor)) continue;
    const json::value* node = record->facts.if_contains("node");
    flatten(node == nullptr ? json::value(record->facts) : *node, "/sent", out.leaves);
    break;
  }
  return out;
}

std::set<std::string> differing(const Leaves& one, const Leaves& other) {
  std::set<std::string> out;
  for (const auto& [pointer, value] : one) {
    const auto same = other.find(pointer);
    if (same == other.end() || same->second != value) out.insert(pointer);
  }
  for (const auto& [pointer, value] : other) {
    if (!one.contains(pointer)) out.insert(pointer);
  }
  return out;
}

std::optional<std::string> negative_label(const json::object& arguments) {
  for (const std::string_view name : {"step", "message", "forged", "exceeds"}) {
    if (const auto label = get_string(arguments, name)) return std::string(*label);
  }
  return std::nullopt;
}

// What is ordered differently counts, whatever the twins do among themselves; but a text is a new
// one each time.
bool is_order(const std::string& pointer) {
  return !pointer.starts_with("/sent/") && pointer != "/arguments/text";
}

std::set<std::string> differing_from_all(const Deed& negative, const std::vector<Deed>& twins) {
  std::set<std::string> out = differing(negative.leaves, twins.front().leaves);
  for (const Deed& twin : twins) {
    const std::set<std::string> here = differing(negative.leaves, twin.leaves);
    std::erase_if(out, [&here](const std::string& each) { return !here.contains(each); });
  }
  return out;
}

std::optional<TwinDifference> difference(const Deed& negative, const std::vector<Deed>& twins) {
  if (twins.empty()) return std::nullopt;
  TwinDifference out;
  std::set<std::string> changing;  // from twin to twin
  for (const Deed& twin : twins) changing.merge(differing(twins.front().leaves, twin.leaves));
  for (const std::string& each : differing_from_all(negative, twins)) {
    if (is_order(each) || !changing.contains(each)) out.differs.insert(each);
  }
  const bool repeats = std::ranges::any_of(
      twins, [&negative](const Deed& twin) { return twin.index + 1 == negative.index; });
  if (out.differs.empty()) out.differs.insert(repeats ? "once more" : "the world");
  return out;
}

}  // namespace

std::vector<TwinDifference> twin_differences(const scenario::PlannedCase& planned,
                                             std::span<const Record> records) {
  std::vector<TwinDifference> out;
  for (const scenario::PlannedCheck& check : planned.checks) {
    const json::array* labels = get_array(check.arguments, "twins");
    const auto label = negative_label(check.arguments);
    if (labels == nullptr || !label) continue;
    const std::optional<Deed> negative = deed(records, *label);
    if (!negative) continue;
    std::vector<Deed> twins;
    for (const json::value& twin : *labels) {
      if (!twin.is_string()) continue;
      if (auto known = deed(records, std::string_view(twin.get_string()))) {
        twins.push_back(*std::move(known));
      }
    }
    auto found = difference(*negative, twins);
    if (!found) found = TwinDifference();
    found->check = planned.test_case->scenario + check.id.substr(check.id.rfind('/'));
    out.push_back(*std::move(found));
  }
  return out;
}

}  // namespace parley::prove
