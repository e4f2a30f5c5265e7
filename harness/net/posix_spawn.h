// Starts a program with three pipes, in a process group of its own, holding no other file of ours.
#pragma once

#include <sys/types.h>

#include <optional>
#include <utility>

#include "harness/base/result.h"
#include "harness/net/child_process.h"

namespace parley::net {

/// A file descriptor that is closed when it goes.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) : number_(number) {}
  ~FileDescriptor() { reset(); }
  FileDescriptor(FileDescriptor&& other) noexcept : number_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }

  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }
  void reset(int number = -1);

 private:
  int number_ = -1;
};

/// Both ends close on exec, and lie above the standard streams.
struct Pipe {
  FileDescriptor read;
  FileDescriptor write;
};
Result<Pipe> make_pipe();
/// From now on reading or writing there waits for nothing.
Status unblock(const FileDescriptor& file);

/// A program by the ends that we hold of it.
struct Spawned {
  pid_t pid = -1;        ///< negative: a process that is not ours
  FileDescriptor exit;   ///< readable once the process has ended, or its end of this was closed
  FileDescriptor input;  ///< the three ends that are ours; none blocks
  FileDescriptor output;
  FileDescriptor log;
  std::optional<ProcessEnd> ended;  ///< it was seen to end, and was reaped
};

/// kNotFound where there is no such program, kIo for any other trouble.
Result<Spawned> spawn(const Command& command);

/// Kills whatever is left of the process group, and waits for the process itself. Who is not ours
/// is left alone: the end of its connection is its end here.
ProcessEnd reap(pid_t pid);

/// write(2) without the signal that a broken pipe brings: it gives EPIPE instead.
ssize_t write_quietly(int file, const char* data, std::size_t size);

}  // namespace parley::net
