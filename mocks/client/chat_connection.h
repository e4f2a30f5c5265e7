// A client's chat connection: wire::ChatClient driven over a TCP or WebSocket stream. Requests find
// their answers by id, the server's pings are answered here, everything else goes to the owner one
// stanza at a time in the order of arrival.
//
// The connection lives as long as its coroutines, which end soon after the stream does; the owner
// holds a shared pointer and outlives them (see harness/net/world.h).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "harness/net/world.h"
#include "harness/wire/chat_channel.h"
#include "harness/wire/profile.h"
#include "mocks/tap/chat_tap.h"

namespace parley::mocks::client {

/// How long a client waits for the server, in World time: for the handshake and login, and for the
/// answer to a request. Native clients wait for 20 s and 60 s; with the latter an operation would
/// end by its own deadline first, and nobody could say who did not answer.
inline constexpr Duration kLoginTimeout = std::chrono::seconds(20);
inline constexpr Duration kRequestTimeout = std::chrono::seconds(30);
/// Stanzas received but not yet handled; more close the connection.
inline constexpr std::size_t kMaxWaitingStanzas = 100'000;

/// Where to connect, and as whom.
struct ChatEndpoint {
  std::string from;  ///< the device's host name
  net::Address to;
  net::Security security = net::Security::kPlain;
  std::string websocket_path;  ///< empty: the bare stream
};

/// Why a connection ended, as `disconnected` events tell it.
struct ChatEnding {
  std::string reason;  ///< "requested", "replaced", "closed", "stream-error", "protocol-error", ...
  std::string detail;  ///< for people; may be empty
};

/// The server's answer to a login.
struct LoginAnswer {
  bool accepted = false;
  std::int64_t code = 0;    ///< where refused
  std::string detail;       ///< the surrogate reason where the server gives one
  bool unenlisted = false;  ///< the account exists no more; enlist again
  json::object more{};      ///< what else the server says: cause, scope, until, appeal
};

class ChatConnection : public std::enable_shared_from_this<ChatConnection> {
 public:
  struct Hooks {
    /// One at a time; the next stanza waits until it is done.
    std::function<net::awaitable<void>(wire::Node)> on_stanza;
    /// Once, after a login that was accepted.
    std::function<void(const ChatEnding&)> on_end;
  };
  struct Config {
    ChatEndpoint endpoint;
    wire::ChatClientConfig channel;
    ChatTap tap;
    Hooks hooks;
    std::shared_ptr<const wire::Profile> profile;
    std::string request_prefix;  ///< request ids are this and a number
  };
  struct Opened {
    std::shared_ptr<ChatConnection> connection;  ///< null where the login was refused
    LoginAnswer answer;
  };

  /// Connects, does the handshake and waits for success or failure. Errors where it came to
  /// neither: kAuth for a server that is not the gatekeeper, kTimeout, kClosed, kInvalid for
  /// hostile bytes.
  static net::awaitable<Result<Opened>> open(net::World& world, Config config, Random& random);

  ChatConnection(net::World& world, Config config, std::unique_ptr<wire::ChatClient> channel,
                 std::unique_ptr<net::Stream> stream);

  /// Begins to hand out stanzas; those that came before have waited.
  void start_dispatch();

  /// Queues one stanza; the order of calls is the order on the wire. kClosed after the end.
  Status send(const wire::Node& node);

  /// Queues bytes behind the stanzas as they are, framed or not: for deliberate damage only.
  Status send_bytes(BytesView bytes);

  /// A fresh id for request().
  std::string next_id();
  /// Sends an iq whose id came from next_id() and waits for its result. kRefused with the server's
  /// code where that is an error, kTimeout, kClosed.
  net::awaitable<Result<wire::Node>> request(wire::Node iq);

  /// The count in <ib><offline/></ib>, which ends the stanzas kept for an absent client.
  net::awaitable<Result<std::int64_t>> offline_count();

  /// Says goodbye, writes what is queued and closes.
  net::awaitable<void> disconnect();
  /// Closes without a word, as who loses the network.
  void break_off();

  bool ended() const { return ending_.has_value(); }

 private:
  static net::awaitable<void> running(std::shared_ptr<ChatConnection> self,
                                      net::awaitable<void> (ChatConnection::*loop)());
  net::awaitable<void> read_loop();
  net::awaitable<void> write_loop();
  net::awaitable<void> dispatch_loop();
  net::awaitable<Result<LoginAnswer>> login_answer();
  Status accept(wire::ChannelEvent event);
  Status accept_stanza(wire::Node node);
  bool take_answer(const wire::Node& node);
  void take_login(const wire::Node& node, bool accepted);
  void answer_ping(const wire::Node& node);
  void end(ChatEnding ending);
  /// What no client must do: reads on behind a fault, or handles the frame that had it.
  net::awaitable<void> read_on();
  net::awaitable<void> open_unchecked();

  net::World& world_;
  Config config_;
  std::unique_ptr<wire::ChatClient> channel_;
  std::unique_ptr<net::Stream> stream_;
  net::Notifier output_;    ///< something to write, or the end
  net::Notifier written_;   ///< the queue ran empty, or the end
  net::Notifier arrivals_;  ///< a stanza to dispatch, or the end
  net::Notifier progress_;  ///< login, an answer or the offline count came, or the end
  std::deque<wire::Node> waiting_;
  std::map<std::string, std::optional<wire::Node>, std::less<>> requests_;
  std::optional<LoginAnswer> login_;
  std::optional<std::int64_t> offline_;
  std::optional<ChatEnding> ending_;
  std::optional<Error> fault_;           ///< what was wrong with the server's bytes
  Bytes raw_;                            ///< of send_bytes()
  std::shared_ptr<Bytes> latest_frame_;  ///< as it came
  std::uint64_t requested_ = 0;
  bool writing_ = false;
};

/// The server's error in an iq of type error: "404 item-not-found".
Error server_error(const wire::Node& iq);

}  // namespace parley::mocks::client
