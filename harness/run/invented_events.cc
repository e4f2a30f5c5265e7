#include "harness/run/invented_events.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string_view>

#include "harness/base/json.h"

namespace parley::run {
namespace {

using evidence::Record;
using evidence::Tap;

// Events that say that something arrived at the actor.
constexpr std::string_view kArrivals[] = {"event.message", "event.reaction", "event.undecryptable"};

// Depth is bounded by what a record may hold.
bool mentions(const json::value& value, std::string_view id) {
  if (const json::string* text = value.if_string()) {
    return std::string_view(*text).find(id) != std::string_view::npos;
  }
  if (const json::array* array = value.if_array()) {
    return std::ranges::any_of(*array, [id](const auto& one) { return mentions(one, id); });
  }
  const json::object* object = value.if_object();
  return object != nullptr && std::ranges::any_of(*object, [id](const auto& member) {
           return mentions(member.value(), id);
         });
}

bool mentions(const json::object& facts, std::string_view id) {
  return std::ranges::any_of(facts,
                             [id](const auto& member) { return mentions(member.value(), id); });
}

// Whether a record repeats the actor's own word. What the harness writes down of steps may have
// come from there: an event that was awaited, arguments that were taken from one. Only what an
// operation of somebody else's brought did not.
bool is_own_word(const Record& record, std::string_view actor) {
  if (record.tap == Tap::kEvent) return record.party == actor;
  if (record.tap != Tap::kStep) return false;
  return record.kind != "step.end" || get_string(record.facts, "actor") == actor;
}

bool known_elsewhere(std::span<const Record> records, std::string_view actor, std::string_view id) {
  return std::ranges::any_of(records, [&](const Record& record) {
    return !is_own_word(record, actor) && mentions(record.facts, id);
  });
}

}  // namespace

std::optional<InventedEvent> invented_event(std::span<const Record> records,
                                            std::span<const std::string> actors) {
  for (const Record& record : records) {
    if (record.tap != Tap::kEvent ||
        std::ranges::find(kArrivals, record.kind) == std::end(kArrivals) ||
        std::ranges::find(actors, record.party) == actors.end()) {
      continue;
    }
    const auto id = get_string(record.facts, "id");
    if (!id || id->empty() || known_elsewhere(records, record.party, *id)) continue;
    return InventedEvent{record.party, record.kind.substr(record.kind.find('.') + 1),
                         std::string(*id)};
  }
  return std::nullopt;
}

}  // namespace parley::run
