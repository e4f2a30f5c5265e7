#include "harness/cli/ledger_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "harness/base/append_file.h"
#include "harness/base/file.h"

namespace parley::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxLedger = std::size_t{1} << 30;

Result<int> locked(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return make_error(ErrorCode::kIo, std::strerror(errno), path.string());
  while (::flock(file, LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    const int failure = errno;
    ::close(file);
    return make_error(ErrorCode::kIo, std::strerror(failure), path.string());
  }
  return file;
}

/// The file's text; nothing where there is no file.
Result<std::string> text_or_nothing(const fs::path& path, std::size_t limit) {
  Result<std::string> text = read_text_file(path, limit);
  if (!text.ok() && text.error().code == ErrorCode::kNotFound) return std::string();
  return text;
}

}  // namespace

LedgerFolder::LedgerFolder(fs::path folder, const LabKeys& keys, int lock)
    : folder_(std::move(folder)), key_(keys.key), origin_(keys.ledger_origin), lock_(lock) {}

LedgerFolder::~LedgerFolder() {
  if (lock_ >= 0) ::close(lock_);
}

LedgerFolder::LedgerFolder(LedgerFolder&& other) noexcept
    : folder_(std::move(other.folder_)),
      key_(other.key_),
      origin_(std::move(other.origin_)),
      lock_(std::exchange(other.lock_, -1)),
      ledger_(std::move(other.ledger_)),
      checkpoint_(std::move(other.checkpoint_)) {}

Result<LedgerFolder> LedgerFolder::open(const fs::path& folder, const LabKeys& keys) {
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec) return make_error(ErrorCode::kIo, ec.message(), folder.string());
  PARLEY_ASSIGN(const int lock, locked(folder / kLockFile));
  LedgerFolder out(folder, keys, lock);
  PARLEY_TRY(out.read());
  return out;
}

Status LedgerFolder::read() {
  PARLEY_ASSIGN(const evidence::NoteKey known,
                evidence::NoteKey::create(origin_, key_.public_key()));
  const fs::path path = folder_ / kLedgerFile;
  PARLEY_ASSIGN(std::string text, text_or_nothing(path, kMaxLedger));
  PARLEY_ASSIGN(checkpoint_, text_or_nothing(folder_ / kCheckpointFile, kMaxLedger));
  // npos + 1 is 0: without a newline there is no entry.
  const std::size_t whole = text.rfind('\n') + 1;
  Result<evidence::Ledger> ledger = evidence::Ledger::read(std::string_view(text).substr(0, whole));
  if (!ledger.ok()) return at(path.string(), std::move(ledger).error());
  ledger_ = *std::move(ledger);
  if (checkpoint_.empty()) {
    if (!text.empty()) {
      return make_error(ErrorCode::kInvalid,
                        "is missing, and the ledger has entries: put it back from a copy",
                        (folder_ / kCheckpointFile).string());
    }
    return sign();
  }
  const auto newest = evidence::verify_checkpoint(checkpoint_, known);
  if (!newest.ok()) return at((folder_ / kCheckpointFile).string(), newest.error());
  const Status continues = ledger_.continues(*newest);
  if (!continues.ok()) return at(path.string(), continues.error());
  if (whole < text.size()) {
    std::error_code ec;
    fs::resize_file(path, whole, ec);
    if (ec) return make_error(ErrorCode::kIo, ec.message(), path.string());
  }
  // An entry whose writer fell before it could sign.
  return newest->head.size == ledger_.entries().size() ? Status() : sign();
}

Status LedgerFolder::sign() {
  PARLEY_ASSIGN(std::string checkpoint, ledger_.checkpoint(origin_, key_));
  PARLEY_TRY(write_file_atomically(folder_ / kCheckpointFile, checkpoint));
  checkpoint_ = std::move(checkpoint);
  return {};
}

Result<std::uint64_t> LedgerFolder::append(const evidence::LedgerEntry& entry) {
  PARLEY_ASSIGN(const std::uint64_t index, ledger_.append(entry));
  PARLEY_ASSIGN(AppendFile file, AppendFile::continue_at(folder_ / kLedgerFile));
  PARLEY_TRY(file.append(evidence::to_line(entry) + "\n"));
  PARLEY_TRY(file.sync());
  PARLEY_TRY(sign());
  return index;
}

Result<evidence::TlogProof> LedgerFolder::prove(std::uint64_t index) const {
  return ledger_.prove(index, checkpoint_);
}

}  // namespace parley::cli
