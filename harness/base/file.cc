#include "harness/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace parley {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

Error system_error(const std::filesystem::path& path, int number) {
  return make_error(number == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo, std::strerror(number),
                    path.string());
}

}  // namespace

Result<Bytes> read_file(const std::filesystem::path& path, std::size_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return system_error(path, errno);
  struct stat info{};
  if (::fstat(file.get(), &info) != 0) return system_error(path, errno);
  if (S_ISDIR(info.st_mode)) return system_error(path, EISDIR);
  Bytes out;
  // The size is only a hint: pipes and /proc files have none, and a file may grow meanwhile.
  if (info.st_size > 0) out.reserve(std::min(static_cast<std::size_t>(info.st_size), limit));
  ByteArray<64 * 1024> chunk;
  for (;;) {
    const ssize_t count = ::read(file.get(), chunk.data(), chunk.size());
    if (count < 0) {
      if (errno == EINTR) continue;
      return system_error(path, errno);
    }
    if (count == 0) return out;
    if (out.size() + static_cast<std::size_t>(count) > limit) {
      return make_error(ErrorCode::kLimit, "larger than " + std::to_string(limit) + " bytes",
                        path.string());
    }
    append(out, BytesView(chunk).first(static_cast<std::size_t>(count)));
  }
}

Result<std::string> read_text_file(const std::filesystem::path& path, std::size_t limit) {
  PARLEY_ASSIGN(const Bytes bytes, read_file(path, limit));
  return std::string(as_text(bytes));
}

Status write_file_atomically(const std::filesystem::path& path, BytesView bytes) {
  std::string temporary = path.string() + ".XXXXXX";
  Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (file.get() < 0) return system_error(path, errno);
  const auto give_up = [&](int number) {
    ::unlink(temporary.c_str());
    return system_error(path, number);
  };
  while (!bytes.empty()) {
    const ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
    if (count < 0) {
      if (errno == EINTR) continue;
      return give_up(errno);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  // mkostemp made it private; a report is for everybody whom the folder lets in.
  if (::fchmod(file.get(), 0644) != 0) return give_up(errno);
  if (::close(file.release()) != 0) return give_up(errno);
  if (::rename(temporary.c_str(), path.c_str()) != 0) return give_up(errno);
  return {};
}

Status write_file_atomically(const std::filesystem::path& path, std::string_view text) {
  return write_file_atomically(path, as_bytes(text));
}

}  // namespace parley
