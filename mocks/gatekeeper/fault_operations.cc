#include "mocks/gatekeeper/fault_operations.h"

#include <algorithm>
#include <array>
#include <string>

#include "mocks/client/odd_frames.h"
#include "mocks/gatekeeper/chat_session.h"
#include "mocks/gatekeeper/stanzas.h"

namespace parley::mocks::gatekeeper {
namespace {

Error bad_argument(std::string message) {
  return make_error(ErrorCode::kInvalid, std::move(message));
}

Result<std::string> user_argument(const Backend& backend, const json::object& arguments) {
  const std::string user(get_string(arguments, "to").value_or(""));
  if (backend.cast.whatsapp_user(user) == nullptr && backend.cast.partner_user(user) == nullptr) {
    return bad_argument("argument \"to\" names no user of the cast: \"" + user + "\"");
  }
  return user;
}

Result<ChatSession*> session_of(Backend& backend, const std::string& user) {
  const Account* account = backend.accounts.find_actor(user);
  auto* session = account == nullptr
                      ? nullptr
                      : dynamic_cast<ChatSession*>(backend.connections.find(account->address()));
  if (session == nullptr) return make_error(ErrorCode::kClosed, user + " is not connected");
  return session;
}

}  // namespace

Result<json::object> order_fault(Backend& backend, const json::object& arguments) {
  PARLEY_ASSIGN(const std::string user, user_argument(backend, arguments));
  PARLEY_ASSIGN(const DisturbanceOrder order, read_disturbance(arguments));
  if (order.kind->stage != Stage::kFrame) {
    backend.disturbances.add(user, order);
    return json::object();
  }
  // Behind the first damaged frame there is no second one.
  if (order.left != 1) return bad_argument("a frame can be damaged once: the channel then ends");
  PARLEY_ASSIGN(ChatSession * session, session_of(backend, user));
  note_disturbance(backend, *order.kind, user, "");
  session->link().corrupt_next();
  return json::object();
}

Result<json::object> cut_connection(Backend& backend, const json::object& arguments) {
  PARLEY_ASSIGN(const std::string user, user_argument(backend, arguments));
  const std::int64_t after = get_int(arguments, "after").value_or(-1);
  if (after < 0) return bad_argument("argument \"after\" must be a number of bytes from 0 up");
  const auto direction = get_string(arguments, "direction");
  if (direction != "in" && direction != "out") {
    return bad_argument("argument \"direction\" must be in or out");
  }
  PARLEY_ASSIGN(ChatSession * session, session_of(backend, user));
  static constexpr DisturbanceKind kCut{"cut-connection", Stage::kFrame};
  note_disturbance(backend, kCut, user, "");
  session->link().cut(direction == "in" ? DisturbedStream::Way::kIn : DisturbedStream::Way::kOut,
                      static_cast<std::uint64_t>(after));
  return json::object();
}

Result<json::object> inject(Backend& backend, const json::object& arguments) {
  PARLEY_ASSIGN(const std::string user, user_argument(backend, arguments));
  const std::string what(get_string(arguments, "what").value_or(""));
  const std::string id = stanzas::fresh_id(*backend.random);
  const auto frame = client::odd_frame(what);
  const auto stanza = client::odd_stanza(what, id, "urn:xmpp:ping");
  if (!frame && !stanza) {
    return bad_argument("nothing that could be injected is called \"" + what + "\"");
  }
  PARLEY_ASSIGN(ChatSession * session, session_of(backend, user));
  note_disturbance(backend, {what, Stage::kFrame, stanza.has_value()}, user, stanza ? id : "");
  if (stanza) {
    session->send(*stanza);
    return json::object();
  }
  session->send_bytes(*frame);
  // Of these, what was announced never comes.
  if (what == "truncated-frame" || what == "oversize-frame") session->end(Ending::kClientClosed);
  return json::object();
}

Status set_chat_service(Backend& backend, std::string_view chat) {
  static constexpr std::array<std::string_view, 3> kWords = {"up", "down", "overload"};
  const auto word = std::ranges::find(kWords, chat);
  if (word == kWords.end()) {
    return bad_argument("argument \"chat\" must be up, down or overload");
  }
  backend.chat = static_cast<ChatService>(word - kWords.begin());
  return {};
}

}  // namespace parley::mocks::gatekeeper
