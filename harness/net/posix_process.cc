#include "harness/net/posix_process.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "harness/net/line_buffer.h"
#include "harness/net/posix_spawn.h"
#include "harness/net/scheduler.h"

namespace parley::net {

namespace {

using boost::system::error_code;
using Descriptor = asio::posix::stream_descriptor;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadSize = 64 * 1024;
// How long the log of a process that has ended may still take to be read.
constexpr Duration kLastWords = std::chrono::seconds(1);

Error closed(std::string message) { return make_error(ErrorCode::kClosed, std::move(message)); }

class Process {
 public:
  Process(World& world, std::shared_ptr<Traffic> traffic, Spawned child,
          const ProcessLimits& limits)
      : world_(world),
        scheduler_(world.scheduler()),
        traffic_(std::move(traffic)),
        log_bytes_(limits.log_bytes),
        pid_(child.pid),
        exit_(world.executor(), child.exit.release()),
        input_(world.executor(), child.input.release()),
        output_(world.executor(), child.output.release()),
        log_(world.executor(), child.log.release()),
        lines_(limits.line_bytes),
        changed_(world.scheduler()) {}
  ~Process() { end(); }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Static, so that the operation keeps the process alive when its owner drops it.
  static awaitable<Result<std::string>> read_line(std::shared_ptr<Process> self);
  static awaitable<Status> write_line(std::shared_ptr<Process> self, std::string line);
  static awaitable<Result<ProcessEnd>> wait(std::shared_ptr<Process> self, TimePoint deadline);
  static awaitable<void> watch(std::shared_ptr<Process> self);
  static awaitable<void> keep_log(std::shared_ptr<Process> self);

  void close_input() {
    error_code ignored;
    input_.close(ignored);
  }
  void kill() {
    if (!end_) note_end();
  }
  /// Nothing of it is left afterwards.
  void end() {
    kill();
    error_code ignored;
    for (Descriptor* file : {&exit_, &input_, &output_, &log_}) file->close(ignored);
  }
  const std::string& log_tail() const { return log_tail_; }

 private:
  /// Reads what is there into `into`: the number of bytes, 0 at the end; kTimeout where nothing is
  /// there.
  Result<std::size_t> read_now(Descriptor& file, std::span<char> into);
  void note_end();

  World& world_;
  const std::shared_ptr<Scheduler> scheduler_;  // outlives the descriptors
  const std::shared_ptr<Traffic> traffic_;
  const std::size_t log_bytes_;
  const pid_t pid_;
  Descriptor exit_;
  Descriptor input_;
  Descriptor output_;
  Descriptor log_;
  LineBuffer lines_;
  std::string log_tail_;
  bool log_ended_ = false;
  std::optional<ProcessEnd> end_;
  WaitList changed_;
};

void Process::note_end() {
  end_ = reap(pid_);
  // Whoever holds the pipes open beyond the end of the process group is not waited for.
  error_code ignored;
  if (output_.is_open()) output_.cancel(ignored);
  if (log_.is_open()) log_.cancel(ignored);
  changed_.notify();
}

Result<std::size_t> Process::read_now(Descriptor& file, std::span<char> into) {
  for (;;) {
    if (!file.is_open()) return std::size_t{0};
    const ssize_t count = ::read(file.native_handle(), into.data(), into.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return make_error(ErrorCode::kIo, std::strerror(errno));
    if (end_) return std::size_t{0};
    return make_error(ErrorCode::kTimeout, "nothing there yet");
  }
}

awaitable<Result<std::string>> Process::read_line(std::shared_ptr<Process> self) {
  std::vector<char> bytes;
  for (;;) {
    PARLEY_CO_ASSIGN(std::optional<std::string> line, self->lines_.next());
    if (line) co_return *std::move(line);
    if (self->scheduler_->stopped()) co_return closed("the world has been shut down");
    // Waited for even where bytes are there already, so that a program that never stops writing
    // holds up nobody.
    if (self->output_.is_open() && !self->end_) {
      (void)co_await self->output_.async_wait(Descriptor::wait_read, kAwait);
    }
    bytes.resize(kReadSize);
    const Result<std::size_t> count = self->read_now(self->output_, bytes);
    if (!count.ok() && count.error().code == ErrorCode::kTimeout) continue;
    PARLEY_CO_TRY(count.ok() ? Status() : Status(count.error()));
    if (*count == 0) {
      co_return closed(self->lines_.partial() ? "the output ended in the middle of a line"
                                              : "the output ended");
    }
    self->traffic_->touch();
    self->lines_.feed({bytes.data(), *count});
  }
}

awaitable<Status> Process::write_line(std::shared_ptr<Process> self, std::string line) {
  line += '\n';
  std::size_t done = 0;
  while (done < line.size()) {
    if (!self->input_.is_open() || self->end_ || self->scheduler_->stopped()) {
      co_return closed("the program takes no input any more");
    }
    const ssize_t count =
        write_quietly(self->input_.native_handle(), line.data() + done, line.size() - done);
    if (count >= 0) {
      done += static_cast<std::size_t>(count);
      self->traffic_->touch();
    } else if (errno == EAGAIN) {
      (void)co_await self->input_.async_wait(Descriptor::wait_write, kAwait);
    } else if (errno == EPIPE) {
      co_return closed("the program has closed its standard input");
    } else if (errno != EINTR) {
      co_return make_error(ErrorCode::kIo, std::strerror(errno));
    }
  }
  co_return Status();
}

awaitable<Result<ProcessEnd>> Process::wait(std::shared_ptr<Process> self, TimePoint deadline) {
  while (!self->end_) {
    if (self->world_.now() >= deadline) {
      co_return make_error(ErrorCode::kTimeout, "the program has not ended");
    }
    co_await self->changed_.wait(deadline);
  }
  const TimePoint last = self->world_.now() + kLastWords;
  while (!self->log_ended_ && self->world_.now() < last) co_await self->changed_.wait(last);
  co_return *self->end_;
}

awaitable<void> Process::watch(std::shared_ptr<Process> self) {
  const auto [ec] = co_await self->exit_.async_wait(Descriptor::wait_read, kAwait);
  if (!ec && !self->end_) self->note_end();
}

awaitable<void> Process::keep_log(std::shared_ptr<Process> self) {
  std::vector<char> bytes(kReadSize);
  for (;;) {
    if (self->log_.is_open() && !self->end_) {
      (void)co_await self->log_.async_wait(Descriptor::wait_read, kAwait);
    }
    const Result<std::size_t> count = self->read_now(self->log_, bytes);
    if (!count.ok() && count.error().code == ErrorCode::kTimeout) continue;
    if (!count.ok() || *count == 0) break;
    self->log_tail_.append(bytes.data(), *count);
    if (self->log_tail_.size() > self->log_bytes_) {
      self->log_tail_.erase(0, self->log_tail_.size() - self->log_bytes_);
    }
  }
  self->log_ended_ = true;
  self->changed_.notify();
}

class PosixProcess final : public ChildProcess {
 public:
  explicit PosixProcess(std::shared_ptr<Process> process) : process_(std::move(process)) {}
  ~PosixProcess() override { process_->end(); }
  PosixProcess(const PosixProcess&) = delete;
  PosixProcess& operator=(const PosixProcess&) = delete;

  awaitable<Result<std::string>> read_line() override { return Process::read_line(process_); }
  awaitable<Status> write_line(std::string line) override {
    return Process::write_line(process_, std::move(line));
  }
  void close_input() override { process_->close_input(); }
  awaitable<Result<ProcessEnd>> wait(TimePoint deadline) override {
    return Process::wait(process_, deadline);
  }
  void kill() override { process_->kill(); }
  const std::string& log_tail() const override { return process_->log_tail(); }

 private:
  const std::shared_ptr<Process> process_;
};

}  // namespace

Result<std::unique_ptr<ChildProcess>> start_process(World& world, std::shared_ptr<Traffic> traffic,
                                                    const Command& command,
                                                    const ProcessLimits& limits) {
  if (world.scheduler()->stopped()) {
    return make_error(ErrorCode::kClosed, "the world has been shut down");
  }
  PARLEY_ASSIGN(Spawned child, spawn(command));
  traffic->expect_external();
  auto process = std::make_shared<Process>(world, std::move(traffic), std::move(child), limits);
  world.spawn(Process::watch(process));
  world.spawn(Process::keep_log(process));
  std::unique_ptr<ChildProcess> handle = std::make_unique<PosixProcess>(std::move(process));
  return handle;
}

}  // namespace parley::net
