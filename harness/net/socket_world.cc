// The World over real sockets: one thread, the machine's steady clock, and an offset that advance()
// sets forward.
#include <charconv>
#include <chrono>
#include <memory>
#include <utility>

#include "harness/crypto/test_ca.h"
#include "harness/net/open_world.h"
#include "harness/net/scheduled_world.h"
#include "harness/net/socket_network.h"
#include "harness/net/world.h"

namespace parley::net {

namespace {

using Steady = std::chrono::steady_clock;

constexpr Duration kSettleLimit = std::chrono::seconds(2);
// How long an external program must have been silent to count as being at rest.
constexpr Duration kSilence = std::chrono::milliseconds(20);
// The kernel hands bytes over without a further event when it is busy; look again after this.
constexpr Duration kRecheck = std::chrono::milliseconds(1);
constexpr Duration kIdle = std::chrono::seconds(1);

class RunningClock final : public Clock {
 public:
  explicit RunningClock(TimePoint start) : origin_(start), began_(Steady::now()) {}

  TimePoint now() const override { return origin_ + (Steady::now() - began_); }
  void skip(Duration d) { origin_ += d; }
  Steady::time_point real(TimePoint t) const { return began_ + (t - origin_); }

 private:
  TimePoint origin_;  // World time at began_, had it always run as it does now
  const Steady::time_point began_;
};

class SocketWorld final : public ScheduledWorld {
 public:
  SocketWorld(const SocketOptions& options, Log& log, crypto::TestCa ca,
              std::shared_ptr<TlsContext> client, Outside outside)
      : ScheduledWorld(options.seed, log, 1),
        clock_(options.start),
        traffic_(std::make_shared<Traffic>()),
        network_(*this, std::move(ca), std::move(client), traffic_, std::move(outside)),
        rest_(scheduler()) {}
  ~SocketWorld() override { shutdown(); }

  Clock& clock() override { return clock_; }
  Network& network() override { return network_; }

  awaitable<void> settle() override {
    settling_since_ = Steady::now();
    co_await rest_.wait(now() + kSettleLimit);
  }

  awaitable<void> advance(Duration d) override {
    co_await settle();
    const TimePoint target = now() + d;
    stepping_ = true;
    for (;;) {
      const std::optional<TimePoint> next = scheduler()->timers().next_deadline();
      if (!next || *next > target) break;
      clock_.skip(std::max(*next - now(), Duration::zero()));
      co_await settle();
    }
    stepping_ = false;
    clock_.skip(std::max(target - now(), Duration::zero()));
    co_await settle();
  }

 protected:
  Status run_until(const bool& done) override {
    while (!done && !scheduler()->failure()) {
      if (run_ready() || fire_due(clock_.now())) continue;
      if (rest_.waiting() && at_rest()) {
        rest_.notify();
        continue;
      }
      wait_for_events();
    }
    return {};
  }

 private:
  bool at_rest() {
    if (!traffic_->quiet()) return false;
    const Steady::time_point now_real = Steady::now();
    if (traffic_->external() && now_real - traffic_->last() < kSilence) return false;
    if (stepping_) return true;
    if (traffic_->external() && now_real - settling_since_ < kSilence) return false;
    const std::optional<TimePoint> next = scheduler()->timers().next_deadline();
    return !next || *next > clock_.now() + kRestGrace;
  }

  void wait_for_events() {
    Steady::time_point until = Steady::now() + (rest_.waiting() ? kRecheck : kIdle);
    if (const auto next = scheduler()->timers().next_deadline()) {
      until = std::min(until, clock_.real(*next));
    }
    run_ready_until(until);
  }

  RunningClock clock_;
  const std::shared_ptr<Traffic> traffic_;
  SocketNetwork network_;
  WaitList rest_;
  Steady::time_point settling_since_;
  bool stepping_ = false;  // inside advance()
};

Result<asio::ip::address> read_address(const std::string& text) {
  boost::system::error_code ec;
  const asio::ip::address address = asio::ip::make_address(text, ec);
  if (!ec) return address;
  return make_error(ErrorCode::kInvalid, "\"" + text + "\" is no IP address");
}

Result<asio::ip::tcp::endpoint> read_endpoint(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto digits = colon == text.npos ? end : text.data() + colon + 1;
  const auto [rest, error] = std::from_chars(digits, end, port);
  std::string host = text.substr(0, std::min(colon, text.size()));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (error != std::errc() || rest != end || port == 0) {
    return make_error(ErrorCode::kInvalid,
                      "\"" + text + "\" is no IP address and port, as in 127.0.0.1:8443");
  }
  PARLEY_ASSIGN(const asio::ip::address address, read_address(host));
  return asio::ip::tcp::endpoint(address, port);
}

Result<Outside> read_outside(const OpenOptions& open) {
  Outside out;
  PARLEY_ASSIGN(out.listen, read_address(open.listen));
  out.ports = open.ports;
  out.local = open.local;
  out.trust = open.trust;
  for (const auto& [name, place] : open.peers) {
    Result<asio::ip::tcp::endpoint> endpoint = read_endpoint(place);
    if (!endpoint.ok()) return at(name, std::move(endpoint).error());
    out.peers.emplace(name, *endpoint);
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<World>> make_socket_world(const SocketOptions& options, Log& log) {
  return make_open_world(options, {}, log);
}

Result<std::unique_ptr<World>> make_open_world(const SocketOptions& options,
                                               const OpenOptions& open, Log& log) {
  PARLEY_ASSIGN(Outside outside, read_outside(open));
  PARLEY_ASSIGN(crypto::TestCa ca, crypto::TestCa::create(options.start));
  PARLEY_ASSIGN(std::shared_ptr<TlsContext> client, make_tls_client(ca.certificate_pem()));
  std::unique_ptr<World> world = std::make_unique<SocketWorld>(
      options, log, std::move(ca), std::move(client), std::move(outside));
  return world;
}

}  // namespace parley::net
