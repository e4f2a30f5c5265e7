// The stanzas that a client sends and reads, typed. Those it sends are rendered from the wire
// profile, so that an overlay changes them; the names of the profile's values appear in stanzas.cc
// alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/crypto/hash.h"
#include "harness/wire/node.h"
#include "harness/wire/profile.h"
#include "harness/wire/signal/message_format.h"
#include "harness/wire/signal/prekeys.h"

namespace parley::mocks::client {

using wire::Node;
using wire::Profile;

/// The servers of native and of partners' addresses.
inline constexpr std::string_view kNativeServer = "s.whatsapp.net";
inline constexpr std::string_view kInteropServer = "interop";

// Keys.

struct PrekeyUpload {
  std::uint32_t registration_id = 0;
  crypto::PublicKey identity{};
  signal::PublicSignedPreKey signed_prekey;
  std::vector<signal::PublicPreKey> one_time;
};
Result<Node> prekey_upload(const Profile& profile, const std::string& id, const PrekeyUpload& keys);
Result<Node> prekey_count(const Profile& profile, const std::string& id);
Result<std::int64_t> prekey_count_in(const Node& answer);
Result<Node> prekey_fetch(const Profile& profile, const std::string& id, const wire::Jid& peer,
                          bool identity_changed);
/// The bundle of `peer` in the answer to a fetch. kRefused with the server's code where it has
/// none, kInvalid for keys, ids or sizes that cannot be; the signature is not judged here.
Result<signal::PreKeyBundle> bundle_in(const Node& answer, const wire::Jid& peer);

// Messages and what answers them.

struct MessageStanza {
  std::string id;
  wire::Jid to;
  std::string type;  ///< text, media, reaction
  signal::MessageType enc_type = signal::MessageType::kWhisper;
  Bytes bytes;
  std::string media_type;                        ///< empty for all but media
  unsigned count = 0;                            ///< of retries; 0 leaves it out
  std::optional<std::int64_t> time{};            ///< `t`, which servers replace by their own
  std::optional<crypto::Digest32> commitment{};  ///< where the message is franked
};
Result<Node> message_send(const Profile& profile, const MessageStanza& message);

/// What stands beside the sealed part of a franked message.
struct Franking {
  Bytes commitment;  ///< the sender's
  Bytes tag;         ///< the server's
};
std::optional<Franking> franking_in(const Profile& profile, const Node& node);

Result<Node> receipt_delivery_send(const Profile& profile, const std::string& id,
                                   const wire::Jid& to);
/// One receipt for all of `ids`, of which there is at least one.
Result<Node> receipt_read_send(const Profile& profile, const std::vector<std::string>& ids,
                               const wire::Jid& to, std::int64_t time);

struct RetryReceipt {
  std::string id;
  wire::Jid to;
  unsigned count = 1;
  std::int64_t time = 0;  ///< of the message, as it came
  std::uint32_t registration_id = 0;
  std::optional<signal::PreKeyBundle> keys;
};
Result<Node> receipt_retry_send(const Profile& profile, const RetryReceipt& receipt);

/// A receipt as it came.
struct Receipt {
  std::vector<std::string> ids;  ///< its own id first
  std::string type;              ///< "delivery", "read", "retry", or as on the wire
  wire::Jid from;
};
Result<Receipt> receipt_in(const Node& node);

struct RetryRequest {
  std::string id;
  wire::Jid from;
  std::optional<signal::PreKeyBundle> keys;
};
Result<RetryRequest> retry_request_in(const Node& node);

struct AckStanza {
  std::string id;
  std::string of;      ///< class: message, receipt, notification
  std::string to;      ///< an address
  std::string type;    ///< of what is acknowledged, where it has one
  unsigned error = 0;  ///< a code, where it was unusable
};
Result<Node> client_ack(const Profile& profile, const AckStanza& ack);

Result<Node> chatstate_send(const Profile& profile, const wire::Jid& to, const std::string& state);

// Requests.

Result<Node> server_ping(const Profile& profile, const std::string& id);
Result<Node> client_result(const Profile& profile, const std::string& id);
bool is_client_ping(const Profile& profile, const Node& node);
Result<Node> client_stream_end(const Profile& profile);
Result<Node> reachability_ping(const Profile& profile, const std::string& id, const wire::Jid& to);
/// Who pings, where the node is a delivered reachability ping.
std::optional<wire::Jid> reachability_ping_in(const Profile& profile, const Node& node);
Result<Node> account_delete(const Profile& profile, const std::string& id);

Result<Node> blocklist_get(const Profile& profile, const std::string& id);
Result<Node> blocklist_set(const Profile& profile, const std::string& id, const std::string& action,
                           const wire::Jid& jid);
std::vector<wire::Jid> blocklist_in(const Node& answer);

/// What a user reports. What a message came without is left out.
struct ReportStanza {
  struct Message {
    std::string id;
    std::string content;
    std::optional<Bytes> key;
    std::optional<Bytes> commitment;
    std::optional<Bytes> tag;
  };
  wire::Jid from;
  std::string reason;
  std::vector<Message> messages;
};
Result<Node> message_report(const Profile& profile, const std::string& id,
                            const ReportStanza& report);
/// The server's word on a report: {status: ok}, or {status: fail, reason}. kInvalid where the
/// answer is none.
Result<json::object> report_outcome_in(const Profile& profile, const Node& answer);

struct MediaConnection {
  std::string host;
  std::string auth;
};
Result<Node> media_connection(const Profile& profile, const std::string& id);
Result<MediaConnection> media_connection_in(const Node& answer);

/// A WhatsApp user's choices about third-party chats, as the server needs to know them.
struct ConsentSettings {
  bool enabled = false;
  std::vector<std::uint16_t> integrators;  ///< the enabled apps
  std::string inbox;
  bool read_receipts = true;
  bool typing = true;
};
Result<Node> settings_set(const Profile& profile, const std::string& id,
                          const ConsentSettings& settings);

Result<Node> settings_get(const Profile& profile, const std::string& id);
Result<ConsentSettings> settings_in(const Profile& profile, const Node& answer);
/// The integrator number of the partner, where the node announces one.
std::optional<std::uint16_t> announced_partner_in(const Profile& profile, const Node& node);

Result<Node> contact_lookup(const Profile& profile, const std::string& id, std::uint16_t integrator,
                            const std::string& identifier);
Result<wire::Jid> contact_in(const Profile& profile, const Node& answer);

// Smaller readings.

/// The count in <ib><offline count/></ib>.
std::optional<std::int64_t> offline_count_in(const Node& node);
/// Cause, scope, end and way back of a suspension, as far as <failure> tells them.
json::object failure_terms(const Node& failure);
/// The surrogate reason inside <failure>, or empty.
std::string failure_detail(const Node& failure);
/// A whole number in decimal, or 0.
std::int64_t number_or_zero(std::string_view text);

}  // namespace parley::mocks::client
