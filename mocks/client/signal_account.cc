#include "mocks/client/signal_account.h"

#include <utility>

#include "mocks/client/stanzas.h"

namespace parley::mocks::client {

std::string session_name(const wire::Jid& peer) { return peer.without_device().text(); }

SignalAccount::SignalAccount(ClientContext& context)
    : context_(context), store_(signal::Store::create(*context.random)) {}

void SignalAccount::renew() {
  store_ = signal::Store::create(*context_.random);
  told_.clear();
  reused_.clear();
}

net::awaitable<Status> SignalAccount::upload(std::size_t count) {
  PrekeyUpload keys;
  keys.registration_id = store_.identity().registration_id;
  keys.identity = store_.identity().public_key();
  keys.signed_prekey = store_.signed_prekey().public_view();
  keys.one_time = store_.add_one_time_prekeys(count, *context_.random);
  auto answer = co_await context_.request(
      [this, &keys](const std::string& id) { return prekey_upload(*context_.profile, id, keys); });
  if (!answer.ok()) co_return at("prekey upload", std::move(answer).error());
  co_return Status();
}

net::awaitable<Result<std::int64_t>> SignalAccount::count() {
  PARLEY_CO_ASSIGN(const wire::Node answer,
                   co_await context_.request([this](const std::string& id) {
                     return prekey_count(*context_.profile, id);
                   }));
  co_return prekey_count_in(answer);
}

net::awaitable<Status> SignalAccount::replenish() {
  PARLEY_CO_ASSIGN(const std::int64_t left, co_await count());
  if (left >= kPrekeyLowWater || context_.departs("never-replenishes")) co_return Status();
  co_return co_await upload(kPrekeyUpload);
}

net::awaitable<Result<signal::PreKeyBundle>> SignalAccount::fetch(wire::Jid peer,
                                                                  bool identity_changed) {
  auto answer = co_await context_.request([&](const std::string& id) {
    return prekey_fetch(*context_.profile, id, peer, identity_changed);
  });
  if (!answer.ok()) co_return at("prekey fetch", std::move(answer).error());
  PARLEY_CO_ASSIGN(signal::PreKeyBundle bundle, bundle_in(*answer, peer));
  PARLEY_CO_TRY(bundle.verify());
  co_return bundle;
}

net::awaitable<Status> SignalAccount::ensure_session(wire::Jid peer) {
  const std::string name = session_name(peer);
  if (const auto reused = reused_.find(name); reused != reused_.end()) {
    co_return start_session(peer, reused->second);
  }
  if (store_.has_session(name)) co_return Status();
  PARLEY_CO_ASSIGN(const signal::PreKeyBundle bundle, co_await fetch(peer));
  // The peer may have written first while we waited.
  if (store_.has_session(name)) co_return Status();
  if (context_.departs(ClientFault::kReusePrekey)) reused_.insert_or_assign(name, bundle);
  co_return start_session(peer, bundle);
}

Status SignalAccount::start_session(const wire::Jid& peer, const signal::PreKeyBundle& bundle) {
  PARLEY_ASSIGN(const signal::IdentityNews news,
                store_.start_session(session_name(peer), bundle, *context_.random));
  tell_identity(peer, news);
  return {};
}

Result<signal::EncryptedMessage> SignalAccount::encrypt(const wire::Jid& peer,
                                                        BytesView plaintext) {
  if (context_.departs("foreseeable-keys")) {
    const auto source = foreseeable();
    ++drawn_;
    return store_.encrypt(session_name(peer), plaintext, *source);
  }
  return store_.encrypt(session_name(peer), plaintext, *context_.random);
}

Result<signal::DecryptedMessage> SignalAccount::decrypt(const wire::Jid& peer,
                                                        signal::MessageType type, BytesView bytes) {
  if (context_.departs(ClientFault::kKeepKeys)) kept_.push_back(store_);
  PARLEY_ASSIGN(signal::DecryptedMessage message, store_.decrypt(session_name(peer), type, bytes));
  after_gap_ = is_gap(peer, message.counter);
  if (after_gap_ && context_.departs("refuses-gaps")) {
    return make_error(ErrorCode::kReplay, "a message before this one is missing");
  }
  tell_identity(peer, message.identity);
  return message;
}

// Whether numbers were left out between this message and the one before it.
bool SignalAccount::is_gap(const wire::Jid& peer, std::uint32_t counter) {
  const auto [last, first] = counters_.try_emplace(session_name(peer), counter);
  const bool gap = !first && counter > last->second + 1;
  last->second = counter;
  return gap;
}

std::vector<signal::Store> SignalAccount::state_at_rest() const {
  std::vector<signal::Store> found = kept_;
  found.push_back(store_);
  if (!context_.departs("foreseeable-keys")) return found;
  // Who has the state knows what the client draws next: the key of its next turn in each chat.
  for (const auto& [peer, counter] : counters_) {
    signal::Store foreseen = store_;
    if (foreseen.encrypt(peer, Bytes(1, 0), *foreseeable()).ok()) found.push_back(foreseen);
  }
  return found;
}

std::unique_ptr<Random> SignalAccount::foreseeable() const {
  return context_.world.random("foreseeable " + context_.id + " " + std::to_string(drawn_));
}

void SignalAccount::identity_notice(const wire::Jid& peer) {
  const std::string name = session_name(peer);
  store_.delete_session(name);
  reused_.erase(name);
  if (told_.contains(name)) return;
  tell_identity(peer, signal::IdentityNews::kChanged);
  told_.insert(name);
}

void SignalAccount::tell_identity(const wire::Jid& peer, signal::IdentityNews news) {
  if (news != signal::IdentityNews::kChanged && !context_.departs("cries-wolf")) return;
  if (told_.erase(session_name(peer)) > 0) return;
  json::object facts;
  add_address(facts, "of", peer.without_device(), context_);
  context_.events.push("identity-changed", std::move(facts));
}

}  // namespace parley::mocks::client
