#include "harness/judge/message_trace.h"

#include <algorithm>
#include <utility>

namespace parley::judge {

using evidence::Direction;

std::variant<Message, Finding> trace_message(const CaseView& view, const std::string& label,
                                             std::string at) {
  Message message;
  message.at = std::move(at);
  message.step = view.step(label);
  if (message.step == nullptr) return view.not_reached(label);
  if (!message.step->ok()) return view.not_performed(*message.step);
  message.id = message.step->message_id();
  if (message.id.empty() || message.step->arguments() == nullptr) {
    return harness_error("no-message", "\"" + label + "\" sends a message",
                         message.step->text() + " gave no message id", {message.step->end->seq});
  }
  if (view.actor(message.at) == nullptr) {
    return harness_error("no-such-actor", "a message reaches " + message.at,
                         "the case has no actor \"" + message.at + "\"");
  }
  const auto has_id = [&](const Record& record, Direction direction) {
    return record.direction == direction && get_string(record.facts, "id") == message.id;
  };
  message.encrypted = view.select(message.step->actor, "message", [&](const Record& record) {
    return has_id(record, Direction::kOut);
  });
  message.decrypted = view.select(
      message.at, "message", [&](const Record& record) { return has_id(record, Direction::kIn); });
  for (const Record* record : view.events(message.at, "message")) {
    if (get_string(record->facts, "id") == message.id) message.shown.push_back(record);
  }
  return message;
}

std::variant<Message, Finding> find_message(const CaseView& view, const json::object& arguments) {
  return trace_message(view, text_argument(arguments, "message"), text_argument(arguments, "at"));
}

MessageCase::MessageCase(const CheckInput& input)
    : view(input.records), blame(view.blame(text_argument(input.arguments, "blames"))) {
  auto found = find_message(view, input.arguments);
  if (auto* finding = std::get_if<Finding>(&found)) {
    trouble = std::move(*finding);
  } else {
    message = std::move(std::get<Message>(found));
  }
}

Evidence evidence_of(const Message& message) {
  Evidence evidence = {message.step->end->seq};
  for (const auto* list : {&message.encrypted, &message.decrypted, &message.shown}) {
    for (const Record* record : *list) evidence.push_back(record->seq);
  }
  std::sort(evidence.begin(), evidence.end());
  return evidence;
}

const Record* event_of(const CaseView& view, std::string_view actor, std::string_view event,
                       std::string_view id) {
  for (const Record* record : view.events(actor, event)) {
    if (get_string(record->facts, "id") == id) return record;
  }
  return nullptr;
}

std::string direct_path_of(const Message& message) {
  for (const Record* record : message.encrypted) {
    const auto path = get_string(record->facts, "direct_path");
    if (path && !path->empty()) return std::string(*path);
  }
  return {};
}

std::optional<std::string> twin_not_shown(const CaseView& view,
                                          const std::vector<std::string>& twins,
                                          const std::string& at) {
  for (const std::string& label : twins) {
    const auto twin = trace_message(view, label, at);
    const auto* message = std::get_if<Message>(&twin);
    if (message == nullptr || message->shown.empty()) return label;
  }
  return std::nullopt;
}

}  // namespace parley::judge
