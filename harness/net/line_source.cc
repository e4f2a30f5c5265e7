#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

#include "harness/net/line_buffer.h"
#include "harness/net/outside.h"
#include "harness/net/scheduler.h"

namespace parley::net {
namespace {

using Descriptor = asio::posix::stream_descriptor;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadSize = 64 * 1024;

class DescriptorLines final : public LineSource {
 public:
  DescriptorLines(World& world, std::size_t limit, std::string_view begun)
      : scheduler_(world.scheduler()), file_(world.executor()), lines_(limit) {
    lines_.feed(begun);
  }

  Status open(int copy) {
    boost::system::error_code ec;
    file_.assign(copy, ec);
    if (!ec) return {};
    ::close(copy);
    return make_error(ErrorCode::kIo, "reading lines: " + ec.message());
  }

  awaitable<Result<std::string>> read_line() override {
    std::vector<char> bytes(kReadSize);
    for (;;) {
      PARLEY_CO_ASSIGN(std::optional<std::string> line, lines_.next());
      if (line) co_return *std::move(line);
      if (scheduler_->stopped()) {
        co_return make_error(ErrorCode::kClosed, "the world has been shut down");
      }
      (void)co_await file_.async_wait(Descriptor::wait_read, kAwait);
      const ssize_t count = ::read(file_.native_handle(), bytes.data(), bytes.size());
      if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (count < 0) co_return make_error(ErrorCode::kIo, std::strerror(errno));
      if (count == 0) co_return make_error(ErrorCode::kClosed, "the input ended");
      lines_.feed({bytes.data(), static_cast<std::size_t>(count)});
    }
  }

  std::string take_rest() override { return lines_.take_rest(); }

 private:
  const std::shared_ptr<Scheduler> scheduler_;  // outlives the descriptor
  Descriptor file_;
  LineBuffer lines_;
};

}  // namespace

Result<std::unique_ptr<LineSource>> read_lines(World& world, int descriptor, std::size_t limit,
                                               std::string begun) {
  auto source = std::make_unique<DescriptorLines>(world, limit, begun);
  const int copy = ::dup(descriptor);
  if (copy < 0) return make_error(ErrorCode::kIo, std::strerror(errno));
  PARLEY_TRY(source->open(copy));
  return std::unique_ptr<LineSource>(std::move(source));
}

}  // namespace parley::net
