#include "harness/judge/foundations.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace parley::judge {
namespace {

using evidence::Direction;

std::string_view attribute(const Record& stanza, std::string_view name) {
  const json::object* node = get_object(stanza.facts, "node");
  const json::object* attributes = node == nullptr ? nullptr : get_object(*node, "attrs");
  return attributes == nullptr ? std::string_view()
                               : get_string(*attributes, name).value_or(std::string_view());
}

// The ids that an event or a message names.
std::vector<std::string_view> ids_of(const json::object& facts) {
  std::vector<std::string_view> ids;
  if (const auto id = get_string(facts, "id")) ids.push_back(*id);
  if (const json::array* list = get_array(facts, "ids")) {
    for (const json::value& id : *list) {
      if (id.is_string()) ids.emplace_back(id.get_string());
    }
  }
  return ids;
}

// The last stanza that came in at the party before `cited` and that `match` accepts.
const Record* last_before(std::span<const Record> records, std::size_t cited,
                          const std::function<bool(const Record&)>& match) {
  for (std::size_t i = cited; i-- > 0;) {
    const Record& record = records[i];
    if (record.party == records[cited].party && record.kind == "stanza" &&
        record.direction == Direction::kIn && match(record)) {
      return &record;
    }
  }
  return nullptr;
}

const Record* bringer(std::span<const Record> records, std::size_t cited) {
  const json::object& facts = records[cited].facts;
  const std::vector<std::string_view> ids = ids_of(facts);
  const auto from = get_string(facts, "from");
  const Record* found = last_before(records, cited, [&](const Record& stanza) {
    const std::string_view id = attribute(stanza, "id");
    return !id.empty() && std::find(ids.begin(), ids.end(), id) != ids.end();
  });
  if (found == nullptr && from) {
    found = last_before(records, cited,
                        [&](const Record& stanza) { return attribute(stanza, "from") == *from; });
  }
  if (found != nullptr) return found;
  return last_before(records, cited, [](const Record&) { return true; });
}

std::vector<const Record*> passed_during(const StepView& step) {
  std::vector<const Record*> all;
  std::vector<const Record*> sent;
  for (const Record* record = step.begin; record < step.end; ++record) {
    if (record->party != step.actor || record->kind != "stanza") continue;
    all.push_back(record);
    const bool own = record->direction == Direction::kOut && !step.message_id().empty() &&
                     attribute(*record, "id") == step.message_id();
    if (own) sent.push_back(record);
  }
  return sent.empty() ? all : sent;
}

// The stanzas that a cited record stems from.
std::vector<const Record*> origins(const CaseView& view, std::size_t cited) {
  const Record& record = view.records()[cited];
  if (record.kind == "stanza") return {&record};
  if (record.tap == evidence::Tap::kEvent || record.tap == evidence::Tap::kMessage) {
    // What a client encrypts comes from nowhere else.
    if (record.direction == Direction::kOut) return {};
    const Record* found = bringer(view.records(), cited);
    return found == nullptr ? std::vector<const Record*>() : std::vector<const Record*>{found};
  }
  for (const StepView& step : view.steps()) {
    if (step.end == &record && step.begin != nullptr && !step.is_await()) {
      return passed_during(step);
    }
  }
  return {};
}

}  // namespace

void describe_foundations(const CaseView& view, CheckResult& check) {
  std::set<std::string> surrogates;
  std::set<std::string> overlaid;
  for (const std::uint64_t seq : check.finding.evidence) {
    if (seq >= view.records().size()) continue;
    for (const Record* stanza : origins(view, seq)) {
      const auto word = get_string(stanza->facts, "basis");
      const auto basis = word ? parse_enum<Basis>(*word) : std::nullopt;
      if (!basis) continue;
      check.basis = weaker(check.basis, *basis);
      const auto operation = get_string(stanza->facts, "operation");
      if (!operation) continue;
      if (*basis == Basis::kSurrogate) surrogates.emplace(*operation);
      if (get_string(stanza->facts, "overlay")) overlaid.emplace(*operation);
    }
  }
  check.surrogates.assign(surrogates.begin(), surrogates.end());
  check.overlaid.assign(overlaid.begin(), overlaid.end());
}

}  // namespace parley::judge
