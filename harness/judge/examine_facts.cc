// Examinations of what documents state.
#include <algorithm>
#include <optional>
#include <set>

#include "harness/base/encoding.h"
#include "harness/judge/examine_findings.h"

namespace parley::judge {
namespace {

using scenario::RegisterEntry;

// The first of the facts that the document does not state; empty where it states all.
std::string lacking(const RegisterEntry& entry, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const json::value* value = entry.facts.if_contains(name);
    if (value == nullptr || value->is_null()) return name;
    if (value->is_string() && value->get_string().empty()) return name;
    if (value->is_array() && value->get_array().empty()) return name;
  }
  return {};
}

std::optional<std::int64_t> whole(const RegisterEntry& entry, const std::string& name) {
  const json::value* value = entry.facts.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

// "1.0.2" as numbers, so that 1.0.10 is above 1.0.9; nullopt where a part is no number.
std::optional<std::vector<long>> version_of(const RegisterEntry& entry) {
  const json::value* value = entry.facts.if_contains("version");
  if (value == nullptr) return std::nullopt;
  const std::string text =
      value->is_string() ? std::string(value->get_string()) : canonical(*value);
  std::vector<long> out(1, 0);
  bool digits = false;
  for (const char c : text) {
    if (c >= '0' && c <= '9' && out.back() < 1'000'000) {
      out.back() = out.back() * 10 + (c - '0');
      digits = true;
    } else if (c == '.' && digits) {
      out.push_back(0);
      digits = false;
    } else {
      return std::nullopt;
    }
  }
  if (!digits) return std::nullopt;
  return out;
}

}  // namespace

Examined examine_document_present(const ExamineInput& input) {
  const std::string kind = input.text("document");
  const std::vector<std::string> has = input.texts("has");
  const json::value* wanted = input.arguments.if_contains("facts");
  const json::object facts =
      wanted != nullptr && wanted->is_object() ? wanted->get_object() : json::object{};
  std::string expected = "a document of the kind " + kind;
  if (!facts.empty()) expected += " that states " + canonical(facts);
  for (const std::string& name : has) expected += ", with \"" + name + "\"";
  const Entries entries = input.of_kind(kind);
  if (entries.empty()) return no_document(kind);
  Entries whole_ones;
  std::string lacks;
  for (const RegisterEntry* entry : entries) {
    bool states_all = true;
    for (const auto& fact : facts) {
      const json::value* value = entry->facts.if_contains(fact.key());
      if (value != nullptr && *value != fact.value()) {
        return contradicted(
            input, "contradicted", expected,
            named(*entry) + " states " + std::string(fact.key()) + " " + canonical(*value),
            {entry});
      }
      states_all &= value != nullptr;
      if (value == nullptr) lacks = std::string(fact.key());
    }
    if (const std::string name = lacking(*entry, has); !name.empty()) {
      lacks = name;
      states_all = false;
    }
    if (states_all) whole_ones.push_back(entry);
  }
  if (whole_ones.empty()) {
    return missing("fact-missing", expected, "none states \"" + lacks + "\"", entries);
  }
  return shown(input, std::move(expected), named(*whole_ones.back()), std::move(whole_ones));
}

Examined examine_complete(const ExamineInput& input) {
  const std::string kind = input.text("document");
  const std::vector<std::string> has = input.texts("has");
  std::string expected = "every document of the kind " + kind + " states";
  for (const std::string& name : has) expected += (name == has.front() ? " " : ", ") + name;
  const Entries entries = input.of_kind(kind);
  if (entries.empty()) return no_document(kind);
  if (says_none(entries)) return shown(input, expected, "it is attested that none exists", entries);
  for (const RegisterEntry* entry : entries) {
    const std::string name = lacking(*entry, has);
    if (name.empty()) continue;
    return contradicted(input, "incomplete", expected,
                        named(*entry) + " does not state \"" + name + "\"", {entry});
  }
  return shown(input, std::move(expected), std::to_string(entries.size()) + " complete", entries);
}

Examined examine_never(const ExamineInput& input) {
  const std::string kind = input.text("document");
  const std::string fact = input.text("fact");
  const json::value* values = input.arguments.if_contains("values");
  const std::string expected = "no document of the kind " + kind + " states as " + fact +
                               " one of " + (values ? canonical(*values) : "[]");
  const Entries entries = input.of_kind(kind);
  if (entries.empty()) return no_document(kind);
  for (const RegisterEntry* entry : entries) {
    const json::value* value = entry->facts.if_contains(fact);
    if (value == nullptr || values == nullptr || !values->is_array()) continue;
    const json::array& list = values->get_array();
    if (std::find(list.begin(), list.end(), *value) == list.end()) continue;
    return contradicted(input, "contradicted", expected,
                        named(*entry) + " states " + fact + " " + canonical(*value), {entry});
  }
  return shown(input, expected, "none of " + std::to_string(entries.size()) + " does", entries);
}

Examined examine_each_service(const ExamineInput& input) {
  const std::string kind = input.text("document");
  const std::string expected = "a document of the kind " + kind + " for each service";
  Entries found;
  std::string without;
  for (const scenario::Service& service : input.library.services) {
    const RegisterEntry* one = nullptr;
    for (const RegisterEntry& entry : input.all) {
      if (entry.kind == kind && entry.service == service.id && entry.date <= input.as_of) {
        one = &entry;
      }
    }
    if (one != nullptr) {
      found.push_back(one);
    } else {
      without += (without.empty() ? "" : ", ") + service.title;
    }
  }
  if (!without.empty())
    return missing(std::string(kNoDocument), expected, "none for " + without, found);
  return shown(input, expected, std::to_string(found.size()) + " documents", found);
}

Examined examine_no_worse(const ExamineInput& input) {
  const std::string kind = input.text("document");
  const std::string fact = input.text("fact");
  const std::string than = input.text("than");
  const int tolerance = input.number("tolerance");
  const std::string expected =
      fact + " is not below " + than + " by more than " + std::to_string(tolerance);
  const Entries entries = input.of_kind(kind);
  if (entries.empty()) return no_document(kind);
  for (const RegisterEntry* entry : entries) {
    const auto value = whole(*entry, fact);
    const auto other = whole(*entry, than);
    if (!value || !other) {
      return missing("fact-missing", expected, named(*entry) + " does not state both numbers",
                     {entry});
    }
    if (*value >= *other - tolerance) continue;
    return contradicted(
        input, "worse", expected,
        named(*entry) + ": " + std::to_string(*value) + " against " + std::to_string(*other),
        {entry});
  }
  return shown(input, expected, "so in " + std::to_string(entries.size()) + " documents", entries);
}

Examined examine_versions_rise(const ExamineInput& input) {
  const std::string kind = input.text("document");
  const std::string expected = "versions of the kind " + kind + " rise with their dates";
  const Entries entries = input.of_kind(kind);
  if (entries.empty()) return no_document(kind);
  std::optional<std::vector<long>> before;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto version = version_of(*entries[i]);
    if (!version) {
      return missing("fact-missing", expected, named(*entries[i]) + " states no version",
                     {entries[i]});
    }
    if (before && *version <= *before) {
      return contradicted(input, "version-falls", expected,
                          named(*entries[i]) + " follows " + named(*entries[i - 1]),
                          {entries[i - 1], entries[i]});
    }
    before = version;
  }
  return shown(input, expected, std::to_string(entries.size()) + " versions", entries);
}

}  // namespace parley::judge
