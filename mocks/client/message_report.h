// A user reports messages: what the client hands to the server for that, and how a client that lies
// about what it received would forge it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/json.h"
#include "harness/base/result.h"
#include "mocks/client/client_fault.h"
#include "mocks/client/held_messages.h"
#include "mocks/client/stanzas.h"

namespace parley::mocks::client {

enum class ReportForgery {
  kNone,
  kContent,     ///< says that something else was written
  kCommitment,  ///< the same, with a commitment that fits what it says
  kSender,      ///< says that somebody else wrote it
  kTag,         ///< carries the tag of another message
  kNoTag        ///< carries none
};
std::optional<ReportForgery> parse_report_forgery(std::string_view text);

/// What the user wants reported.
struct ReportOrder {
  std::string from;                   ///< the actor who wrote
  std::vector<std::string> messages;  ///< ids
  std::string reason;                 ///< spam, abuse, fraud, other
  ReportForgery forgery = ReportForgery::kNone;
};
Result<ReportOrder> report_order_in(const json::object& arguments);

/// The stanza's values, but for its id. kNotFound for a message that did not come from `from`,
/// kInvalid where there is no other message whose tag could be taken. `whole_chat`: a defect, by
/// which the other messages of the sender go with them.
Result<ReportStanza> make_report(const HeldMessages& held, const ReportOrder& order,
                                 const wire::Jid& from, bool whole_chat);

}  // namespace parley::mocks::client
