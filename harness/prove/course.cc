#include "harness/prove/course.h"

#include <algorithm>
#include <string_view>

#include "harness/judge/case_view.h"

namespace parley::prove {
namespace {

using evidence::Record;

// An operation that sends what the other side is to show; null where it failed or is another.
std::optional<SentMessage> sent_by(const Record& record) {
  if (record.tap != evidence::Tap::kStep || record.kind != "step.end") return std::nullopt;
  const auto operation = get_string(record.facts, "operation").value_or("");
  if (operation != "send-text" && operation != "send-media") return std::nullopt;
  const json::object* result = get_object(record.facts, "result");
  const auto id = result == nullptr ? std::nullopt : get_string(*result, "id");
  const auto step = judge::whole_number(record.facts, "index");
  if (!id || !step) return std::nullopt;
  SentMessage message;
  message.step = static_cast<std::size_t>(*step);
  message.sender = get_string(record.facts, "actor").value_or("");
  message.id = *id;
  return message;
}

// The id of the message of which this stanza says, to its sender, that it was taken.
std::string_view acknowledged_by(const Record& record) {
  if (record.kind != "stanza" || record.direction != evidence::Direction::kIn) return {};
  const json::object* node = get_object(record.facts, "node");
  const json::object* attributes = node == nullptr ? nullptr : get_object(*node, "attrs");
  if (attributes == nullptr || get_string(*node, "tag") != "ack") return {};
  if (get_string(*attributes, "class") != "message" || attributes->contains("error")) return {};
  return get_string(*attributes, "id").value_or(std::string_view());
}

}  // namespace

const SentMessage* Course::sent_by_step(std::size_t step) const {
  const auto found = std::ranges::find(messages, step, &SentMessage::step);
  return found == messages.end() ? nullptr : &*found;
}

Course course_of(std::span<const Record> records) {
  Course out;
  for (const Record& record : records) {
    if (auto message = sent_by(record)) out.messages.push_back(*std::move(message));
    if (record.kind == "case.end") {
      out.completed = get_bool(record.facts, "completed").value_or(false);
    }
  }
  // What a message met with may be on record before the step that sent it ends.
  for (const Record& record : records) {
    const bool shown = record.tap == evidence::Tap::kEvent && record.kind == "event.message";
    const bool withheld = record.tap == evidence::Tap::kEvent &&
                          (record.kind == "event.dropped" || record.kind == "event.disturbed");
    const std::string_view id = shown || withheld
                                    ? get_string(record.facts, "id").value_or(std::string_view())
                                    : acknowledged_by(record);
    if (id.empty()) continue;
    for (SentMessage& message : out.messages) {
      if (message.id != id) continue;
      if (shown && record.party != message.sender) ++message.shown[record.party];
      if (withheld) message.withheld = true;
      if (!shown && !withheld && record.party == message.sender) message.acknowledged = true;
    }
  }
  return out;
}

}  // namespace parley::prove
