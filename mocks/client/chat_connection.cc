#include "mocks/client/chat_connection.h"

#include <charconv>
#include <utility>

#include "harness/net/websocket.h"
#include "harness/wire/operations.h"
#include "mocks/client/stanzas.h"

namespace parley::mocks::client {
namespace {

/// The login failure that tells a client to enlist again.
constexpr std::int64_t kAccountUnknown = 404;
constexpr std::size_t kReadBytes = 64 * 1024;

net::awaitable<Result<std::unique_ptr<net::Stream>>> open_stream(net::World& world,
                                                                 ChatEndpoint endpoint) {
  if (!endpoint.websocket_path.empty()) {
    co_return co_await net::websocket_connect(world, endpoint.from, endpoint.to, endpoint.security,
                                              endpoint.websocket_path);
  }
  co_return co_await world.network().connect(endpoint.from, endpoint.to, endpoint.security);
}

/// Has the last frame of the channel at hand, for who looks at it before its tag was checked.
wire::FrameObserver keeping_latest(wire::FrameObserver inner, std::shared_ptr<Bytes> latest) {
  return
      [inner = std::move(inner), latest = std::move(latest)](const wire::FrameObservation& frame) {
        const bool came = frame.direction == wire::FrameObservation::Direction::kReceived;
        if (came && !frame.handshake) latest->assign(frame.body.begin(), frame.body.end());
        if (inner) inner(frame);
      };
}

/// How a <stream:error> ends the connection.
ChatEnding stream_error(const wire::Node& node) {
  if (const wire::Node* conflict = node.child("conflict")) {
    return {std::string(conflict->attribute("type")), wire::to_xml(node)};
  }
  return {"stream-error", std::string(node.attribute("code"))};
}

}  // namespace

Error server_error(const wire::Node& iq) {
  const wire::Node* error = iq.child("error");
  if (error == nullptr) return make_error(ErrorCode::kRefused, "the server answered no");
  return make_error(ErrorCode::kRefused, std::string(error->attribute("code")) + " " +
                                             std::string(error->attribute("text")));
}

ChatConnection::ChatConnection(net::World& world, Config config,
                               std::unique_ptr<wire::ChatClient> channel,
                               std::unique_ptr<net::Stream> stream)
    : world_(world),
      config_(std::move(config)),
      channel_(std::move(channel)),
      stream_(std::move(stream)),
      output_(world),
      written_(world),
      arrivals_(world),
      progress_(world) {}

// A spawned loop begins later: by then nobody else may hold the connection.
net::awaitable<void> ChatConnection::running(std::shared_ptr<ChatConnection> self,
                                             net::awaitable<void> (ChatConnection::*loop)()) {
  co_await (self.get()->*loop)();
}

net::awaitable<Result<ChatConnection::Opened>> ChatConnection::open(net::World& world,
                                                                    Config config, Random& random) {
  PARLEY_CO_ASSIGN(auto stream, co_await open_stream(world, config.endpoint));
  const auto latest_frame = std::make_shared<Bytes>();
  config.channel.on_frame = keeping_latest(std::move(config.channel.on_frame), latest_frame);
  PARLEY_CO_ASSIGN(auto channel, wire::ChatClient::create(config.channel, random));
  auto self = std::make_shared<ChatConnection>(world, std::move(config), std::move(channel),
                                               std::move(stream));
  self->latest_frame_ = latest_frame;
  world.spawn(running(self, &ChatConnection::write_loop));
  world.spawn(running(self, &ChatConnection::read_loop));
  auto answer = co_await self->login_answer();
  if (!answer.ok()) {
    self->end({"login-failed", answer.error().text()});
    co_return std::move(answer).error();
  }
  Opened opened;
  opened.answer = *answer;
  if (opened.answer.accepted) {
    opened.connection = std::move(self);
  } else {
    self->end({"refused", opened.answer.detail});
  }
  co_return opened;
}

net::awaitable<Result<LoginAnswer>> ChatConnection::login_answer() {
  const TimePoint deadline = world_.now() + kLoginTimeout;
  while (!login_ && !ending_ && world_.now() < deadline) co_await progress_.wait_until(deadline);
  if (login_) co_return *login_;
  if (fault_) co_return *fault_;
  if (ending_) co_return make_error(ErrorCode::kClosed, "closed before the login was answered");
  co_return make_error(ErrorCode::kTimeout, "no answer to the login");
}

void ChatConnection::start_dispatch() {
  world_.spawn(running(shared_from_this(), &ChatConnection::dispatch_loop));
}

Status ChatConnection::send(const wire::Node& node) {
  if (ending_) return make_error(ErrorCode::kClosed, "the chat connection has ended");
  PARLEY_TRY(tapped_send(*channel_, config_.tap, node));
  writing_ = true;
  output_.notify();
  return {};
}

Status ChatConnection::send_bytes(BytesView bytes) {
  if (ending_) return make_error(ErrorCode::kClosed, "the chat connection has ended");
  append(raw_, bytes);
  writing_ = true;
  output_.notify();
  return {};
}

std::string ChatConnection::next_id() {
  return config_.request_prefix + "-" + std::to_string(++requested_);
}

net::awaitable<Result<wire::Node>> ChatConnection::request(wire::Node iq) {
  const auto self = shared_from_this();
  const std::string id(iq.attribute("id"));
  requests_[id] = std::nullopt;
  if (auto sent = send(iq); !sent.ok()) {
    requests_.erase(id);
    co_return std::move(sent).error();
  }
  const TimePoint deadline = world_.now() + kRequestTimeout;
  while (!requests_[id] && !ending_ && world_.now() < deadline) {
    co_await progress_.wait_until(deadline);
  }
  auto answer = std::move(requests_.extract(id).mapped());
  if (answer && answer->attribute("type") == "error") co_return server_error(*answer);
  if (answer) co_return std::move(*answer);
  if (ending_) co_return make_error(ErrorCode::kClosed, "closed before the answer came");
  co_return make_error(ErrorCode::kTimeout, "no answer to request " + id);
}

net::awaitable<Result<std::int64_t>> ChatConnection::offline_count() {
  const auto self = shared_from_this();
  const TimePoint deadline = world_.now() + kLoginTimeout;
  while (!offline_ && !ending_ && world_.now() < deadline) co_await progress_.wait_until(deadline);
  if (offline_) co_return *offline_;
  if (ending_) co_return make_error(ErrorCode::kClosed, "closed before the offline count came");
  co_return make_error(ErrorCode::kTimeout, "the server did not tell the offline count");
}

void ChatConnection::break_off() { end({"requested", ""}); }

net::awaitable<void> ChatConnection::disconnect() {
  const auto self = shared_from_this();
  if (ending_) co_return;
  if (auto node = client_stream_end(*config_.profile); node.ok()) (void)send(*node).ok();
  const TimePoint deadline = world_.now() + kLoginTimeout;
  while (writing_ && !ending_ && world_.now() < deadline) co_await written_.wait_until(deadline);
  end({"requested", ""});
}

net::awaitable<void> ChatConnection::write_loop() {
  while (!ending_) {
    Bytes output = channel_->take_output();
    append(output, std::exchange(raw_, {}));
    if (output.empty()) {
      writing_ = false;
      written_.notify();
      co_await output_.wait();
      continue;
    }
    writing_ = true;
    if (config_.tap.departs(kLags)) co_await world_.wait_for(kLag);
    if (auto status = co_await stream_->write(output); !status.ok()) {
      end({"closed", status.error().text()});
    }
  }
}

net::awaitable<void> ChatConnection::read_loop() {
  while (!ending_) {
    auto bytes = co_await stream_->read_some(kReadBytes);
    if (ending_) co_return;
    if (!bytes.ok()) {
      end({"closed", bytes.error().text()});
      co_return;
    }
    auto events = channel_->feed(*bytes);
    Status status;
    if (!events.ok()) status = events.error();
    if (events.ok()) {
      for (wire::ChannelEvent& event : *events) {
        if (status.ok() && !ending_) status = accept(std::move(event));
      }
      if (status.ok() && channel_->failure()) status = *channel_->failure();
    }
    output_.notify();
    if (status.ok() || ending_) continue;
    fault_ = status.error();
    if (login_ && config_.tap.departs("goes-on-after-damage")) co_return co_await read_on();
    if (login_ && config_.tap.departs("opens-before-checking")) co_await open_unchecked();
    end({"protocol-error", fault_->text()});
  }
}

net::awaitable<void> ChatConnection::read_on() {
  while (!ending_) {
    auto bytes = co_await stream_->read_some(kReadBytes);
    if (!bytes.ok()) end({"closed", bytes.error().text()});
  }
}

// Sealing runs the same key stream over the ciphertext, and so opens it, whatever its tag says.
net::awaitable<void> ChatConnection::open_unchecked() {
  constexpr std::size_t kTag = 16;
  constexpr std::uint8_t kCompressed = 2;
  wire::TransportCipher* cipher = channel_->receiving_cipher();
  if (cipher == nullptr || latest_frame_->size() <= kTag) co_return;
  auto opened = cipher->seal(BytesView(*latest_frame_).first(latest_frame_->size() - kTag));
  if (!opened.ok()) co_return;
  opened->resize(opened->size() - kTag);
  opened->front() &= kCompressed;  // of flags it knows the one
  if (auto node = wire::unpack_stanza(*opened); node.ok()) {
    co_await config_.hooks.on_stanza(std::move(*node));
  }
}

Status ChatConnection::accept(wire::ChannelEvent event) {
  auto* stanza = std::get_if<wire::StanzaReceived>(&event);
  if (stanza == nullptr) return {};
  config_.tap.received(stanza->node, stanza->raw);
  if (config_.tap.departs(kHangsUp)) {
    end({"closed", "the client hung up"});
    return {};
  }
  for (wire::Node& node : config_.tap.incoming(std::move(stanza->node))) {
    PARLEY_TRY(accept_stanza(std::move(node)));
  }
  return {};
}

Status ChatConnection::accept_stanza(wire::Node node) {
  if (node.tag == "success" || node.tag == "failure") {
    take_login(node, node.tag == "success");
    return {};
  }
  if (node.tag == "stream:error") {
    end(stream_error(node));
    return {};
  }
  if (node.tag == "xmlstreamend") {
    end({"closed", "the server ended the stream"});
    return {};
  }
  if (!login_) {
    return make_error(ErrorCode::kInvalid, "<" + node.tag + "> before the login was answered");
  }
  if (node.tag == "iq" && take_answer(node)) return {};
  if (node.tag == "iq" && is_client_ping(*config_.profile, node)) {
    answer_ping(node);
    return {};
  }
  if (const auto count = offline_count_in(node)) {
    offline_ = *count;
    progress_.notify();
  }
  if (waiting_.size() >= kMaxWaitingStanzas) {
    return make_error(ErrorCode::kLimit, "too many stanzas wait to be handled");
  }
  waiting_.push_back(std::move(node));
  arrivals_.notify();
  return {};
}

bool ChatConnection::take_answer(const wire::Node& node) {
  const std::string_view type = node.attribute("type");
  if (type != "result" && type != "error") return false;
  const auto found = requests_.find(node.attribute("id"));
  if (found != requests_.end() && !found->second) {
    found->second = node;
    progress_.notify();
  }
  return true;
}

void ChatConnection::take_login(const wire::Node& node, bool accepted) {
  if (login_) return;
  LoginAnswer answer;
  answer.accepted = accepted;
  if (!accepted) {
    const std::string_view reason = node.attribute("reason");
    std::from_chars(reason.data(), reason.data() + reason.size(), answer.code);
    answer.detail = failure_detail(node);
    answer.more = failure_terms(node);
    answer.unenlisted = answer.code == kAccountUnknown;
  }
  login_ = std::move(answer);
  progress_.notify();
}

void ChatConnection::answer_ping(const wire::Node& node) {
  if (auto answer = client_result(*config_.profile, std::string(node.attribute("id")));
      answer.ok()) {
    (void)send(*answer).ok();
  }
}

net::awaitable<void> ChatConnection::dispatch_loop() {
  for (;;) {
    if (waiting_.empty()) {
      if (ending_) co_return;
      co_await arrivals_.wait();
      continue;
    }
    wire::Node node = std::move(waiting_.front());
    waiting_.pop_front();
    co_await config_.hooks.on_stanza(std::move(node));
  }
}

void ChatConnection::end(ChatEnding ending) {
  if (ending_) return;
  ending_ = std::move(ending);
  channel_->close();
  stream_->close();
  output_.notify();
  written_.notify();
  arrivals_.notify();
  progress_.notify();
  if (login_ && login_->accepted && config_.hooks.on_end) config_.hooks.on_end(*ending_);
}

}  // namespace parley::mocks::client
