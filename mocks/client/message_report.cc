#include "mocks/client/message_report.h"

#include <algorithm>
#include <array>
#include <utility>

#include "mocks/client/operation_arguments.h"

namespace parley::mocks::client {
namespace {

constexpr std::array<std::pair<std::string_view, ReportForgery>, 5> kForgeries = {{
    {"content", ReportForgery::kContent},
    {"commitment", ReportForgery::kCommitment},
    {"sender", ReportForgery::kSender},
    {"tag", ReportForgery::kTag},
    {"no-tag", ReportForgery::kNoTag},
}};

/// The message as somebody would like to have received it.
std::string altered(const std::string& content) {
  const Result<json::value> parsed = parse_json(content, "content", {});
  json::object facts = parsed.ok() && parsed->is_object() ? parsed->get_object() : json::object();
  facts["text"] = std::string(get_string(facts, "text").value_or("")) + " (and worse)";
  return canonical(facts);
}

bool is_selected(const ReportOrder& order, const std::string& id) {
  return std::ranges::find(order.messages, id) != order.messages.end();
}

/// The tag of a message of the chat that is not reported.
Result<Bytes> tag_of_another(const HeldMessages& held, const ReportOrder& order,
                             const wire::Jid& from) {
  for (const HeldMessage* other : held.of(from)) {
    if (other->franking && !is_selected(order, other->id)) return other->franking->tag;
  }
  return make_error(ErrorCode::kInvalid, "no other message whose tag could be taken");
}

ReportStanza::Message as_it_came(const HeldMessage& held) {
  ReportStanza::Message message{held.id, held.content, std::nullopt, std::nullopt, std::nullopt};
  if (held.key) message.key = to_bytes(*held.key);
  if (held.franking) {
    message.commitment = held.franking->commitment;
    message.tag = held.franking->tag;
  }
  return message;
}

Result<ReportStanza::Message> reported(const HeldMessages& held, const ReportOrder& order,
                                       const wire::Jid& from, const HeldMessage& one) {
  ReportStanza::Message message = as_it_came(one);
  switch (order.forgery) {
    case ReportForgery::kNone:
    case ReportForgery::kSender:
      break;
    case ReportForgery::kContent:
      message.content = altered(one.content);
      break;
    case ReportForgery::kCommitment:
      message.content = altered(one.content);
      if (one.key) {
        message.commitment = to_bytes(wire::franking_commitment(*one.key, message.content));
      }
      break;
    case ReportForgery::kTag: {
      PARLEY_ASSIGN(message.tag, tag_of_another(held, order, from));
      break;
    }
    case ReportForgery::kNoTag:
      message.tag.reset();
      break;
  }
  return message;
}

}  // namespace

std::optional<ReportForgery> parse_report_forgery(std::string_view text) {
  const auto found =
      std::ranges::find(kForgeries, text, [](const auto& entry) { return entry.first; });
  if (found == kForgeries.end()) return std::nullopt;
  return found->second;
}

Result<ReportOrder> report_order_in(const json::object& arguments) {
  PARLEY_TRY(only_arguments(arguments, {"from", "messages", "reason", "forge"}));
  ReportOrder order;
  PARLEY_ASSIGN(order.from, string_argument(arguments, "from"));
  PARLEY_ASSIGN(order.messages, strings_argument(arguments, "messages"));
  PARLEY_ASSIGN(order.reason,
                word_argument(arguments, "reason", {"spam", "abuse", "fraud", "other"}));
  if (!arguments.contains("forge")) return order;
  PARLEY_ASSIGN(const std::string word, string_argument(arguments, "forge"));
  const auto forgery = parse_report_forgery(word);
  if (!forgery) return make_error(ErrorCode::kInvalid, "no way to forge a report: " + word);
  order.forgery = *forgery;
  return order;
}

Result<ReportStanza> make_report(const HeldMessages& held, const ReportOrder& order,
                                 const wire::Jid& from, bool whole_chat) {
  const wire::Jid sender = from.without_device();
  ReportStanza report{sender, order.reason, {}};
  for (const std::string& id : order.messages) {
    const HeldMessage* one = held.find(id);
    const bool theirs = one != nullptr && one->from == sender;
    if (one == nullptr || (!theirs && order.forgery != ReportForgery::kSender)) {
      return make_error(ErrorCode::kNotFound, "no message " + id + " came from " + order.from);
    }
    PARLEY_ASSIGN(ReportStanza::Message message, reported(held, order, sender, *one));
    report.messages.push_back(std::move(message));
  }
  if (!whole_chat) return report;
  for (const HeldMessage* other : held.of(sender)) {
    if (!is_selected(order, other->id)) report.messages.push_back(as_it_came(*other));
  }
  return report;
}

}  // namespace parley::mocks::client
