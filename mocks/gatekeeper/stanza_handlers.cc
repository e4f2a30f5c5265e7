#include "mocks/gatekeeper/stanza_handlers.h"

#include <algorithm>
#include <array>

#include "harness/wire/operations.h"
#include "mocks/gatekeeper/stanzas.h"

namespace parley::mocks::gatekeeper {
namespace {

namespace op = wire::op;

/// Whose clients may send the stanza.
enum class For { kAll, kNative, kPartner };

struct Entry {
  std::string_view operation;
  For whom;
  void (*handle)(const Request&);
};

void on_server_ping(const Request& request) { request.succeed(); }
void on_client_result(const Request& request) { request.session.take_answer(request.node); }
void on_stream_end(const Request& request) { request.session.end(Ending::kClientClosed); }

constexpr std::array<Entry, 37> kHandlers = {{
    {op::kMessageSend, For::kAll, on_message},
    {op::kMessageSendFranked, For::kAll, on_message},
    {op::kReceiptDeliverySend, For::kAll, on_delivery_receipt},
    {op::kReceiptReadSend, For::kAll, on_read_receipt},
    {op::kReceiptRetrySend, For::kAll, on_retry_receipt},
    {op::kChatstateSend, For::kAll, on_chatstate},
    {op::kClientAck, For::kAll, on_client_ack},
    {op::kServerPing, For::kAll, on_server_ping},
    {op::kClientResult, For::kAll, on_client_result},
    {op::kClientStreamEnd, For::kAll, on_stream_end},
    {op::kPrekeyUpload, For::kAll, on_prekey_upload},
    {op::kSignedPrekeyRotate, For::kAll, on_signed_prekey_rotate},
    {op::kPrekeyCount, For::kAll, on_prekey_count},
    {op::kPrekeyDigest, For::kAll, on_prekey_digest},
    {op::kPrekeyFetch, For::kAll, on_prekey_fetch},
    {op::kBlocklistGet, For::kAll, on_blocklist_get},
    {op::kBlocklistSet, For::kAll, on_blocklist_set},
    {op::kSettingsGet, For::kNative, on_settings_get},
    {op::kSettingsSet, For::kNative, on_settings_set},
    {op::kMediaConnection, For::kNative, on_media_connection},
    {op::kContactLookup, For::kNative, on_contact_lookup},
    {op::kMessageReport, For::kNative, on_message_report},
    {op::kMessageFanout, For::kNative, on_message_fanout},
    {op::kMessageResend, For::kNative, on_message_resend},
    {op::kMessageToPhone, For::kNative, on_message_to_phone},
    {op::kReceiptInactiveSend, For::kNative, on_inactive_receipt},
    {op::kReceiptOwnSend, For::kNative, on_own_receipt},
    {op::kReceiptRetryCompanionSend, For::kNative, on_retry_receipt},
    {op::kChatstateCompanionSend, For::kNative, on_chatstate},
    {op::kCompanionAck, For::kNative, on_client_ack},
    {op::kUserSync, For::kNative, on_user_sync},
    {op::kServerProperties, For::kNative, on_server_properties},
    {op::kPrivacyGet, For::kNative, on_privacy_get},
    {op::kPrivacySet, For::kNative, on_privacy_set},
    {op::kCompanionRemove, For::kNative, on_companion_remove},
    {op::kReachabilityPing, For::kPartner, on_reachability_ping},
    {op::kAccountDelete, For::kPartner, on_account_delete},
}};

const Entry* find_entry(std::string_view operation, const Account& account) {
  const For own = account.native ? For::kNative : For::kPartner;
  const auto found = std::ranges::find(kHandlers, operation, &Entry::operation);
  if (found == kHandlers.end()) return nullptr;
  return found->whom == For::kAll || found->whom == own ? &*found : nullptr;
}

/// A stanza that no handler takes. Open native clients ask for much that has nothing to do with
/// interoperability, and stall without an answer; a partner's client has to keep to the framework.
void on_unknown(ChatSession& session, Backend& backend, const Account& account,
                const wire::Node& node) {
  if (backend.departs("novelties")) return session.end(Ending::kHostile);
  const std::string id(node.attribute("id"));
  const std::string_view type = node.attribute("type");
  const bool asks = node.tag == "iq" && !id.empty() && (type == "get" || type == "set");
  if (asks && account.native) {
    session.send(stanzas::empty_result(*backend.profile, id));
  } else if (asks) {
    session.send(stanzas::error_result(*backend.profile, id, 400, "bad-request"));
  } else if (node.tag == "message" && !id.empty()) {
    const std::string to(node.attribute("to"));
    const auto ack = stanzas::message_ack(*backend.profile, id, to, backend.world.now(), 400);
    // Without an address to answer from there is no ack.
    if (ack.ok()) session.send(*ack);
  }
  // Whatever else is new to us is passed over: it must not end the session.
}

}  // namespace

Account* Request::peer(std::string_view name) const {
  const std::optional<wire::Jid> jid = wire::Jid::parse(text(name));
  Account* found = jid ? backend.accounts.find(*jid) : nullptr;
  if (found == nullptr) return nullptr;
  return policy::can_reach(account, *found) || backend.departs("reach") ? found : nullptr;
}

void Request::succeed() const { answer(stanzas::empty_result(profile(), text("id"))); }

void Request::fail(unsigned code, std::string_view reason) const {
  answer(stanzas::error_result(profile(), text("id"), code, reason));
}

void handle_stanza(ChatSession& session, const wire::Node& node) {
  Backend& backend = session.backend();
  Account& account = *session.account();
  const wire::Operation* operation =
      backend.profile->classify(node, wire::Direction::kClientToServer);
  const Entry* entry = operation == nullptr ? nullptr : find_entry(operation->name, account);
  const std::optional<json::object> values =
      entry == nullptr ? std::nullopt : backend.profile->match(operation->name, node);
  if (!values) {
    on_unknown(session, backend, account, node);
    return;
  }
  entry->handle(Request{session, backend, account, node, *values});
}

}  // namespace parley::mocks::gatekeeper
