#include "mocks/quirks/quirk.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "harness/scenario/yaml_reader.h"

namespace parley::mocks::quirks {
namespace {

using scenario::YamlReader;

template <class Enum, std::size_t N>
using Names = std::array<std::pair<std::string_view, Enum>, N>;

constexpr Names<Point, 6> kPoints{{{"stanza-out", Point::kStanzaOut},
                                   {"stanza-in", Point::kStanzaIn},
                                   {"request-out", Point::kRequestOut},
                                   {"request-in", Point::kRequestIn},
                                   {"response-out", Point::kResponseOut},
                                   {"response-in", Point::kResponseIn}}};
constexpr Names<Action, 8> kActions{{{"drop", Action::kDrop},
                                     {"duplicate", Action::kDuplicate},
                                     {"hold", Action::kHold},
                                     {"set", Action::kSet},
                                     {"remove", Action::kRemove},
                                     {"flip", Action::kFlip},
                                     {"truncate", Action::kTruncate},
                                     {"add", Action::kAdd}}};

template <class Enum, std::size_t N>
Enum word(YamlReader& in, const YamlNode& mapping, std::string_view key,
          const Names<Enum, N>& names) {
  const std::string text = in.need_text(mapping, key);
  const auto found = std::ranges::find(names, text, &std::pair<std::string_view, Enum>::first);
  if (found != names.end()) return found->second;
  if (text.empty()) return names.front().second;  // reported
  std::vector<std::string> known;
  for (const auto& [name, value] : names) known.emplace_back(name);
  in.error(mapping.find(key)->mark, "unknown-word", "no such \"" + std::string(key) + "\": " + text,
           did_you_mean(text, known));
  return names.front().second;
}

std::optional<std::size_t> number(YamlReader& in, const YamlNode& mapping, std::string_view key) {
  const YamlNode* node = mapping.find(key);
  if (node == nullptr) return std::nullopt;
  const auto value = node->as_int();
  if (value && *value >= 1 && *value <= 1'000'000) return static_cast<std::size_t>(*value);
  in.error(node->mark, "wrong-type", "\"" + std::string(key) + "\" is a whole number from 1 up");
  return std::nullopt;
}

bool needs_path(const WireQuirk& wire) {
  return wire.act != Action::kDrop && wire.act != Action::kDuplicate && wire.act != Action::kHold;
}

WireQuirk read_wire(YamlReader& in, const YamlNode& node) {
  WireQuirk wire;
  if (!in.mapping(
          node, "wire",
          {"at", "match", "host", "do", "path", "value", "where", "is", "first", "count"})) {
    return wire;
  }
  wire.at = word(in, node, "at", kPoints);
  wire.act = word(in, node, "do", kActions);
  wire.match = in.need_text(node, "match");
  if (node.find("host") != nullptr) wire.host = in.need_text(node, "host");
  if (const YamlNode* path = node.find("path")) wire.path = path->scalar;
  if (const YamlNode* value = node.find("value")) wire.value = value->scalar;
  if (node.find("where") != nullptr) wire.where = in.need_text(node, "where");
  if (node.find("is") != nullptr) wire.where_is = in.need_text(node, "is");
  wire.first = number(in, node, "first").value_or(1);
  wire.count = number(in, node, "count");
  const bool stanza = wire.at == Point::kStanzaOut || wire.at == Point::kStanzaIn;
  if (needs_path(wire) && node.find("path") == nullptr) {
    in.error(
        node.mark, "missing-key", "this change needs a \"path\"",
        "the part that is changed, \"enc@type\" or \"body/error\"; \"\" is a stanza's content");
  }
  if (!needs_path(wire) && node.find("path") != nullptr) {
    in.error(node.find("path")->mark, "unknown-key", "this change takes no \"path\"");
  }
  if (!stanza && (wire.act == Action::kDuplicate || wire.act == Action::kHold)) {
    in.error(node.find("do")->mark, "unknown-word", "only stanzas are duplicated or held");
  }
  return wire;
}

void read_kills(YamlReader& in, const YamlNode& node, Quirk& quirk) {
  const YamlNode* kills = node.find("kills");
  if (kills == nullptr) return;
  for (const YamlNode& item : kills->items) {
    if (!in.mapping(item, "a kill", {"check", "finding"})) continue;
    quirk.kills.push_back({in.need_text(item, "check"), in.need_text(item, "finding")});
  }
}

void read_collateral(YamlReader& in, const YamlNode& node, Quirk& quirk) {
  const YamlNode* collateral = node.find("collateral");
  if (collateral == nullptr) return;
  for (const YamlNode& item : collateral->items) {
    if (!in.mapping(item, "collateral", {"checks", "why"})) continue;
    quirk.collateral.push_back({in.texts(item, "checks"), in.need_text(item, "why")});
  }
}

void read_deviation(YamlReader& in, const YamlNode& node, Quirk& quirk) {
  const YamlNode* wire = node.find("wire");
  const YamlNode* hook = node.find("hook");
  if ((wire == nullptr) == (hook == nullptr)) {
    in.error(node.mark, "missing-key", "a quirk has either \"wire\" or \"hook\"");
  } else if (wire != nullptr) {
    quirk.deviation = read_wire(in, *wire);
  } else {
    quirk.deviation = PolicyQuirk{in.need_text(node, "hook")};
  }
}

std::optional<Quirk> read_quirk(YamlReader& in, const YamlNode& node) {
  if (!in.mapping(node, "a quirk",
                  {"id", "role", "layer", "summary", "requirement", "wire", "hook", "kills",
                   "collateral", "equivalent"})) {
    return std::nullopt;
  }
  Quirk quirk;
  quirk.id = in.need_id(node, "quirk");
  quirk.file = in.file().name + ":" + std::to_string(node.mark.line);
  quirk.layer = in.need_text(node, "layer");
  quirk.summary = in.need_text(node, "summary");
  quirk.requirement = in.need_text(node, "requirement");
  quirk.equivalent = in.text(node, "equivalent");
  const std::string role = in.need_text(node, "role");
  if (const auto parsed = evidence::parse_role(role); parsed.ok()) {
    quirk.role = *parsed;
  } else if (!role.empty()) {
    in.error(node.find("role")->mark, "unknown-word", parsed.error().message);
  }
  read_deviation(in, node, quirk);
  read_kills(in, node, quirk);
  read_collateral(in, node, quirk);
  if (quirk.kills.empty() == quirk.equivalent.empty()) {
    in.error(node.mark, "missing-key", "a quirk either \"kills\" a check or is \"equivalent\"",
             "say which check must find it, or why none can");
  }
  return quirk;
}

}  // namespace

std::vector<Quirk> read_quirks(const std::string& name, std::string text,
                               std::vector<Diagnostic>& diagnostics) {
  std::vector<Quirk> out;
  const std::optional<YamlFile> file = parse_yaml(name, std::move(text), diagnostics);
  if (!file) return out;
  YamlReader in(*file, diagnostics);
  if (!in.mapping(file->root, "a file of quirks", {"quirks"})) return out;
  const YamlNode* list = in.need(file->root, "quirks");
  if (list == nullptr) return out;
  std::set<std::string> ids;
  for (const YamlNode& node : list->items) {
    auto quirk = read_quirk(in, node);
    if (!quirk) continue;
    if (!ids.insert(quirk->id).second) {
      in.error(node.mark, "duplicate-id", "two quirks are called \"" + quirk->id + "\"");
      continue;
    }
    out.push_back(*std::move(quirk));
  }
  return out;
}

}  // namespace parley::mocks::quirks
