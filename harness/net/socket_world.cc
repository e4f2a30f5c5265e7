// The World over real sockets: one thread, the machine's steady clock, and an offset that advance()
// sets forward.
#include <charconv>
#include <chrono>
#include <memory>
#include <utility>

#include "harness/crypto/test_ca.h"
#include "harness/net/open_world.h"
#include "harness/net/outside.h"
#include "harness/net/scheduled_world.h"
#include "harness/net/socket_network.h"
#include "harness/net/world.h"

namespace parley::net {

namespace {

using Steady = std::chrono::steady_clock;

constexpr Duration kSettleLimit = std::chrono::seconds(2);
// How long an external program must have been silent to count as being at rest.
constexpr Duration kSilence = std::chrono::milliseconds(20);
// Where all of them follow the clock, and have said that they are.
constexpr Duration kAgreedSilence = std::chrono::milliseconds(5);
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
              std::shared_ptr<TlsContext> client, OpenPlaces places, bool guest = false)
      : ScheduledWorld(options.seed, log, 1),
        guest_(guest),
        clock_(options.start),
        traffic_(std::make_shared<Traffic>()),
        network_(*this, std::move(ca), std::move(client), traffic_, std::move(places)),
        rest_(scheduler()) {}
  ~SocketWorld() override { shutdown(); }

  Clock& clock() override { return clock_; }
  SocketNetwork& network() override { return network_; }

  awaitable<void> settle() override {
    const std::size_t followers = network_.followers();
    if (followers > 0 && followers == traffic_->programs()) co_return co_await settle_together();
    co_await rest(kSilence);
    if (followers == 0) co_return;
    // Silence may be that of a program which is still at work. One that follows the clock answers
    // when it has done so.
    co_await network_.tell_followers(Duration::zero());
    co_await rest(kSilence);
  }

  awaitable<void> advance(Duration d) override {
    co_await settle();
    const TimePoint target = now() + d;
    stepping_ = true;
    for (;;) {
      const std::optional<TimePoint> next = scheduler()->timers().next_deadline();
      if (!next || *next > target) break;
      co_await skip_to(*next);
      co_await settle();
    }
    stepping_ = false;
    co_await skip_to(target);
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
  // Where every program answers when it has dealt with what had come to it: until all of them have
  // answered and nothing has moved since they were asked.
  awaitable<void> settle_together() {
    const Steady::time_point limit = Steady::now() + kSettleLimit;
    std::uint64_t moves = 0;
    do {
      co_await rest(Duration::zero());
      moves = traffic_->moves();
      co_await network_.tell_followers(Duration::zero());
      co_await rest(kAgreedSilence);
    } while (moves != traffic_->moves() && Steady::now() < limit);
  }

  // Where there are external programs, they must be silent for so long.
  awaitable<void> rest(Duration silence) {
    silence_ = silence;
    settling_since_ = Steady::now();
    co_await rest_.wait(now() + kSettleLimit);
  }

  awaitable<void> skip_to(TimePoint then) {
    const Duration step = then - now();
    if (step <= Duration::zero()) co_return;
    clock_.skip(step);
    co_await network_.tell_followers(step);
  }

  bool at_rest() {
    if (!traffic_->quiet()) return false;
    if (guest_) return true;
    const Steady::time_point now_real = Steady::now();
    if (traffic_->external() && now_real - traffic_->last() < silence_) return false;
    if (stepping_) return true;
    if (traffic_->external() && now_real - settling_since_ < silence_) return false;
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

  const bool guest_;
  RunningClock clock_;
  const std::shared_ptr<Traffic> traffic_;
  SocketNetwork network_;
  WaitList rest_;
  Steady::time_point settling_since_;
  Duration silence_ = kSilence;
  bool stepping_ = false;  // inside advance()
};

Result<asio::ip::address> read_address(const std::string& text) {
  boost::system::error_code ec;
  const asio::ip::address address = asio::ip::make_address(text, ec);
  if (!ec) return address;
  return make_error(ErrorCode::kInvalid, "\"" + text + "\" is no IP address");
}

Result<OpenPlaces> read_places(const OpenOptions& open) {
  OpenPlaces out;
  PARLEY_ASSIGN(out.listen, read_address(open.listen));
  out.ports = open.ports;
  out.local = open.local;
  out.trust = open.trust;
  return out;
}

// "product.test:443" is at "127.0.0.1:8443" from now on.
Status route_to(SocketNetwork& network, const std::string& name, const std::string& place) {
  const Result<Endpoint> endpoint = parse_endpoint(place);
  if (!endpoint.ok()) return at(name, endpoint.error());
  const std::size_t colon = name.rfind(':');
  std::uint16_t port = 0;
  const char* end = name.data() + name.size();
  const bool whole =
      colon != std::string::npos &&
      std::from_chars(name.data() + colon + 1, end, port) == std::from_chars_result{end, {}};
  if (!whole) return make_error(ErrorCode::kInvalid, "\"" + name + "\" is no name with a port");
  return network.route({name.substr(0, colon), port}, *endpoint);
}

}  // namespace

Result<std::unique_ptr<World>> make_socket_world(const SocketOptions& options, Log& log) {
  return make_open_world(options, {}, log);
}

Result<std::unique_ptr<World>> make_open_world(const SocketOptions& options,
                                               const OpenOptions& open, Log& log) {
  PARLEY_ASSIGN(OpenPlaces places, read_places(open));
  PARLEY_ASSIGN(crypto::TestCa ca, crypto::TestCa::create(options.start));
  PARLEY_ASSIGN(std::shared_ptr<TlsContext> client, make_tls_client({ca.certificate_pem()}));
  auto world = std::make_unique<SocketWorld>(options, log, std::move(ca), std::move(client),
                                             std::move(places));
  for (const auto& [name, place] : open.peers) PARLEY_TRY(route_to(world->network(), name, place));
  return std::unique_ptr<World>(std::move(world));
}

Result<std::unique_ptr<World>> make_guest_world(const GuestOptions& options, Log& log) {
  PARLEY_ASSIGN(crypto::TestCa ca, crypto::TestCa::create(options.start));
  PARLEY_ASSIGN(std::shared_ptr<TlsContext> client, make_tls_client({options.trust_pem}));
  const SocketOptions sockets{options.seed, options.start};
  auto world = std::make_unique<SocketWorld>(sockets, log, std::move(ca), std::move(client),
                                             OpenPlaces(), true);
  if (!options.identity.certificate_pem.empty()) world->network().show(options.identity);
  world->network().name_by_address();
  world->network().name_callers(options.callers);
  for (const auto& [name, where] : options.routes) {
    PARLEY_TRY(world->network().route(name, where));
  }
  return std::unique_ptr<World>(std::move(world));
}

}  // namespace parley::net
