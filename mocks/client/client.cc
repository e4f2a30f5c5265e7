#include "mocks/client/client.h"

#include <algorithm>
#include <array>
#include <utility>

#include "mocks/cast/test_root.h"
#include "mocks/client/stanzas.h"

namespace parley::mocks::client {
namespace {

/// Of stanzas that a client knows and has no handler for here.
constexpr std::array<std::string_view, 2> kOtherTags = {"ib", "iq"};

}  // namespace

ClientCore::ClientCore(net::World& world, evidence::Recorder& recorder, std::string id,
                       evidence::Role role, std::shared_ptr<const wire::Profile> profile,
                       ClientFault fault, Strategy strategy, Interceptor* interceptor)
    : context_(world, recorder, std::move(id), role, std::move(profile), fault, interceptor),
      strategy_(std::move(strategy)),
      account_(context_),
      sender_(context_, account_),
      receiver_(context_, account_, thief_, strategy_.receiving) {
  context_.actor_of = strategy_.actor_of;
}

net::awaitable<Result<ChatConnection::Opened>> ClientCore::open(LoginPlan plan) {
  const std::string name = context_.id + "-" + std::to_string(++connections_);
  ChatTap tap(context_.observer, ChatEnd::kClient, context_.profile, name, plan.endpoint.to.host);
  wire::ChatClientConfig channel(plan.static_key);
  // The payload leaves, and is recorded, once the server has proved who it is.
  channel.payload = [tap, payload = std::move(plan.payload)] {
    tap.login(payload);
    return wire::serialize_login_payload(payload);
  };
  channel.trust_root = chat_test_root_public();
  channel.now = context_.world.now();
  channel.trusts_anyway = [this] { return context_.departs("trusts-any-server"); };
  channel.on_frame = tap.frames();
  ChatConnection::Hooks hooks;
  hooks.on_stanza = [this](wire::Node node) { return on_stanza(std::move(node)); };
  hooks.on_end = [this, number = connections_](const ChatEnding& ending) {
    on_end(number, ending);
  };
  ChatConnection::Config config{std::move(plan.endpoint), std::move(channel), tap,
                                std::move(hooks),         context_.profile,   name};
  if (!context_.departs(ClientFault::kReuseEphemeral)) {
    co_return co_await ChatConnection::open(context_.world, std::move(config), *context_.random);
  }
  // The same source each time gives the same key each time.
  const auto stale = context_.world.random("stale ephemeral " + context_.id);
  co_return co_await ChatConnection::open(context_.world, std::move(config), *stale);
}

net::awaitable<Result<LoginAnswer>> ClientCore::connect(LoginPlan plan) {
  if (connecting_)
    co_return make_error(ErrorCode::kInvalid, context_.id + " is logging in already");
  if (was_refused_ && context_.departs("stays-away")) {
    LoginAnswer none;
    none.detail = "stays-away";
    co_return none;
  }
  connecting_ = true;
  auto opened = co_await open(std::move(plan));
  connecting_ = false;
  was_refused_ = was_refused_ || !opened.ok() || !opened->answer.accepted;
  if (!opened.ok()) co_return at("connect", std::move(opened).error());
  if (opened->answer.accepted) {
    const auto connection = std::move(opened->connection);
    if (!connection->ended()) {
      context_.connection = connection;
      current_ = connections_;
    }
    connection->start_dispatch();
    co_return opened->answer;
  }
  json::object facts;
  facts["code"] = opened->answer.code;
  if (!opened->answer.detail.empty()) facts["reason"] = opened->answer.detail;
  context_.events.push("connection-refused", std::move(facts));
  co_return opened->answer;
}

void ClientCore::renew_keys() {
  account_.renew();
  published_ = false;
}

net::awaitable<Result<std::int64_t>> ClientCore::settle_in() {
  PARLEY_CO_TRY(context_.connected());
  const auto held = context_.connection;
  PARLEY_CO_TRY(co_await (published_ ? account_.replenish() : account_.upload(kPrekeyUpload)));
  published_ = true;
  PARLEY_CO_ASSIGN(const std::int64_t offline, co_await held->offline_count());
  sender_.resend_unanswered();
  json::object facts;
  facts["offline"] = offline;
  context_.events.push("connected", std::move(facts));
  co_return offline;
}

net::awaitable<Result<json::object>> ClientCore::finish_connect(LoginAnswer answer) {
  json::object result;
  if (!answer.accepted) {
    result["status"] = "failure";
    result["code"] = answer.code;
    if (!answer.detail.empty()) result["reason"] = answer.detail;
    for (const auto& term : answer.more) result[term.key()] = term.value();
    co_return result;
  }
  PARLEY_CO_ASSIGN(const std::int64_t offline, co_await settle_in());
  result["status"] = "ok";
  result["offline"] = offline;
  co_return result;
}

std::span<const ClientCore::StanzaEntry> ClientCore::stanza_handlers() {
  static constexpr std::array<StanzaEntry, 5> kHandlers = {{
      {"message", &ClientCore::on_message},
      {"receipt", &ClientCore::on_receipt},
      {"ack", &ClientCore::on_ack},
      {"chatstate", &ClientCore::on_chatstate},
      {"notification", &ClientCore::on_notification},
  }};
  return kHandlers;
}

net::awaitable<void> ClientCore::on_stanza(wire::Node node) {
  if (node.tag == "receipt" || node.tag == "notification") acknowledge(node);
  const auto from = wire::Jid::parse(node.attribute("from"));
  if (from && !from->user.empty() && context_.actor_of(*from).empty()) {
    co_await strategy_.meet(*from);
  }
  if (strategy_.on_own_stanza(node)) co_return;
  for (const StanzaEntry& entry : stanza_handlers()) {
    if (entry.tag != node.tag) continue;
    co_await (this->*entry.handle)(std::move(node));
    co_return;
  }
  const bool novel = std::ranges::find(kOtherTags, node.tag) == kOtherTags.end();
  if (novel && context_.departs("hostile-to-novelties") && context_.connection != nullptr) {
    context_.connection->break_off();
  }
}

net::awaitable<void> ClientCore::on_message(wire::Node node) {
  receiver_.on_message(node);
  co_return;
}

net::awaitable<void> ClientCore::on_receipt(wire::Node node) {
  if (node.attribute("type") == "retry") {
    if (auto request = retry_request_in(node); request.ok()) {
      co_await sender_.answer_retry(std::move(*request));
    }
    co_return;
  }
  auto receipt = receipt_in(node);
  if (!receipt.ok()) co_return;
  json::object facts;
  json::array ids;
  for (const std::string& id : receipt->ids) ids.emplace_back(id);
  facts["ids"] = std::move(ids);
  facts["type"] = receipt->type;
  add_address(facts, "from", receipt->from.without_device(), context_);
  context_.events.push("receipt", std::move(facts));
}

net::awaitable<void> ClientCore::on_ack(wire::Node node) {
  sender_.on_ack(node);
  co_return;
}

net::awaitable<void> ClientCore::on_chatstate(wire::Node node) {
  const auto from = wire::Jid::parse(node.attribute("from"));
  if (!from || node.children().empty()) co_return;
  json::object facts;
  facts["state"] = node.children().front().tag;
  add_address(facts, "from", from->without_device(), context_);
  context_.events.push("typing", std::move(facts));
}

net::awaitable<void> ClientCore::on_notification(wire::Node node) {
  if (node.child("count") != nullptr) {
    if (context_.departs("never-replenishes")) co_return;
    // The server runs low on our prekeys. A failure shows in the next upload or login.
    (void)(co_await account_.upload(kPrekeyUpload)).ok();
    co_return;
  }
  const auto from = wire::Jid::parse(node.attribute("from"));
  if (from && node.child("identity") != nullptr) account_.identity_notice(*from);
}

void ClientCore::acknowledge(const wire::Node& node) {
  AckStanza ack;
  ack.id = node.attribute("id");
  ack.of = node.tag;
  ack.to = node.attribute("from");
  ack.type = node.attribute("type");
  if (ack.id.empty() || ack.to.empty()) return;
  (void)context_.send(client_ack(*context_.profile, ack)).ok();
}

void ClientCore::on_end(std::uint64_t connection, const ChatEnding& ending) {
  if (connection == current_) context_.connection = nullptr;
  was_refused_ = was_refused_ || ending.reason == "protocol-error";
  json::object facts;
  facts["reason"] = ending.reason;
  if (!ending.detail.empty()) facts["detail"] = ending.detail;
  context_.events.push("disconnected", std::move(facts));
  strategy_.on_end(ending);
}

}  // namespace parley::mocks::client
