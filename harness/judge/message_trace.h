// One end-to-end message on its way, as the records of a test case tell it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/judge/case_view.h"
#include "harness/judge/finding.h"

namespace parley::judge {

/// A message as the step that sent it tells it, and where it was seen.
struct Message {
  const StepView* step = nullptr;
  std::string id;
  std::string at;                        ///< the receiver
  std::vector<const Record*> encrypted;  ///< at the sender
  std::vector<const Record*> decrypted;  ///< at the receiver
  std::vector<const Record*> shown;      ///< events at the receiver
};

/// The message that the step sent, as far as it got to the actor `at`; or what a check finds where
/// there is none.
std::variant<Message, Finding> trace_message(const CaseView& view, const std::string& label,
                                             std::string at);
/// The same for a check's arguments `message` and `at`.
std::variant<Message, Finding> find_message(const CaseView& view, const json::object& arguments);

/// Where every check of one message begins: its arguments `message`, `at` and `blames`, looked up.
/// Stays where it is, as the message points into the view.
struct MessageCase {
  explicit MessageCase(const CheckInput& input);
  MessageCase(const MessageCase&) = delete;
  MessageCase& operator=(const MessageCase&) = delete;

  CaseView view;
  Blame blame;
  Message message;
  std::optional<Finding> trouble;  ///< what the check finds where there is no such message
};

/// Every record of the message, in order.
Evidence evidence_of(const Message& message);

/// The first event of that name at the actor with that message id, or null.
const Record* event_of(const CaseView& view, std::string_view actor, std::string_view event,
                       std::string_view id);

/// The path under which the message says that its file lies; empty where its sender left no record
/// of that.
std::string direct_path_of(const Message& message);

/// The first of `twins` that `at` was not shown as a file or text; nullopt where all were.
std::optional<std::string> twin_not_shown(const CaseView& view,
                                          const std::vector<std::string>& twins,
                                          const std::string& at);

}  // namespace parley::judge
