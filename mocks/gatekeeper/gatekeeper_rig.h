// For tests: a World with the mock gatekeeper, a partner's server of the least possible kind, and
// raw clients that send exactly what a test tells them to.
//
// alice (33611111111) and anna (33622222222) are WhatsApp users; alice takes messages from bird's
// users, anna has not opted in. bob and ben are users of the partner bird (integrator 1); hike
// (integrator 2) is a second partner.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/crypto/jwt.h"
#include "harness/evidence/recorder.h"
#include "harness/net/http.h"
#include "harness/wire/chat_channel.h"
#include "harness/wire/login_payload.h"
#include "harness/wire/operations.h"
#include "harness/wire/profile.h"
#include "harness/wire/signal/identity.h"
#include "harness/wire/signal/prekeys.h"
#include "mocks/cast/cast.h"
#include "mocks/cast/hosts.h"
#include "mocks/gatekeeper/gatekeeper.h"

namespace parley::mocks::gatekeeper {

using wire::Node;
using FormFields = std::vector<std::pair<std::string, std::string>>;

inline constexpr TimePoint kRigStart{std::chrono::seconds(1'790'000'000)};
inline constexpr Duration kDay = std::chrono::hours(24);

/// What a device keeps.
struct DeviceKeys {
  explicit DeviceKeys(Random& random);
  crypto::X25519KeyPair chat;
  signal::Identity identity;
  signal::SignedPreKey signed_prekey;
};

/// A partner's server: publishes one key, signs tokens with it, takes pushes, hosts files.
class FakePartner {
 public:
  FakePartner(net::World& world, std::string id, std::uint16_t integrator, std::size_t key);

  /// A good token for that user; `change` may spoil its claims.
  std::string token(std::string_view identifier,
                    const std::function<void(json::object&)>& change = {});
  void rotate_key(std::size_t key);
  void publish_key() { published_ = signing_; }
  /// Stops answering with anything but 503.
  void break_down() { broken_ = true; }
  void recover() { broken_ = false; }

  int key_fetches = 0;
  int push_failures = 0;  ///< answers the next pushes with 500
  std::vector<net::HttpRequest> pushes;
  std::vector<net::HttpRequest> fetches;
  std::map<std::string, net::HttpResponse> files;  ///< by target

 private:
  struct Key {
    std::string kid;
    crypto::RsaPrivateKey key;
  };
  net::awaitable<net::HttpResponse> answer(net::HttpRequest request);

  net::World& world_;
  std::string id_;
  std::uint16_t integrator_;
  Key signing_;
  Key published_;
  bool broken_ = false;
};

/// A chat connection that shows all it receives.
class RawChat : public std::enable_shared_from_this<RawChat> {
 public:
  RawChat(net::World& world, std::unique_ptr<wire::ChatClient> channel,
          std::unique_ptr<net::Stream> stream);

  net::awaitable<void> send(Node node);
  net::awaitable<void> send_bytes(Bytes bytes);
  /// The first stanza, received already or within ten seconds, that matches; it is taken out.
  net::awaitable<std::optional<Node>> take(std::function<bool(const Node&)> match);
  net::awaitable<std::optional<Node>> take_tag(std::string tag);
  /// Sends an iq and takes its answer.
  net::awaitable<Node> ask(Node iq);
  /// Sends a message, a receipt or the like and takes its ack, which has to come.
  net::awaitable<Node> acknowledged(Node node);
  /// Whether the World comes to rest without another stanza here.
  net::awaitable<bool> nothing_comes();
  /// Takes all that has come.
  std::deque<Node> drain() { return std::exchange(received_, {}); }
  /// Waits for the end of the connection; false where it does not come within ten seconds.
  net::awaitable<bool> ended();
  bool closed() const { return closed_; }
  void close() { stream_->close(); }
  wire::ChatClient& channel() { return *channel_; }
  net::awaitable<void> read_loop();

 private:
  net::World& world_;
  std::unique_ptr<wire::ChatClient> channel_;
  std::unique_ptr<net::Stream> stream_;
  net::Notifier news_;
  std::deque<Node> received_;
  bool closed_ = false;
};
using Chat = std::shared_ptr<RawChat>;

enum class WorldKind { kSim, kSockets };
enum class Door { kTcp, kWebSocket };

class GatekeeperRig {
 public:
  explicit GatekeeperRig(WorldKind kind = WorldKind::kSim,
                         Addressing addressing = Addressing::kInterop);
  ~GatekeeperRig();

  /// Runs a test's coroutine to its end.
  void run(const std::function<net::awaitable<void>()>& body);

  DeviceKeys& device(const std::string& actor);  ///< made at first use
  /// A good enlistment form for bob or ben.
  FormFields form(const std::string& actor);
  net::awaitable<json::object> enlist(FormFields fields);
  /// Enlists well and returns the address.
  net::awaitable<std::string> enlist(std::string actor);

  wire::pb::ClientPayload native_payload(const std::string& actor);
  wire::pb::ClientPayload interop_payload(const std::string& actor, const std::string& address);
  /// Handshakes; does not wait for the login's outcome.
  net::awaitable<Chat> open(std::string actor, wire::pb::ClientPayload payload,
                            Door door = Door::kTcp);
  /// Logs in and waits for the offline count, which is taken with all before it but mail.
  net::awaitable<Chat> connect_native(std::string actor);
  net::awaitable<Chat> connect_partner(std::string actor, std::string address);
  /// The reason and detail of a refused login: "401 bad-token".
  net::awaitable<std::string> refusal(Chat chat);

  Node prekey_upload(const std::string& actor, signal::PreKeyId first, std::size_t count);
  net::awaitable<net::HttpResponse> fetch(net::Address to, net::HttpRequest request);
  net::awaitable<std::int64_t> mail_of(std::string actor);

  /// The facts of all events of that name.
  std::vector<json::object> events(std::string_view name);
  std::string last_reason(std::string_view event);

  NullLog log;
  std::unique_ptr<net::World> world;
  evidence::Recorder recorder;
  std::unique_ptr<Random> random;
  Cast cast;
  std::shared_ptr<const wire::Profile> profile;
  std::unique_ptr<FakePartner> bird;
  std::unique_ptr<FakePartner> hike;
  std::unique_ptr<driver::Party> party;
  Bytes next_routing_info;  ///< what the next connections begin with

 private:
  std::map<std::string, DeviceKeys> devices_;
};

inline const std::string kAlice = "33611111111@s.whatsapp.net";
inline const std::string kAnna = "33622222222@s.whatsapp.net";

/// A message with one encrypted part that says `text`; nobody here looks inside.
Node message(const std::string& id, const std::string& to, std::string_view text = "sealed");
Node delivery_receipt(const std::string& id, const std::string& to);
Node read_receipt(const std::string& id, const std::string& to,
                  const std::vector<std::string>& more = {});
Node chatstate(const std::string& to, const std::string& state);
Node client_ack(const std::string& kind, const std::string& id, const std::string& to,
                const std::string& type = {});
Node iq(const std::string& id, const std::string& type, const std::string& xmlns, Node child);
Node iq(const std::string& id, const std::string& type, const std::string& xmlns);
Node prekey_fetch(const std::string& id, const std::string& jid);
/// The one-time prekey's id in an answer to a fetch; -1 where there is none, the error code where
/// the user has one.
std::int64_t fetched_prekey(const Node& answer);
Node settings_set(const std::string& id, bool enabled, const std::vector<int>& apps);

}  // namespace parley::mocks::gatekeeper
