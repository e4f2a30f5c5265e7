// Files, whole: read with a limit, written so that no half of one is ever seen.
#pragma once

#include <filesystem>

#include "harness/base/bytes.h"
#include "harness/base/result.h"

namespace parley {

/// The file's bytes. kNotFound, kIo, or kLimit where it is larger than `limit`.
Result<Bytes> read_file(const std::filesystem::path& path, std::size_t limit = 64 * 1024 * 1024);
Result<std::string> read_text_file(const std::filesystem::path& path,
                                   std::size_t limit = 64 * 1024 * 1024);

/// Writes to a temporary name in the same folder, then renames: readers see the old file or the new
/// one.
Status write_file_atomically(const std::filesystem::path& path, BytesView bytes);
Status write_file_atomically(const std::filesystem::path& path, std::string_view text);

}  // namespace parley
