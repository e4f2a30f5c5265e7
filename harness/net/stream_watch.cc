#include "harness/net/stream_watch.h"

#include <algorithm>
#include <utility>

#include "harness/net/scheduler.h"
#include "harness/net/sim_network.h"

namespace parley::net {
namespace {

class WatchedStream final : public Stream {
 public:
  WatchedStream(std::unique_ptr<Stream> stream, std::string own_host,
                std::shared_ptr<Scheduler> scheduler, const Clock& clock, StreamWatch& watch)
      : stream_(std::move(stream)),
        own_host_(std::move(own_host)),
        scheduler_(std::move(scheduler)),
        clock_(clock),
        watch_(watch) {}

  asio::awaitable<Result<Bytes>> read_some(std::size_t limit) override {
    return stream_->read_some(limit);
  }
  asio::awaitable<Status> write(BytesView data) override {
    const StreamWatch::Fate fate = watch_.writes(own_host_, stream_->remote_host(), data.size());
    if (fate.held == Duration::zero() && !fate.cut_after) return stream_->write(data);
    return disturbed(stream_, scheduler_, clock_, data, fate);
  }
  void close() override { stream_->close(); }
  void close_write() override { stream_->close_write(); }
  const std::string& remote_host() const override { return stream_->remote_host(); }
  const std::string& protocol() const override { return stream_->protocol(); }
  std::optional<TlsVersion> tls_version() const override { return stream_->tls_version(); }

 private:
  // Holds the stream itself: its owner may let it go while the bytes are held.
  static asio::awaitable<Status> disturbed(std::shared_ptr<Stream> stream,
                                           std::shared_ptr<Scheduler> scheduler, const Clock& clock,
                                           BytesView data, StreamWatch::Fate fate) {
    const Bytes bytes = to_bytes(data);
    if (fate.held > Duration::zero()) {
      WaitList stalled(scheduler);
      co_await stalled.wait(clock.now() + fate.held, TimerKind::kTraffic);
    }
    if (!fate.cut_after) co_return co_await stream->write(bytes);
    const std::size_t passing = std::min(*fate.cut_after, bytes.size());
    if (passing > 0) {
      PARLEY_CO_TRY(co_await stream->write(BytesView(bytes).first(passing)));
    }
    stream->close();
    co_return make_error(ErrorCode::kClosed, "the connection was cut");
  }

  const std::shared_ptr<Stream> stream_;
  const std::string own_host_;
  const std::shared_ptr<Scheduler> scheduler_;
  const Clock& clock_;
  StreamWatch& watch_;
};

}  // namespace

void watch_streams(World& world, StreamWatch& watch) {
  if (auto* network = dynamic_cast<SimNetwork*>(&world.network())) network->set_watch(watch);
}

std::unique_ptr<Stream> watched_stream(std::unique_ptr<Stream> stream, std::string own_host,
                                       std::shared_ptr<Scheduler> scheduler, const Clock& clock,
                                       StreamWatch& watch) {
  return std::make_unique<WatchedStream>(std::move(stream), std::move(own_host),
                                         std::move(scheduler), clock, watch);
}

}  // namespace parley::net
