#include "harness/net/sim_stream.h"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <string>

#include "harness/base/random.h"

namespace parley::net {

namespace {

// How a direction stands at its reading end.
enum class Ending { kOpen, kNoMore, kClosed, kReset };

// The chance in a direction's delays; nothing where there is none.
std::optional<SeededRandom> chance(const SimLink& link, std::string_view way) {
  if (link.conditions.jitter == Duration::zero() && link.conditions.loss_permille == 0) return {};
  return SeededRandom(link.seed, "link " + link.from + " > " + link.to + " " +
                                     std::to_string(link.number) + std::string(way));
}

struct Direction {
  Direction(const std::shared_ptr<Scheduler>& scheduler, Duration delay,
            const LinkConditions& link_conditions, std::optional<SeededRandom> random)
      : latency(delay),
        conditions(link_conditions),
        chance(std::move(random)),
        readable(scheduler),
        writable(scheduler) {}

  // When what is sent now arrives. Never before what was sent earlier.
  TimePoint arrival(TimePoint now) {
    TimePoint at = now + latency;
    if (chance) {
      at += Duration(chance->below(static_cast<std::uint64_t>(conditions.jitter.count()) + 1));
      for (int again = 0; again < 5 && chance->below(1000) < conditions.loss_permille; ++again) {
        at += kRetransmission;
      }
    }
    last_arrival = std::max(last_arrival, at);
    return last_arrival;
  }

  const Duration latency;
  const LinkConditions conditions;
  std::optional<SeededRandom> chance;
  TimePoint last_arrival{};
  std::deque<Bytes> arrived;
  std::size_t unread = 0;         // written and not read: under way or arrived
  Ending ending = Ending::kOpen;  // as the reading end knows it
  bool reader_gone = false;       // what arrives is dropped
  WaitList readable;
  WaitList writable;
};

// Ends are 0 (connecting) and 1 (listening); direction i is written by end i.
class SimConnection : public std::enable_shared_from_this<SimConnection> {
 public:
  SimConnection(std::shared_ptr<Scheduler> scheduler, const Clock& clock, const SimLink& link)
      : scheduler_(std::move(scheduler)),
        clock_(clock),
        hosts_{link.from, link.to},
        protocol_(link.protocol),
        tls_version_(link.tls_version),
        directions_{Direction(scheduler_, link.there, link.conditions, chance(link, " there")),
                    Direction(scheduler_, link.back, link.conditions, chance(link, " back"))} {}

  const std::string& host(int end) const { return hosts_[end]; }
  const std::string& protocol() const { return protocol_; }
  std::optional<TlsVersion> tls_version() const { return tls_version_; }

  static boost::asio::awaitable<Result<Bytes>> read(std::shared_ptr<SimConnection> self, int end,
                                                    std::size_t limit) {
    Direction& in = self->directions_[1 - end];
    for (;;) {
      if (self->closed_[end]) co_return make_error(ErrorCode::kClosed, "the stream is closed");
      if (!in.arrived.empty()) co_return take(in, limit);
      if (in.ending != Ending::kOpen) co_return ended(in);
      if (self->scheduler_->stopped()) co_return stopped();
      co_await in.readable.wait();
    }
  }

  static boost::asio::awaitable<Status> write(std::shared_ptr<SimConnection> self, int end,
                                              BytesView data) {
    Direction& out = self->directions_[end];
    const Direction& in = self->directions_[1 - end];
    for (;;) {
      if (self->write_closed_[end])
        co_return make_error(ErrorCode::kClosed, "the stream is closed");
      if (in.ending >= Ending::kClosed) co_return ended(in);
      if (self->scheduler_->stopped()) co_return stopped();
      const std::size_t count = std::min(data.size(), kSimWindow - out.unread);
      if (count > 0) {
        out.unread += count;
        self->send(end, to_bytes(data.first(count)), Ending::kOpen);
        data = data.subspan(count);
      }
      if (data.empty()) co_return Status();
      co_await out.writable.wait();
    }
  }

  void end(int end, Ending ending) {
    if (std::exchange(closed_[end], true)) return;
    Direction& in = directions_[1 - end];
    in.reader_gone = true;
    in.arrived.clear();
    in.readable.notify();
    write_closed_[end] = true;
    directions_[end].writable.notify();
    send(end, {}, ending);
  }

  void end_writing(int end) {
    if (std::exchange(write_closed_[end], true)) return;
    directions_[end].writable.notify();
    send(end, {}, Ending::kNoMore);
  }

 private:
  static Error ended(const Direction& in) {
    return make_error(ErrorCode::kClosed, in.ending == Ending::kReset
                                              ? "connection reset by the other end"
                                              : "the other end closed the stream");
  }
  static Error stopped() { return make_error(ErrorCode::kClosed, "the world has been shut down"); }

  static Bytes take(Direction& in, std::size_t limit) {
    Bytes& front = in.arrived.front();
    Bytes taken;
    if (front.size() <= limit) {
      taken = std::move(front);
      in.arrived.pop_front();
    } else {
      const auto middle = front.begin() + static_cast<std::ptrdiff_t>(limit);
      taken.assign(front.begin(), middle);
      front.erase(front.begin(), middle);
    }
    in.unread -= taken.size();
    in.writable.notify();
    return taken;
  }

  // Never earlier than what went before, and ties in the order of creation: deliveries stay in
  // order.
  void send(int end, Bytes data, Ending ending) {
    if (scheduler_->stopped()) return;
    auto deliver = [self = shared_from_this(), end, data = std::move(data), ending]() mutable {
      self->deliver(end, std::move(data), ending);
    };
    scheduler_->timers().add(directions_[end].arrival(clock_.now()), std::move(deliver),
                             TimerKind::kTraffic);
  }

  void deliver(int end, Bytes data, Ending ending) {
    Direction& direction = directions_[end];
    if (!data.empty() && direction.reader_gone) direction.unread -= data.size();
    if (!data.empty() && !direction.reader_gone) direction.arrived.push_back(std::move(data));
    if (ending != Ending::kOpen) {
      direction.ending = ending;
      directions_[1 - end].writable.notify();
    }
    direction.readable.notify();
  }

  const std::shared_ptr<Scheduler> scheduler_;
  const Clock& clock_;
  const std::array<std::string, 2> hosts_;
  const std::string protocol_;
  const std::optional<TlsVersion> tls_version_;
  std::array<Direction, 2> directions_;
  std::array<bool, 2> closed_ = {};
  std::array<bool, 2> write_closed_ = {};
};

class SimStream final : public Stream {
 public:
  SimStream(std::shared_ptr<SimConnection> connection, int end)
      : connection_(std::move(connection)), end_(end) {}
  ~SimStream() override { connection_->end(end_, Ending::kReset); }
  SimStream(const SimStream&) = delete;
  SimStream& operator=(const SimStream&) = delete;

  boost::asio::awaitable<Result<Bytes>> read_some(std::size_t limit) override {
    return SimConnection::read(connection_, end_, limit);
  }
  boost::asio::awaitable<Status> write(BytesView data) override {
    return SimConnection::write(connection_, end_, data);
  }
  void close() override { connection_->end(end_, Ending::kClosed); }
  void close_write() override { connection_->end_writing(end_); }
  const std::string& remote_host() const override { return connection_->host(1 - end_); }
  const std::string& protocol() const override { return connection_->protocol(); }
  std::optional<TlsVersion> tls_version() const override { return connection_->tls_version(); }

 private:
  const std::shared_ptr<SimConnection> connection_;
  const int end_;
};

}  // namespace

std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>> make_sim_connection(
    std::shared_ptr<Scheduler> scheduler, const Clock& clock, const SimLink& link) {
  auto connection = std::make_shared<SimConnection>(std::move(scheduler), clock, link);
  return {std::make_unique<SimStream>(connection, 0), std::make_unique<SimStream>(connection, 1)};
}

}  // namespace parley::net
