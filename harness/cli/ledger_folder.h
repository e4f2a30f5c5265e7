// A lab's ledger as a folder: ledger.jsonl, which only grows, checkpoint, the newest signed head,
// and lock, which whoever adds an entry holds meanwhile. Entries are on the disk before a
// checkpoint covers them, and covered before anybody relies on them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "harness/base/result.h"
#include "harness/cli/lab_keys.h"
#include "harness/evidence/ledger.h"

namespace parley::cli {

inline constexpr const char* kLedgerFile = "ledger.jsonl";
inline constexpr const char* kCheckpointFile = "checkpoint";
inline constexpr const char* kLockFile = "lock";
/// In a run's folder: the proof that the run was opened, as it was before its first message.
inline constexpr const char* kRunOpenFile = "ledger.tlog-proof";

/// Holds the lock while it lives: open it, add, let it go.
class LedgerFolder {
 public:
  /// Waits for the lock; creates the folder where it is missing. What a fall has left of a last
  /// entry is dropped. kAuth or kInvalid where the file is not what its checkpoint has: somebody
  /// has rewritten or cut it; kUnsupported for a lab key that is not Ed25519; kIo.
  static Result<LedgerFolder> open(const std::filesystem::path& folder, const LabKeys& keys);
  ~LedgerFolder();
  LedgerFolder(LedgerFolder&& other) noexcept;
  LedgerFolder& operator=(LedgerFolder&&) = delete;
  LedgerFolder(const LedgerFolder&) = delete;
  LedgerFolder& operator=(const LedgerFolder&) = delete;

  /// Adds an entry, puts it on the disk and signs the new head. Its index.
  Result<std::uint64_t> append(const evidence::LedgerEntry& entry);
  /// That the entry is under the newest checkpoint.
  Result<evidence::TlogProof> prove(std::uint64_t index) const;

  const evidence::Ledger& ledger() const { return ledger_; }
  const std::string& checkpoint() const { return checkpoint_; }

 private:
  LedgerFolder(std::filesystem::path folder, const LabKeys& keys, int lock);
  Status read();
  Status sign();

  std::filesystem::path folder_;
  crypto::SigningKey key_;
  std::string origin_;
  int lock_ = -1;
  evidence::Ledger ledger_;
  std::string checkpoint_;
};

}  // namespace parley::cli
