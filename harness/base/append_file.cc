#include "harness/base/append_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace parley {
namespace {

Error io_error(const std::filesystem::path& path, int number) {
  return make_error(ErrorCode::kIo, std::generic_category().message(number), path.string());
}

}  // namespace

AppendFile::AppendFile(std::filesystem::path path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {}

AppendFile::~AppendFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

AppendFile& AppendFile::operator=(AppendFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Result<AppendFile> AppendFile::open(const std::filesystem::path& path, int flags) {
  const int descriptor =
      ::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC | flags, 0644);
  if (descriptor < 0) return io_error(path, errno);
  return AppendFile(path, descriptor);
}

Result<AppendFile> AppendFile::create(const std::filesystem::path& path) {
  return open(path, O_TRUNC);
}

Result<AppendFile> AppendFile::continue_at(const std::filesystem::path& path) {
  return open(path, 0);
}

Status AppendFile::append(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor_, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return io_error(path_, errno);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Status AppendFile::sync() {
  if (::fdatasync(descriptor_) != 0) return io_error(path_, errno);
  return {};
}

}  // namespace parley
