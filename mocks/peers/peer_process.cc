#include "mocks/peers/peer_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

extern char** environ;

namespace parley::peers {
namespace {

using std::chrono::steady_clock;

constexpr auto kPatience = std::chrono::seconds(60);
constexpr auto kEndPatience = std::chrono::seconds(5);
constexpr std::size_t kMaxOutput = 16 * 1024 * 1024;

Error system_error(std::string_view what) {
  return make_error(ErrorCode::kIo, fmt::format("{}: {}", what, std::strerror(errno)));
}

int milliseconds_until(steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
  return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

/// Waits for the child's end, and kills it where that does not come.
int reap(pid_t child, steady_clock::time_point deadline) {
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (steady_clock::now() >= deadline) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      break;
    }
    poll(nullptr, 0, 5);
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

struct Child {
  pid_t id = -1;
  int end = -1;  ///< this side of its standard input and output
};

/// A child whose standard input and output (and error, where asked) are one socket: unlike a pipe,
/// it can be written without SIGPIPE when the child has ended.
Result<Child> spawn(const std::vector<std::string>& arguments,
                    const std::vector<std::string>& environment, bool with_errors) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return system_error("socketpair");
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  if (with_errors) posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);

  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  std::vector<char*> env;
  for (const std::string& more : environment) env.push_back(const_cast<char*>(more.c_str()));
  for (char** variable = environ; *variable != nullptr; ++variable) env.push_back(*variable);
  env.push_back(nullptr);

  Child child;
  child.end = ends[0];
  const int failure = posix_spawnp(&child.id, argv[0], &actions, nullptr, argv.data(), env.data());
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (failure == 0) return child;
  close(ends[0]);
  errno = failure;
  return system_error(arguments.front());
}

Error not_found(std::string_view problem, std::string_view hint) {
  return make_error(ErrorCode::kNotFound, fmt::format("{}. {}", problem, hint));
}

}  // namespace

PeerProcess::PeerProcess(pid_t child, int socket) : child_(child), socket_(socket) {}

PeerProcess::PeerProcess(PeerProcess&& other) noexcept
    : child_(std::exchange(other.child_, -1)),
      socket_(std::exchange(other.socket_, -1)),
      peer_(std::move(other.peer_)),
      unread_(std::move(other.unread_)) {}

PeerProcess& PeerProcess::operator=(PeerProcess&& other) noexcept {
  if (this != &other) {
    end();
    child_ = std::exchange(other.child_, -1);
    socket_ = std::exchange(other.socket_, -1);
    peer_ = std::move(other.peer_);
    unread_ = std::move(other.unread_);
  }
  return *this;
}

PeerProcess::~PeerProcess() { end(); }

void PeerProcess::end() {
  if (child_ < 0) return;
  shutdown(socket_, SHUT_WR);
  reap(child_, steady_clock::now() + kEndPatience);
  close(socket_);
  child_ = -1;
}

Result<PeerProcess> PeerProcess::start(std::vector<std::string> arguments, std::string_view hint,
                                       std::vector<std::string> environment) {
  Result<Child> child = spawn(arguments, environment, /*with_errors=*/false);
  if (!child.ok()) return not_found(child.error().text(), hint);
  PeerProcess process(child->id, child->end);
  const Result<std::string> line = process.read_line(steady_clock::now() + kPatience);
  if (!line.ok()) {
    return not_found(fmt::format("{} said no hello: {}", arguments.back(), line.error().text()),
                     hint);
  }
  PARLEY_ASSIGN(const json::value hello, parse_json(*line, "hello of " + arguments.back()));
  const auto peer = hello.is_object() ? get_string(hello.get_object(), "peer") : std::nullopt;
  if (!peer) {
    return make_error(ErrorCode::kInvalid, fmt::format("{}: expected {{\"peer\": ...}}, got {}",
                                                       arguments.back(), line->substr(0, 200)));
  }
  process.peer_ = *peer;
  std::printf("[ PEER     ] %s\n", process.peer_.c_str());
  std::fflush(stdout);
  return process;
}

Result<json::object> PeerProcess::call(const json::object& request) {
  const auto deadline = steady_clock::now() + kPatience;
  PARLEY_TRY(write_line(json::serialize(request), deadline));
  PARLEY_ASSIGN(const std::string line, read_line(deadline));
  PARLEY_ASSIGN(json::value answer, parse_json(line, "answer of " + peer_));
  if (!answer.is_object()) {
    return make_error(ErrorCode::kInvalid, "expected an object, got " + line.substr(0, 200), peer_);
  }
  if (const json::object* error = get_object(answer.get_object(), "error")) {
    return make_error(ErrorCode::kRefused,
                      fmt::format("{}: {}", get_string(*error, "name").value_or(""),
                                  get_string(*error, "message").value_or("")));
  }
  return std::move(answer.get_object());
}

// Reads meanwhile, so that a child that answers while it is still asked cannot stall the two.
Status PeerProcess::write_line(std::string_view line, steady_clock::time_point deadline) {
  std::string bytes(line);
  bytes += '\n';
  for (std::size_t sent = 0; sent < bytes.size();) {
    PARLEY_ASSIGN(const short ready, wait_for(POLLIN | POLLOUT, deadline));
    if ((ready & POLLIN) != 0) PARLEY_TRY(read_some());
    if ((ready & POLLOUT) == 0) continue;
    const ssize_t n =
        send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n < 0) return make_error(ErrorCode::kClosed, "the process has ended", peer_);
    sent += static_cast<std::size_t>(n);
  }
  return {};
}

Result<std::string> PeerProcess::read_line(steady_clock::time_point deadline) {
  std::size_t searched = 0;
  for (;;) {
    const std::size_t end = unread_.find('\n', searched);
    if (end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    searched = unread_.size();
    PARLEY_TRY(wait_for(POLLIN, deadline));
    PARLEY_TRY(read_some());
  }
}

/// Which of `events` has come; the child's end counts as something to read.
Result<short> PeerProcess::wait_for(short events, steady_clock::time_point deadline) {
  for (;;) {
    pollfd ready{socket_, events, 0};
    const int count = poll(&ready, 1, milliseconds_until(deadline));
    if (count < 0 && errno == EINTR) continue;
    if (count == 0) return make_error(ErrorCode::kTimeout, "no answer in time", peer_);
    const bool ended = (ready.revents & (POLLHUP | POLLERR)) != 0;
    return static_cast<short>(ended ? ready.revents | POLLIN : ready.revents);
  }
}

Status PeerProcess::read_some() {
  if (unread_.size() > kMaxOutput) return make_error(ErrorCode::kLimit, "over 16 MiB", peer_);
  char buffer[64 * 1024];
  const ssize_t n = read(socket_, buffer, sizeof buffer);
  if (n < 0 && errno == EINTR) return {};
  if (n <= 0) return make_error(ErrorCode::kClosed, "the process has ended", peer_);
  unread_.append(buffer, static_cast<std::size_t>(n));
  return {};
}

Result<ProgramOutput> run_program(std::vector<std::string> arguments, std::string_view hint,
                                  std::chrono::seconds patience) {
  Result<Child> child = spawn(arguments, {}, /*with_errors=*/true);
  if (!child.ok()) return not_found(child.error().text(), hint);
  shutdown(child->end, SHUT_WR);
  const auto deadline = steady_clock::now() + patience;
  ProgramOutput output;
  bool in_time = true;
  for (char buffer[64 * 1024];;) {
    pollfd ready{child->end, POLLIN, 0};
    const int count = poll(&ready, 1, milliseconds_until(deadline));
    if (count < 0 && errno == EINTR) continue;
    in_time = count != 0;
    if (!in_time || output.out.size() > kMaxOutput) break;
    const ssize_t n = read(child->end, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    output.out.append(buffer, static_cast<std::size_t>(n));
  }
  close(child->end);
  const bool too_long = output.out.size() > kMaxOutput;
  output.status = reap(child->id, in_time && !too_long ? deadline : steady_clock::now());
  if (!in_time) return make_error(ErrorCode::kTimeout, arguments.front() + " did not end");
  if (too_long) return make_error(ErrorCode::kLimit, arguments.front() + " wrote over 16 MiB");
  return output;
}

}  // namespace parley::peers
