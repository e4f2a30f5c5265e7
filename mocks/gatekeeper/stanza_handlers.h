// What the server does with each stanza of a client: a table from the wire profile's operations to
// handlers. Each handler has matched values at hand and answers through the session.
#pragma once

#include <string>

#include "harness/base/json.h"
#include "harness/wire/node.h"
#include "mocks/gatekeeper/chat_session.h"

namespace parley::mocks::gatekeeper {

/// One stanza of a client that has logged in.
struct Request {
  ChatSession& session;
  Backend& backend;
  Account& account;  ///< whose client it is
  const wire::Node& node;
  const json::object& values;  ///< as the profile matched them

  const wire::Profile& profile() const { return *backend.profile; }
  TimePoint now() const { return backend.world.now(); }
  /// A text value, or empty.
  std::string text(std::string_view name) const {
    return std::string(get_string(values, name).value_or(""));
  }
  /// The account that an address value names, or null. Nobody, where the two cannot reach each
  /// other.
  Account* peer(std::string_view name) const;

  void answer(const Result<wire::Node>& reply) const { session.send(reply); }
  void succeed() const;
  void fail(unsigned code, std::string_view text) const;
};

/// Recognises the stanza and acts on it.
void handle_stanza(ChatSession& session, const wire::Node& node);

// The handlers, by topic.
void on_prekey_upload(const Request& request);
void on_signed_prekey_rotate(const Request& request);
void on_prekey_count(const Request& request);
void on_prekey_digest(const Request& request);
void on_prekey_fetch(const Request& request);

void on_message(const Request& request);
void on_delivery_receipt(const Request& request);
void on_read_receipt(const Request& request);
void on_retry_receipt(const Request& request);
void on_chatstate(const Request& request);
void on_client_ack(const Request& request);
void on_message_fanout(const Request& request);
void on_message_resend(const Request& request);
void on_message_to_phone(const Request& request);
void on_inactive_receipt(const Request& request);
void on_own_receipt(const Request& request);

void on_user_sync(const Request& request);
void on_server_properties(const Request& request);
void on_privacy_get(const Request& request);
void on_privacy_set(const Request& request);
void on_companion_remove(const Request& request);

void on_blocklist_get(const Request& request);
void on_blocklist_set(const Request& request);
void on_settings_get(const Request& request);
void on_settings_set(const Request& request);
void on_media_connection(const Request& request);
void on_contact_lookup(const Request& request);
void on_message_report(const Request& request);
void on_reachability_ping(const Request& request);
void on_account_delete(const Request& request);

}  // namespace parley::mocks::gatekeeper
