#include "harness/net/posix_spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

namespace parley::net {

namespace {

constexpr int kFirstFree = 3;  // after standard input, output and error

Error system_error(const std::string& what, int error) {
  return make_error(ErrorCode::kIo, what + ": " + std::strerror(error));
}

// Above the standard ones, which a child's ends are copied onto.
Status lift(FileDescriptor& file) {
  if (file.get() >= kFirstFree) return {};
  const int lifted = ::fcntl(file.get(), F_DUPFD_CLOEXEC, kFirstFree);
  if (lifted < 0) return system_error("a pipe", errno);
  file.reset(lifted);
  return {};
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> out;
  for (const std::string& word : words) out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

// The attributes and file actions of posix_spawn, which want to be destroyed.
class SpawnPlan {
 public:
  SpawnPlan(int input, int output, int log) {
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_init(&files_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    posix_spawn_file_actions_adddup2(&files_, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files_, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files_, log, STDERR_FILENO);
    // Sockets of this and of other Worlds: a child that held them would keep them open.
    posix_spawn_file_actions_addclosefrom_np(&files_, kFirstFree);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  int run(pid_t& pid, const Command& command) const {
    const std::vector<char*> arguments = pointers(command.arguments);
    const std::vector<char*> environment = pointers(command.environment);
    return ::posix_spawnp(&pid, arguments[0], &files_, &attributes_, arguments.data(),
                          environment.data());
  }

 private:
  posix_spawnattr_t attributes_;
  posix_spawn_file_actions_t files_;
};

}  // namespace

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("a pipe", errno);
  Pipe pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
  PARLEY_TRY(lift(pipe.read));
  PARLEY_TRY(lift(pipe.write));
  return pipe;
}

Status unblock(const FileDescriptor& file) {
  const int flags = ::fcntl(file.get(), F_GETFL);
  if (flags < 0 || ::fcntl(file.get(), F_SETFL, flags | O_NONBLOCK) != 0) {
    return system_error("a pipe", errno);
  }
  return {};
}

std::string Command::text() const {
  std::string out;
  for (const std::string& argument : arguments) out += (out.empty() ? "" : " ") + argument;
  return out;
}

std::string ProcessEnd::text() const {
  if (!ours) return "ended its connection";
  return signal == 0 ? "exited with code " + std::to_string(exit_code)
                     : "was killed by signal " + std::to_string(signal);
}

void FileDescriptor::reset(int number) {
  if (number_ >= 0) ::close(number_);
  number_ = number;
}

Result<Spawned> spawn(const Command& command) {
  if (command.arguments.empty() || command.arguments[0].empty()) {
    return make_error(ErrorCode::kInvalid, "no program is named");
  }
  PARLEY_ASSIGN(Pipe input, make_pipe());
  PARLEY_ASSIGN(Pipe output, make_pipe());
  PARLEY_ASSIGN(Pipe log, make_pipe());
  for (const FileDescriptor* ours : {&input.write, &output.read, &log.read}) {
    PARLEY_TRY(unblock(*ours));
  }
  Spawned child;
  const SpawnPlan plan(input.read.get(), output.write.get(), log.write.get());
  if (const int error = plan.run(child.pid, command); error != 0) {
    const bool missing = error == ENOENT || error == EACCES || error == ENOTDIR;
    return make_error(missing ? ErrorCode::kNotFound : ErrorCode::kIo,
                      "cannot start \"" + command.arguments[0] + "\": " + std::strerror(error) +
                          (missing ? "; name a program in PATH, or give the path to it" : ""));
  }
  // Through syscall(): the header of glibc 2.36 declares pidfd_open for C only.
  child.exit.reset(static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0U)));
  if (child.exit.get() < 0) {
    const int error = errno;
    reap(child.pid);
    return system_error("watching the process (Linux 5.3 or newer is needed)", error);
  }
  child.input = std::move(input.write);
  child.output = std::move(output.read);
  child.log = std::move(log.read);
  return child;
}

ProcessEnd reap(pid_t pid) {
  if (pid < 0) return {.ours = false};
  // Before waiting: as long as the process is not reaped, nobody else can have its number.
  ::kill(-pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  ProcessEnd end;
  if (WIFSIGNALED(status)) {
    end.signal = WTERMSIG(status);
  } else {
    end.exit_code = WEXITSTATUS(status);
  }
  return end;
}

ssize_t write_quietly(int file, const char* data, std::size_t size) {
  sigset_t broken_pipe;
  sigset_t before;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &broken_pipe, &before);
  const ssize_t written = ::write(file, data, size);
  const int error = errno;
  if (written < 0 && error == EPIPE) {
    const timespec now{};
    while (::sigtimedwait(&broken_pipe, nullptr, &now) < 0 && errno == EINTR) {
    }
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return written;
}

}  // namespace parley::net
