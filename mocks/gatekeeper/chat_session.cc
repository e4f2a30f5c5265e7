#include "mocks/gatekeeper/chat_session.h"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/wire/node_codec.h"
#include "mocks/gatekeeper/stanza_handlers.h"
#include "mocks/gatekeeper/stanzas.h"

namespace parley::mocks::gatekeeper {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr Duration kPingPeriod = std::chrono::seconds(10);
/// What is queued when a connection ends is written for at most this long.
constexpr Duration kFarewellPeriod = std::chrono::seconds(5);

struct ReasonOfCode {
  std::uint32_t code;
  std::string_view reason;
};
constexpr std::array<ReasonOfCode, 6> kReasons = {{{401, "bad-token"},
                                                   {404, "not-enlisted"},
                                                   {405, "bad-version"},
                                                   {409, "conflict"},
                                                   {429, "throttled"},
                                                   {503, "overloaded"}}};

/// The word beside the code of a login that is refused on the scenario's order; codes that no
/// client knows have no word that it could know.
std::string ordered_reason(std::uint32_t code) {
  const auto found = std::ranges::find(kReasons, code, &ReasonOfCode::code);
  return std::string(found == kReasons.end() ? "unheard-of" : found->reason);
}

wire::ChatServerConfig observed(wire::ChatServerConfig config, const ChatTap& tap) {
  config.on_frame = tap.frames();
  return config;
}

}  // namespace

ChatSession::ChatSession(Backend& backend, wire::ChatServerConfig config, ChatTap tap,
                         std::unique_ptr<net::Stream> stream)
    : backend_(backend),
      tap_(std::move(tap)),
      channel_(wire::ChatServer::create(observed(std::move(config), tap_), *backend.random)),
      stream_(std::make_unique<DisturbedStream>(std::move(stream))),
      output_(backend.world),
      answers_(backend.world) {}

net::awaitable<void> ChatSession::serve() {
  const auto self = shared_from_this();
  close_within(kLoginPeriod);
  backend_.world.spawn(write_loop());
  co_await read_loop();
  end(Ending::kClientClosed);
}

void ChatSession::close_within(Duration period) {
  deadline_ = backend_.world.call_at(backend_.world.now() + period, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->stream_->close();
  });
}

net::awaitable<void> ChatSession::read_loop() {
  while (!ended_) {
    Result<Bytes> bytes = co_await stream_->read_some(kReadBytes);
    if (!bytes.ok() || ended_) co_return;
    Result<std::vector<wire::ChannelEvent>> events = channel_->feed(*bytes);
    if (events.ok()) {
      for (wire::ChannelEvent& event : *events) {
        if (!ended_) co_await accept(std::move(event));
      }
    }
    output_.notify();
    if (channel_->failure() && !ended_) end(Ending::kHostile);
    watch_frame(events.ok() && !events->empty());
  }
}

/// A frame has to come to its end in time, however slowly its bytes trickle in: an unfinished one
/// is memory that a client holds for nothing. Before the login is done, that has a deadline itself.
void ChatSession::watch_frame(bool another_came) {
  if (ended_ || account_ == nullptr || channel_->unfinished_bytes() == 0) {
    frame_deadline_.reset();
  } else if (another_came || frame_deadline_ == nullptr) {
    const TimePoint deadline = backend_.world.now() + kFramePeriod;
    frame_deadline_ = backend_.world.call_at(deadline, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->end(Ending::kHostile);
    });
  }
}

net::awaitable<void> ChatSession::write_loop() {
  const auto self = shared_from_this();
  for (;;) {
    Bytes output = channel_->take_output();
    append(output, std::exchange(raw_, {}));
    queued_ = 0;
    if (!output.empty()) {
      if (tap_.departs(kLags)) co_await backend_.world.wait_for(kLag);
      if (const Status written = co_await stream_->write(output); !written.ok()) break;
    } else if (ended_) {
      break;
    } else {
      co_await output_.wait();
    }
  }
  stream_->close();
}

net::awaitable<void> ChatSession::accept(wire::ChannelEvent event) {
  if (auto* handshake = std::get_if<wire::HandshakeComplete>(&event)) {
    co_await log_in(std::move(*handshake));
    co_return;
  }
  wire::StanzaReceived& stanza = std::get<wire::StanzaReceived>(event);
  tap_.received(stanza.node, stanza.raw);
  if (tap_.departs(kHangsUp)) {
    end(Ending::kHostile);
    co_return;
  }
  for (const wire::Node& node : tap_.incoming(std::move(stanza.node))) {
    if (account_ != nullptr) {
      handle(node);
    } else if (pairing_) {
      take_pairing_answer(node);
    }
  }
}

void ChatSession::handle(const wire::Node& node) {
  if (!spelling_) return handle_stanza(*this, node);
  handle_stanza(*this, spelling_->read(node));
  spelling_->forget();
}

net::awaitable<void> ChatSession::log_in(wire::HandshakeComplete handshake) {
  const Result<wire::pb::ClientPayload> payload = wire::parse_login_payload(handshake.payload);
  if (!payload.ok()) {
    refuse({400, "bad-payload"});
    co_return;
  }
  tap_.login(*payload);
  if (payload->product() == wire::pb::ClientPayload::WHATSAPP && !payload->has_username() &&
      payload->has_device_pairing_data()) {
    offer_pairing(*payload, handshake.peer_static);
    co_return;
  }
  const std::variant<Account*, LoginRefusal> outcome =
      co_await admit(backend_, *payload, handshake.peer_static);
  if (ended_) co_return;
  if (const LoginRefusal* refusal = std::get_if<LoginRefusal>(&outcome)) {
    refuse(*refusal);
    co_return;
  }
  Account& account = *std::get<Account*>(outcome);
  if (const auto order = backend_.disturbances.take(account.actor, Stage::kLogin)) {
    note_disturbance(backend_, *order->kind, account.actor, "");
    refuse({order->code, ordered_reason(order->code)});
  } else if (backend_.chat == ChatService::kOverload) {
    refuse({503, "overloaded"});
  } else {
    welcome(account);
  }
}

void ChatSession::refuse(const LoginRefusal& refusal) {
  backend_.events.push("login-refused", {{"reason", refusal.reason},
                                         {"code", static_cast<std::int64_t>(refusal.code)}});
  send(stanzas::login_refused(*backend_.profile, refusal));
  end(Ending::kClientClosed);
}

void ChatSession::welcome(Account& account) {
  deadline_.reset();
  address_ = account.address();
  backend_.connections.enter(address_, shared_from_this());
  account_ = &account;
  account.absence.reset();
  tap_.set_peer(account.actor.empty() ? address_ : account.actor);
  if (account.has_companion() ||
      (account.native && backend_.addresses.shows_partners_as_native())) {
    spelling_.emplace(backend_.addresses);
  }
  if (account.has_companion()) {
    welcome_companion(account);
  } else {
    send(stanzas::login_accepted(*backend_.profile, backend_.world.now(), std::nullopt));
  }
  send_waiting_mail(account);
}

void ChatSession::send_waiting_mail(Account& account) {
  const TimePoint now = backend_.world.now();
  stanzas::MailCounts counts;
  for (const Mail& mail : account.mailbox.waiting(now)) ++counts.of(mail.kind);
  send(stanzas::offline_preview(*backend_.profile, counts));
  std::vector<wire::Node> waiting;
  for (const Mail& mail : account.mailbox.waiting(now)) {
    waiting.push_back(stanzas::marked_offline(mail.stanza));
  }
  if (waiting.size() > 1 && backend_.departs("mailbox-order")) {
    std::ranges::reverse(waiting);
  }
  for (const wire::Node& stanza : waiting) send(stanza);
  send(stanzas::offline_count(*backend_.profile, counts.messages));
}

void ChatSession::send(const wire::Node& node) {
  if (ended_) return;
  const Result<std::size_t> sent = spelling_ ? tapped_send(*channel_, tap_, spelling_->write(node))
                                             : tapped_send(*channel_, tap_, node);
  if (!sent.ok()) {
    backend_.world.log().error("stanza not sent: " + sent.error().text());
    return;
  }
  queued_ += *sent;
  if (queued_ > kMaxQueuedBytes) end(Ending::kSlow);
  output_.notify();
}

void ChatSession::send(const Result<wire::Node>& node) {
  if (node.ok()) {
    send(*node);
    return;
  }
  backend_.world.log().error("the wire profile makes no stanza: " + node.error().text());
  end(Ending::kHostile);
}

void ChatSession::send_bytes(BytesView bytes) {
  if (ended_) return;
  append(raw_, bytes);
  output_.notify();
}

void ChatSession::end(Ending ending) {
  if (ended_) return;
  if (channel_->established() && !channel_->failure()) {
    if (const auto farewell = stanzas::farewell(*backend_.profile, ending)) send(*farewell);
  }
  ended_ = true;
  frame_deadline_.reset();
  close_within(kFarewellPeriod);
  if (pairing_) backend_.pairings.leave(pairing_->refs);
  leave();
  channel_->close();
  output_.notify();
  answers_.notify();
}

void ChatSession::leave() {
  if (account_ == nullptr) return;
  Account* account = std::exchange(account_, nullptr);
  backend_.connections.leave(address_, this);
  if (backend_.connections.find(address_) == nullptr) start_absence(backend_, *account);
}

net::awaitable<Status> ChatSession::ping() {
  const auto self = shared_from_this();
  const std::string id = "ping-" + std::to_string(++pings_);
  awaited_ping_ = id;
  send(stanzas::client_ping(*backend_.profile, id));
  const TimePoint deadline = backend_.world.now() + kPingPeriod;
  while (!ended_ && awaited_ping_ == id && backend_.world.now() < deadline) {
    co_await answers_.wait_until(deadline);
  }
  if (awaited_ping_ != id) co_return Status();
  if (ended_) co_return make_error(ErrorCode::kClosed, "the connection ended");
  co_return make_error(ErrorCode::kTimeout, "the client did not answer the ping");
}

bool ChatSession::take_answer(const wire::Node& node) {
  if (awaited_ping_.empty() || node.attribute("id") != awaited_ping_) return false;
  awaited_ping_.clear();
  answers_.notify();
  return true;
}

}  // namespace parley::mocks::gatekeeper
