// A chat session's dealings with companion devices: pairing, and what they are told at login.
#include <utility>

#include "harness/base/encoding.h"
#include "harness/wire/operations.h"
#include "mocks/gatekeeper/chat_session.h"
#include "mocks/gatekeeper/stanzas.h"

namespace parley::mocks::gatekeeper {
namespace {

/// From the phone's word to the companion's signature.
constexpr Duration kSigningPeriod = std::chrono::seconds(20);
constexpr std::size_t kRoutingInfoBytes = 12;

}  // namespace

void ChatSession::welcome_companion(Account& account) {
  const Bytes& routing_info = channel_->routing_info();
  if (!routing_info.empty() && routing_info == account.routing_info) {
    backend_.events.push("routed",
                         {{"jid", account.device_jid().text()}, {"for_actor", account.actor}});
  }
  if (account.routing_info.empty()) {
    account.routing_info = backend_.random->bytes(kRoutingInfoBytes);
  }
  send(stanzas::login_accepted(*backend_.profile, backend_.world.now(),
                               backend_.addresses.lid(account)));
  send(stanzas::edge_routing(*backend_.profile, account.routing_info));
}

void ChatSession::offer_pairing(const wire::pb::ClientPayload& payload,
                                const crypto::PublicKey& proved) {
  Result<Registration> registration = read_registration(payload, proved);
  if (!registration.ok()) {
    backend_.world.log().debug(registration.error().text());
    return refuse({400, "bad-registration"});
  }
  Pairing& pairing = pairing_.emplace();
  pairing.registration = *std::move(registration);
  for (std::size_t i = 0; i < kPairingRefs; ++i) {
    pairing.refs.push_back(base64url(backend_.random->bytes(24)));
    backend_.pairings.enter(pairing.refs.back(), weak_from_this());
  }
  close_within(kPairingPeriod);
  send(stanzas::companion_offer(*backend_.profile, stanzas::fresh_id(*backend_.random),
                                pairing.refs));
}

net::awaitable<Result<json::object>> ChatSession::pair(Account& account, PairingCode code) {
  const auto self = shared_from_this();
  if (!pairing_ || ended_) co_return make_error(ErrorCode::kClosed, "the companion is gone");
  backend_.pairings.leave(pairing_->refs);
  const Registration& registration = pairing_->registration;
  if (code.chat_key != registration.chat_key || code.identity != registration.identity) {
    fail_pairing(make_error(ErrorCode::kAuth, "the keys in the code are not the companion's"));
    co_return Error(pairing_->outcome->error());
  }
  tap_.set_peer(account.actor);
  const auto device = ++account.last_device;
  PairingApproval& approval = pairing_->approval.emplace();
  approval.account = &account;
  approval.device = device;
  approval.voucher = phone_of(backend_, account).vouch(code, device, backend_.world.now());
  approval.stanza = stanzas::fresh_id(*backend_.random);
  wire::Jid jid = account.jid;
  wire::Jid lid = *backend_.addresses.lid(account);
  jid.device = lid.device = device;
  send(stanzas::companion_accepted(*backend_.profile, approval.stanza, jid, lid,
                                   approval.voucher.sealed, backend_.world.now()));
  const TimePoint deadline = backend_.world.now() + kSigningPeriod;
  while (!ended_ && !pairing_->outcome && backend_.world.now() < deadline) {
    co_await answers_.wait_until(deadline);
  }
  if (!pairing_->outcome) {
    fail_pairing(ended_ ? make_error(ErrorCode::kClosed,
                                     "the companion left without signing; it does so where the "
                                     "code that was read does not hold its own secret")
                        : make_error(ErrorCode::kTimeout, "the companion did not answer"));
  }
  PARLEY_CO_TRY(*pairing_->outcome);
  co_return json::object{{"jid", jid.text()}, {"device", std::int64_t{device}}};
}

void ChatSession::fail_pairing(Error error) {
  pairing_->outcome = Status(std::move(error));
  end(Ending::kNotPaired);
  answers_.notify();
}

void ChatSession::take_pairing_answer(const wire::Node& node) {
  if (!pairing_->approval || pairing_->outcome) return;
  const PairingApproval& approval = *pairing_->approval;
  if (node.tag != "iq" || node.attribute("id") != approval.stanza) return;
  const auto values = backend_.profile->match(wire::op::kCompanionSigned, node);
  if (!values) {
    return fail_pairing(make_error(ErrorCode::kRefused, "the companion does not accept the phone"));
  }
  const Result<Bytes> identity = decode_base64(get_string(*values, "device_identity").value_or(""));
  Status held = approval.account->phone->check(approval.voucher, pairing_->registration.identity,
                                               identity.ok() ? *identity : Bytes());
  if (!held.ok()) return fail_pairing(std::move(held).error());
  enter_companion(backend_, *approval.account, pairing_->registration, approval.device);
  pairing_->outcome = Status();
  end(Ending::kRestart);
  answers_.notify();
}

}  // namespace parley::mocks::gatekeeper
