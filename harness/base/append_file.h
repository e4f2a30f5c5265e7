// A file that grows while something goes on: what was appended is there even if the process dies.
#pragma once

#include <filesystem>
#include <string_view>

#include "harness/base/result.h"

namespace parley {

class AppendFile {
 public:
  /// Creates the file, readable by all, or empties it. kIo, with the place, where that fails.
  static Result<AppendFile> create(const std::filesystem::path& path);
  /// The same without emptying it: continues what is there.
  static Result<AppendFile> continue_at(const std::filesystem::path& path);
  ~AppendFile();
  AppendFile(AppendFile&& other) noexcept;
  AppendFile& operator=(AppendFile&& other) noexcept;

  /// All of it, or kIo: what went before stays.
  Status append(std::string_view text);
  /// What was appended so far outlives the machine's fall, too. kIo.
  Status sync();

 private:
  static Result<AppendFile> open(const std::filesystem::path& path, int flags);
  AppendFile(std::filesystem::path path, int descriptor);
  std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace parley
