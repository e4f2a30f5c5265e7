// The stanzas that the server sends, rendered from the wire profile, so that an overlay changes
// them. The names of the profile's values appear in stanzas.cc and in the handlers alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/random.h"
#include "harness/base/result.h"
#include "harness/wire/node.h"
#include "harness/wire/profile.h"
#include "mocks/gatekeeper/accounts.h"
#include "mocks/gatekeeper/connections.h"
#include "mocks/gatekeeper/login.h"

namespace parley::mocks::gatekeeper::stanzas {

using wire::Node;
using wire::Profile;

/// The server's own address.
inline constexpr std::string_view kServer = "s.whatsapp.net";

/// An id for a stanza that the server begins.
std::string fresh_id(Random& random);

/// `lid` only where the client is a companion device.
Result<Node> login_accepted(const Profile& profile, TimePoint now,
                            const std::optional<wire::Jid>& lid);
Result<Node> edge_routing(const Profile& profile, BytesView routing_info);
Result<Node> login_refused(const Profile& profile, const LoginRefusal& refusal);

/// What waits in a mailbox.
struct MailCounts {
  std::size_t messages = 0;
  std::size_t receipts = 0;
  std::size_t notifications = 0;
  std::size_t& of(MailClass kind);
};
Result<Node> offline_preview(const Profile& profile, const MailCounts& counts);
Result<Node> offline_count(const Profile& profile, std::size_t messages);
/// A stored stanza as it is handed out later.
Node marked_offline(Node stanza);

/// Offers the references for codes to a new companion.
Result<Node> companion_offer(const Profile& profile, const std::string& id,
                             const std::vector<std::string>& refs);
/// The account and device that the companion has become, and the phone's word for it.
Result<Node> companion_accepted(const Profile& profile, const std::string& id, const wire::Jid& jid,
                                const wire::Jid& lid, BytesView voucher, TimePoint now);

/// What a client is told at the end of its connection; nullopt where nothing.
std::optional<Result<Node>> farewell(const Profile& profile, Ending ending);

Result<Node> client_ping(const Profile& profile, const std::string& id);
Result<Node> prekeys_low(const Profile& profile, const std::string& id, std::size_t left,
                         TimePoint now);
Result<Node> identity_changed(const Profile& profile, const std::string& id, const Account& of,
                              TimePoint now);

/// Answers to an iq.
Result<Node> empty_result(const Profile& profile, const std::string& id);
Result<Node> error_result(const Profile& profile, const std::string& id, unsigned code,
                          std::string_view text);

/// `error` 0: the message was taken.
Result<Node> message_ack(const Profile& profile, const std::string& id, const std::string& to,
                         TimePoint now, unsigned error);

}  // namespace parley::mocks::gatekeeper::stanzas
