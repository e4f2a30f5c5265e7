#include "harness/net/posix_process.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <chrono>
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
        counted_(traffic_),
        log_bytes_(limits.log_bytes),
        pid_(child.pid),
        exit_(world.executor(), child.exit.release()),
        input_(world.executor(), child.input.release()),
        output_(world.executor(), child.output.release()),
        log_(world.executor(), child.log.release()),
        lines_(limits.line_bytes),
        end_(child.ended),
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
    if (!end_ && !released_) note_end();
  }
  Result<IdleProgram> release();
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
  const Traffic::Program counted_;
  const std::size_t log_bytes_;
  pid_t pid_;
  Descriptor exit_;
  Descriptor input_;
  Descriptor output_;
  Descriptor log_;
  LineBuffer lines_;
  std::string log_tail_;
  bool log_ended_ = false;
  std::optional<ProcessEnd> end_;
  bool released_ = false;
  WaitList changed_;
};

Result<IdleProgram> Process::release() {
  if (released_ || !input_.is_open()) return closed("the program takes no input any more");
  int unread = 0;
  ::ioctl(output_.native_handle(), FIONREAD, &unread);
  if (unread > 0 || lines_.partial()) {
    return make_error(ErrorCode::kInvalid, "what the program wrote was not read");
  }
  released_ = true;
  auto program = std::make_unique<Spawned>();
  program->pid = std::exchange(pid_, -1);
  program->exit.reset(exit_.release());
  program->input.reset(input_.release());
  program->output.reset(output_.release());
  program->log.reset(log_.release());
  program->ended = end_;
  changed_.notify();
  return IdleProgram(std::move(program));
}

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
    if (self->released_) co_return closed("the program is elsewhere");
    // Waited for even where bytes are there already, so that a program that never stops writing
    // holds up nobody.
    if (self->output_.is_open() && !self->end_) {
      (void)co_await self->output_.async_wait(Descriptor::wait_read, kAwait);
    }
    bytes.resize(kReadSize);
    if (self->released_) continue;
    const Result<std::size_t> count = self->read_now(self->output_, bytes);
    if (!count.ok() && count.error().code == ErrorCode::kTimeout) continue;
    PARLEY_CO_TRY(count.ok() ? Status() : Status(count.error()));
    if (*count == 0) {
      co_return closed(self->lines_.partial() ? "the output ended in the middle of a line"
                                              : "the output ended");
    }
    self->traffic_->touch_line();
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
      self->traffic_->touch_line();
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
    if (self->released_) co_return closed("the program is elsewhere");
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
  if (self->end_) co_return;
  const auto [ec] = co_await self->exit_.async_wait(Descriptor::wait_read, kAwait);
  if (!ec && !self->end_ && !self->released_) self->note_end();
}

awaitable<void> Process::keep_log(std::shared_ptr<Process> self) {
  std::vector<char> bytes(kReadSize);
  for (;;) {
    if (self->log_.is_open() && !self->end_) {
      (void)co_await self->log_.async_wait(Descriptor::wait_read, kAwait);
    }
    if (self->released_) co_return;
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
  Result<IdleProgram> release() override { return process_->release(); }

 private:
  const std::shared_ptr<Process> process_;
};

// The program's exit, or `until`.
bool ends_by(const Spawned& program, std::chrono::steady_clock::time_point until) {
  pollfd watched{program.exit.get(), POLLIN, 0};
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    const int ready = ::poll(&watched, 1, static_cast<int>(std::max(left.count(), 0L)));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

std::unique_ptr<PosixProcess> watched(World& world, std::shared_ptr<Traffic> traffic, Spawned child,
                                      const ProcessLimits& limits) {
  traffic->expect_external();
  auto process = std::make_shared<Process>(world, std::move(traffic), std::move(child), limits);
  world.spawn(Process::watch(process));
  world.spawn(Process::keep_log(process));
  return std::make_unique<PosixProcess>(std::move(process));
}

}  // namespace

IdleProgram::IdleProgram(std::unique_ptr<Spawned> program) : program_(std::move(program)) {}

IdleProgram::~IdleProgram() {
  if (program_ && !program_->ended) reap(program_->pid);
}

IdleProgram::IdleProgram(IdleProgram&&) noexcept = default;

IdleProgram& IdleProgram::operator=(IdleProgram&& other) noexcept {
  std::swap(program_, other.program_);
  return *this;
}

std::unique_ptr<Spawned> IdleProgram::take() { return std::move(program_); }

std::vector<ProcessEnd> dismiss(std::vector<IdleProgram> programs,
                                std::chrono::milliseconds patience) {
  std::vector<std::unique_ptr<Spawned>> leaving;
  for (IdleProgram& one : programs) leaving.push_back(one.take());
  for (const auto& one : leaving) one->input.reset();
  const auto until = std::chrono::steady_clock::now() + patience;
  std::vector<ProcessEnd> ends;
  for (const auto& one : leaving) {
    if (!one->ended) (void)ends_by(*one, until);
    ends.push_back(one->ended ? *one->ended : reap(one->pid));
  }
  return ends;
}

Result<std::unique_ptr<ChildProcess>> start_process(World& world, std::shared_ptr<Traffic> traffic,
                                                    const Command& command,
                                                    const ProcessLimits& limits) {
  if (world.scheduler()->stopped()) {
    return make_error(ErrorCode::kClosed, "the world has been shut down");
  }
  PARLEY_ASSIGN(Spawned child, spawn(command));
  return std::unique_ptr<ChildProcess>(
      watched(world, std::move(traffic), std::move(child), limits));
}

Result<std::unique_ptr<Program>> take_in(World& world, std::shared_ptr<Traffic> traffic,
                                         IdleProgram program, const ProcessLimits& limits) {
  if (world.scheduler()->stopped()) {
    return make_error(ErrorCode::kClosed, "the world has been shut down");
  }
  const std::unique_ptr<Spawned> taken = program.take();
  return std::unique_ptr<Program>(watched(world, std::move(traffic), std::move(*taken), limits));
}

}  // namespace parley::net
