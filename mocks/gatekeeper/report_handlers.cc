// Reports of messages that a user received.
#include <utility>

#include "harness/base/encoding.h"
#include "harness/wire/operations.h"
#include "mocks/gatekeeper/stanza_handlers.h"

namespace parley::mocks::gatekeeper {
namespace {

namespace op = wire::op;

/// One report holds at most this many messages.
constexpr std::size_t kMostMessages = 100;

Bytes bytes_in(const json::object& values, std::string_view name) {
  auto bytes = decode_base64(get_string(values, name).value_or(""));
  return bytes.ok() ? *std::move(bytes) : Bytes();
}

RevealedMessage revealed(const json::object& values) {
  RevealedMessage message;
  message.id = get_string(values, "id").value_or("");
  message.content = as_text(bytes_in(values, "content"));
  message.key = bytes_in(values, "key");
  message.commitment = bytes_in(values, "commitment");
  message.tag = bytes_in(values, "reporting_tag");
  return message;
}

/// The first doubt about any of the messages; a report is believed as a whole or not at all.
std::string_view doubt_about(const Request& request, const wire::Jid& from,
                             const json::array& messages) {
  const std::string sender = from.without_device().text();
  const std::string reporter = request.account.address();
  for (const json::value& message : messages) {
    const std::string_view doubt =
        request.backend.reports.doubt(sender, reporter, revealed(message.as_object()));
    if (!doubt.empty() && !request.backend.departs("report-verification")) return doubt;
  }
  return {};
}

/// Who, how many and what came of it; what was written goes into no event.
void note_report(const Request& request, const wire::Jid& from, std::size_t messages,
                 std::string_view doubt) {
  json::object facts = {{"about", from.without_device().text()},
                        {"by_actor", request.account.actor},
                        {"accepted", doubt.empty()},
                        {"count", static_cast<std::int64_t>(messages)}};
  if (const Account* about = request.backend.accounts.find(from)) {
    facts["about_actor"] = about->actor;
  }
  if (!doubt.empty()) facts["reason"] = doubt;
  request.backend.events.push("reported", std::move(facts));
}

}  // namespace

void on_message_report(const Request& request) {
  const std::optional<wire::Jid> from = wire::Jid::parse(request.text("from"));
  const json::array* messages = get_array(request.values, "messages");
  if (!from || messages == nullptr || messages->empty() || messages->size() > kMostMessages) {
    return request.fail(400, "bad-request");
  }
  const std::string_view doubt = doubt_about(request, *from, *messages);
  note_report(request, *from, messages->size(), doubt);
  json::object answer = {{"id", request.text("id")},
                         {"status", doubt.empty() ? "accepted" : "refused"}};
  if (!doubt.empty()) answer["reason"] = doubt;
  request.answer(request.profile().render(op::kMessageReportAnswer, answer));
}

}  // namespace parley::mocks::gatekeeper
