#include "harness/net/async_stream.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <cstring>
#include <exception>

namespace parley::net {

namespace asio = boost::asio;

namespace {

boost::system::error_code code_of(const Error& error) {
  if (error.code == ErrorCode::kClosed) return asio::error::eof;
  return asio::error::connection_aborted;
}

}  // namespace

struct AsyncStream::Operation {
  struct Outcome {
    error_code ec;
    std::size_t count = 0;
  };

  static asio::awaitable<Outcome> read(std::shared_ptr<Stream> stream,
                                       asio::mutable_buffer target) {
    Outcome outcome;
    const Result<Bytes> got = co_await stream->read_some(target.size());
    if (got.ok()) {
      outcome.count = got->size();
      std::memcpy(target.data(), got->data(), got->size());
    } else {
      outcome.ec = code_of(got.error());
    }
    co_return outcome;
  }

  static asio::awaitable<Outcome> write(std::shared_ptr<Stream> stream, Bytes data) {
    Outcome outcome;
    const Status written = co_await stream->write(data);
    if (written.ok()) {
      outcome.count = data.size();
    } else {
      outcome.ec = code_of(written.error());
    }
    co_return outcome;
  }

  // Completion handlers must not run inside the call that starts the operation, hence post.
  static void run(const std::shared_ptr<Scheduler>& scheduler, asio::awaitable<Outcome> task,
                  std::unique_ptr<Completion> completion) {
    auto finish = [owner = scheduler.get(), completion = std::move(completion)](
                      std::exception_ptr error, Outcome outcome) mutable {
      if (error) return owner->fail(std::move(error));
      asio::post(owner->context(), [completion = std::move(completion), outcome] {
        completion->complete(outcome.ec, outcome.count);
      });
    };
    asio::co_spawn(scheduler->executor(), std::move(task), std::move(finish));
  }
};

void AsyncStream::start_read(asio::mutable_buffer target, std::unique_ptr<Completion> completion) {
  Operation::run(scheduler_, Operation::read(stream_, target), std::move(completion));
}

void AsyncStream::start_write(Bytes data, std::unique_ptr<Completion> completion) {
  Operation::run(scheduler_, Operation::write(stream_, std::move(data)), std::move(completion));
}

}  // namespace parley::net
