#include "harness/cli/lab_keys.h"

#include <sys/stat.h>

#include <utility>

#include "harness/base/file.h"

namespace parley::cli {

namespace {

constexpr std::size_t kMaxFile = 256 * 1024;

}  // namespace

Result<LabKeys> load_lab_keys(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / kKeyFile;
  struct stat info{};
  if (::stat(path.c_str(), &info) == 0 && (info.st_mode & 077) != 0) {
    return make_error(ErrorCode::kInvalid, "others may read this secret key: chmod 600 it first",
                      path.string());
  }
  PARLEY_ASSIGN(const std::string pem, read_text_file(path, kMaxFile));
  Result<crypto::SigningKey> key = crypto::SigningKey::from_pem(pem);
  if (!key.ok()) return at(path.string(), std::move(key).error());
  PARLEY_ASSIGN(std::string chain, read_text_file(folder / kChainFile, kMaxFile));
  return LabKeys{*std::move(key), std::move(chain)};
}

}  // namespace parley::cli
