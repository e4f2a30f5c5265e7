// A lab's ledger: every run is entered before its first message and again when its statement is
// signed, and no entry ever changes. Whoever shows one green run of twenty is found out by the
// other nineteen.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/crypto/hash.h"
#include "harness/evidence/transparency_log.h"

namespace parley::evidence {

/// What is fixed before a run: entered before the first message.
struct RunOpened {
  std::string run_id;
  TimePoint time{};               ///< in whole seconds
  std::string iut;                ///< "PartnerApp@3.1.0"
  crypto::Digest32 iut_sha256{};  ///< of what identifies the implementation under test
  std::string profile;            ///< "messaging-1to1/2026.11"
  crypto::Digest32 plan_sha256{};
  std::string nonce{};  ///< of who asked for the run; may be empty

  bool operator==(const RunOpened&) const = default;
};

/// How it ended.
struct RunClosed {
  std::string run_id;
  TimePoint time{};
  /// Of the payloads that were signed: of the confidential edition, and of the public one. Each
  /// says what the other does of the same transcript; a third cannot be shown to be this run's.
  crypto::Digest32 statement_sha256{};
  crypto::Digest32 public_statement_sha256{};

  bool operator==(const RunClosed&) const = default;
};

using LedgerEntry = std::variant<RunOpened, RunClosed>;

/// One line of ledger.jsonl without its newline, canonical JSON: the leaf of the ledger's tree. The
/// entry's fraction of a second is not written.
std::string to_line(const LedgerEntry& entry);
/// The reverse; kInvalid for anything that to_line would not have written.
Result<LedgerEntry> parse_ledger_line(std::string_view line);

class Ledger {
 public:
  /// Reads a whole ledger, of at most a million entries, by the rules of append(). A last line
  /// without its newline is kInvalid, as any other: whoever keeps the file may drop it where no
  /// checkpoint has covered it yet. `where` of an error names the line.
  static Result<Ledger> read(std::string_view text);

  /// Adds an entry and says its index. kInvalid for a run id that is empty or was entered before, a
  /// run closed that is not open, or a time before the last entry's.
  Result<std::uint64_t> append(const LedgerEntry& entry);

  const std::vector<LedgerEntry>& entries() const { return entries_; }
  TreeHead head() const { return {tree_.size(), tree_.root()}; }
  /// The indices of a run's entries; nothing where there is none.
  std::optional<std::uint64_t> opened(std::string_view run_id) const;
  std::optional<std::uint64_t> closed(std::string_view run_id) const;
  /// How many runs of the same implementation and profile were opened before the one at `index`;
  /// nothing where no run was opened there.
  std::optional<std::uint64_t> previous_runs(std::uint64_t index) const;
  /// The same of a run that is about to be opened.
  std::uint64_t previous_runs(const RunOpened& next) const;

  /// The head as a signed checkpoint of the log `origin`.
  Result<std::string> checkpoint(const std::string& origin, const crypto::SigningKey& key) const;

  /// Whether the ledger once had this head: kAuth where it had another at that size (somebody has
  /// rewritten it), kInvalid where it is shorter (somebody has cut it).
  Status continues(const Checkpoint& older) const;
  /// The proof that the entry at `index` is in `checkpoint`, a signed note that this ledger gave
  /// out; with the entry itself. kInvalid where it is not in there; errors of continues().
  Result<TlogProof> prove(std::uint64_t index, const std::string& checkpoint) const;
  /// The proof that `checkpoint` continues `older`; both are of this ledger.
  Result<ConsistencyProof> prove_growth(const Checkpoint& older,
                                        const std::string& checkpoint) const;

 private:
  struct Run {
    std::uint64_t opened = 0;
    std::optional<std::uint64_t> closed;
  };

  std::vector<LedgerEntry> entries_;
  MerkleTree tree_;
  std::map<std::string, Run, std::less<>> runs_;
};

}  // namespace parley::evidence
