#include "mocks/gatekeeper/proxied_stream.h"

#include <algorithm>
#include <utility>

#include "harness/net/stream_deadline.h"
#include "mocks/client/proxy_preface.h"

namespace parley::mocks::gatekeeper {
namespace {

// A stream of which some bytes were read before.
class Continued final : public net::Stream {
 public:
  Continued(std::unique_ptr<net::Stream> stream, Bytes first)
      : stream_(std::move(stream)), first_(std::move(first)) {}

  net::awaitable<Result<Bytes>> read_some(std::size_t limit) override {
    if (first_.empty()) co_return co_await stream_->read_some(limit);
    const auto end = first_.begin() + static_cast<std::ptrdiff_t>(std::min(limit, first_.size()));
    Bytes out(first_.begin(), end);
    first_.erase(first_.begin(), end);
    co_return out;
  }
  net::awaitable<Status> write(BytesView data) override { return stream_->write(data); }
  void close() override {
    first_.clear();
    stream_->close();
  }
  void close_write() override { stream_->close_write(); }
  const std::string& remote_host() const override { return stream_->remote_host(); }
  const std::string& protocol() const override { return stream_->protocol(); }
  std::optional<net::TlsVersion> tls_version() const override { return stream_->tls_version(); }

 private:
  const std::unique_ptr<net::Stream> stream_;
  Bytes first_;
};

}  // namespace

net::awaitable<Result<ProxiedStream>> take_preface(net::World& world,
                                                   std::unique_ptr<net::Stream> stream,
                                                   Duration period) {
  const net::StreamDeadline deadline(world, *stream, world.now() + period);
  Bytes bytes;
  for (;;) {
    Result<Bytes> more = co_await stream->read_some(kMaxProxyPrefaceBytes);
    if (!more.ok() && deadline.expired()) {
      co_return make_error(ErrorCode::kTimeout, "no preface of the proxy in time");
    }
    if (!more.ok()) co_return std::move(more).error();
    append(bytes, *more);
    PARLEY_CO_ASSIGN(std::optional<ProxyPreface> preface, read_proxy_preface(bytes));
    if (!preface) continue;
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(preface->size));
    ProxiedStream proxied;
    proxied.stream = std::make_unique<Continued>(std::move(stream), std::move(bytes));
    proxied.client_address = std::move(preface->client_address);
    co_return proxied;
  }
}

}  // namespace parley::mocks::gatekeeper
