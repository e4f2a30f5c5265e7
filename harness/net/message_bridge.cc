#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "harness/net/message_socket.h"
#include "harness/net/outside.h"
#include "harness/net/posix_spawn.h"
#include "harness/net/scheduler.h"

namespace parley::net {
namespace {

using Descriptor = asio::posix::stream_descriptor;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

// A socket at one side, pipes to whoever has the program at the other. The pipes' own bounds keep
// either side from being flooded by the other.
class Bridge {
 public:
  Bridge(World& world, std::unique_ptr<MessageSocket> socket, FileDescriptor to_program,
         FileDescriptor log, FileDescriptor ended)
      : scheduler_(world.scheduler()),
        socket_(std::move(socket)),
        lines_out_(world.executor(), to_program.release()),
        log_(std::move(log)),
        ended_(std::move(ended)) {}

  // What the program says.
  static awaitable<void> carry_in(std::shared_ptr<Bridge> self) {
    Status state;
    while (state.ok()) {
      Result<std::string> text = co_await self->socket_->read();
      if (!text.ok()) {
        state = std::move(text).error();
      } else {
        std::ranges::replace_if(*text, [](char c) { return c == '\n' || c == '\r'; }, ' ');
        *text += '\n';
        state = co_await give(self, *std::move(text));
      }
    }
    self->end(state.error());
  }

  // What it is told.
  static awaitable<void> carry_out(std::shared_ptr<Bridge> self,
                                   std::unique_ptr<LineSource> lines) {
    for (;;) {
      Result<std::string> line = co_await lines->read_line();
      if (!line.ok()) break;
      if (!(co_await self->socket_->write(*std::move(line))).ok()) break;
    }
    self->socket_->close();
  }

 private:
  static awaitable<Status> give(std::shared_ptr<Bridge> self, std::string line) {
    std::size_t done = 0;
    while (done < line.size()) {
      if (!self->lines_out_.is_open() || self->scheduler_->stopped()) {
        co_return make_error(ErrorCode::kClosed, "nobody reads any more");
      }
      const ssize_t count =
          write_quietly(self->lines_out_.native_handle(), line.data() + done, line.size() - done);
      if (count >= 0) {
        done += static_cast<std::size_t>(count);
      } else if (errno == EAGAIN) {
        (void)co_await self->lines_out_.async_wait(Descriptor::wait_write, kAwait);
      } else if (errno != EINTR) {
        co_return make_error(ErrorCode::kClosed, std::strerror(errno));
      }
    }
    co_return Status();
  }

  void end(const Error& why) {
    const std::string text = why.text() + "\n";
    if (why.code != ErrorCode::kClosed) {
      (void)write_quietly(log_.get(), text.data(), text.size());
    }
    boost::system::error_code ignored;
    lines_out_.close(ignored);
    log_.reset();
    socket_->close();
    ended_.reset();
  }

  const std::shared_ptr<Scheduler> scheduler_;  // outlives the descriptor
  const std::unique_ptr<MessageSocket> socket_;
  Descriptor lines_out_;
  FileDescriptor log_;
  FileDescriptor ended_;
};

}  // namespace

Result<IdleProgram> bridge(World& world, std::unique_ptr<MessageSocket> socket) {
  PARLEY_ASSIGN(Pipe in, make_pipe());   // to the program
  PARLEY_ASSIGN(Pipe out, make_pipe());  // from it
  PARLEY_ASSIGN(Pipe log, make_pipe());
  PARLEY_ASSIGN(Pipe ended, make_pipe());
  for (const Pipe* pipe : {&in, &out, &log}) {
    PARLEY_TRY(unblock(pipe->read));
    PARLEY_TRY(unblock(pipe->write));
  }
  PARLEY_ASSIGN(std::unique_ptr<LineSource> lines,
                read_lines(world, in.read.get(), ProcessLimits().line_bytes, ""));
  auto carrier = std::make_shared<Bridge>(world, std::move(socket), std::move(out.write),
                                          std::move(log.write), std::move(ended.write));
  world.spawn(Bridge::carry_in(carrier));
  world.spawn(Bridge::carry_out(carrier, std::move(lines)));
  auto program = std::make_unique<Spawned>();
  program->exit = std::move(ended.read);
  program->input = std::move(in.write);
  program->output = std::move(out.read);
  program->log = std::move(log.read);
  return IdleProgram(std::move(program));
}

}  // namespace parley::net
