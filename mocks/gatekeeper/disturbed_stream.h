// One chat connection's bytes at the server's side, which the harness may cut at a chosen byte or
// damage. Without orders it passes everything on as it is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "harness/net/network.h"

namespace parley::mocks::gatekeeper {

class DisturbedStream final : public net::Stream {
 public:
  enum class Way { kIn, kOut };  ///< from the client, to the client

  explicit DisturbedStream(std::unique_ptr<net::Stream> stream) : stream_(std::move(stream)) {}

  /// `after` more bytes pass that way, and with the last of them both directions end; where it is
  /// 0, with the next byte that would have passed.
  void cut(Way way, std::uint64_t after);
  /// One bit of the next bytes to the client is flipped, behind the length of their first frame.
  void corrupt_next() { corrupt_ = true; }

  boost::asio::awaitable<Result<Bytes>> read_some(std::size_t limit) override;
  boost::asio::awaitable<Status> write(BytesView data) override;
  void close() override { stream_->close(); }
  void close_write() override { stream_->close_write(); }
  const std::string& remote_host() const override { return stream_->remote_host(); }

 private:
  std::unique_ptr<net::Stream> stream_;
  std::optional<std::uint64_t> in_left_;
  std::optional<std::uint64_t> out_left_;
  bool corrupt_ = false;
};

}  // namespace parley::mocks::gatekeeper
