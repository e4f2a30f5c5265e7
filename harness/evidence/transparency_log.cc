#include "harness/evidence/transparency_log.h"

#include <charconv>
#include <optional>
#include <utility>

#include "harness/base/encoding.h"

namespace parley::evidence {
namespace {

constexpr std::string_view kProofHeader = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::size_t kMaxPath = 64;  ///< a tree of 2^64 leaves has no longer one
constexpr std::size_t kMaxText = 1024 * 1024 + 8192;

/// Lines off the front of a text; every one must be ended.
class Lines {
 public:
  Lines(std::string_view text, std::string what) : rest_(text), what_(std::move(what)) {}

  Result<std::string_view> next() {
    ++number_;
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) return wrong("the text ends within a line, or too early");
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return line;
  }
  std::string_view rest() const { return rest_; }
  Error wrong(std::string why) const {
    return make_error(ErrorCode::kInvalid, std::move(why),
                      what_ + ", line " + std::to_string(number_));
  }

 private:
  std::string_view rest_;
  std::string what_;
  std::size_t number_ = 0;
};

/// Decimal digits without a leading zero.
std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (std::to_string(value) != text) return std::nullopt;
  return value;
}

std::optional<TreeHash> hash_of(std::string_view text) {
  const Result<Bytes> bytes = decode_base64(text);
  if (!bytes || bytes->size() != 32) return std::nullopt;
  return to_array<32>(*bytes);
}

/// "word N" on the next line.
Result<std::uint64_t> numbered(Lines& lines, std::string_view word) {
  PARLEY_ASSIGN(const std::string_view line, lines.next());
  const auto number = line.starts_with(word) ? number_of(line.substr(word.size())) : std::nullopt;
  if (!number) return lines.wrong("must be \"" + std::string(word) + "\" and a number");
  return *number;
}

/// Hashes, one per line, up to an empty line.
Result<MerkleProof> path_of(Lines& lines) {
  MerkleProof path;
  for (;;) {
    PARLEY_ASSIGN(const std::string_view line, lines.next());
    if (line.empty()) return path;
    if (path.size() == kMaxPath) return lines.wrong("a proof has at most 64 hashes");
    const auto hash = hash_of(line);
    if (!hash) return lines.wrong("must be 32 bytes in strict base64");
    path.push_back(*hash);
  }
}

std::string lines_of(const MerkleProof& path) {
  std::string out;
  for (const TreeHash& hash : path) out += base64(hash) + "\n";
  return out;
}

Status check_size(std::string_view text, std::string_view what) {
  if (text.size() <= kMaxText) return {};
  return make_error(ErrorCode::kLimit, "is over 1 MiB", std::string(what));
}

}  // namespace

std::string to_text(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.head.size) + "\n" +
         base64(checkpoint.head.root) + "\n";
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  Lines lines(text, "checkpoint");
  PARLEY_ASSIGN(const std::string_view origin, lines.next());
  if (origin.empty()) return lines.wrong("the origin is empty");
  PARLEY_ASSIGN(const std::string_view size_text, lines.next());
  const auto size = number_of(size_text);
  if (!size) return lines.wrong("the size is no decimal number");
  PARLEY_ASSIGN(const std::string_view root_text, lines.next());
  const auto root = hash_of(root_text);
  if (!root) return lines.wrong("the root is not 32 bytes in strict base64");
  if (!lines.rest().empty()) return lines.wrong("there are extension lines behind the root");
  return Checkpoint{std::string(origin), {*size, *root}};
}

Result<std::string> sign_checkpoint(const Checkpoint& checkpoint, const crypto::SigningKey& key) {
  SignedNote note{to_text(checkpoint), {}};
  PARLEY_TRY(sign_note(note, checkpoint.origin, key));
  return to_text(note);
}

Result<Checkpoint> verify_checkpoint(std::string_view text, const NoteKey& log) {
  PARLEY_ASSIGN(const SignedNote note, parse_note(text));
  PARLEY_TRY(verify_note(note, {&log, 1}));
  PARLEY_ASSIGN(Checkpoint checkpoint, parse_checkpoint(note.text));
  if (checkpoint.origin == log.name()) return checkpoint;
  return make_error(ErrorCode::kAuth, "\"" + log.name() + "\" has signed a checkpoint of \"" +
                                          checkpoint.origin + "\"");
}

std::string to_text(const TlogProof& proof) {
  const std::string extra =
      proof.entry.empty() ? "" : std::string(kExtra) + base64(as_bytes(proof.entry)) + "\n";
  return std::string(kProofHeader) + "\n" + extra + "index " + std::to_string(proof.index) + "\n" +
         lines_of(proof.path) + "\n" + proof.checkpoint;
}

Result<TlogProof> parse_tlog_proof(std::string_view text) {
  PARLEY_TRY(check_size(text, "log proof"));
  Lines lines(text, "log proof");
  PARLEY_ASSIGN(const std::string_view header, lines.next());
  if (header != kProofHeader) return lines.wrong("must be \"" + std::string(kProofHeader) + "\"");
  TlogProof proof;
  if (lines.rest().starts_with(kExtra)) {
    PARLEY_ASSIGN(const std::string_view extra, lines.next());
    const Result<Bytes> entry = decode_base64(extra.substr(kExtra.size()));
    if (!entry || entry->empty()) return lines.wrong("the extra data is no strict base64");
    proof.entry = as_text(*entry);
  }
  PARLEY_ASSIGN(proof.index, numbered(lines, "index "));
  PARLEY_ASSIGN(proof.path, path_of(lines));
  proof.checkpoint = lines.rest();
  return proof;
}

Result<LoggedAt> verify_logged(BytesView entry, const TlogProof& proof, const NoteKey& log) {
  if (!proof.entry.empty() && proof.entry != as_text(entry)) {
    return make_error(ErrorCode::kInvalid, "the proof is of another entry", "log proof");
  }
  PARLEY_ASSIGN(Checkpoint checkpoint, verify_checkpoint(proof.checkpoint, log));
  PARLEY_TRY(verify_inclusion(leaf_hash(entry), proof.index, checkpoint.head, proof.path));
  return LoggedAt{proof.index, std::move(checkpoint)};
}

std::string to_text(const ConsistencyProof& proof) {
  return "old " + std::to_string(proof.old_size) + "\n" + lines_of(proof.path) + "\n" +
         proof.checkpoint;
}

Result<ConsistencyProof> parse_consistency_proof(std::string_view text) {
  PARLEY_TRY(check_size(text, "consistency proof"));
  Lines lines(text, "consistency proof");
  ConsistencyProof proof;
  PARLEY_ASSIGN(proof.old_size, numbered(lines, "old "));
  PARLEY_ASSIGN(proof.path, path_of(lines));
  proof.checkpoint = lines.rest();
  return proof;
}

Result<Checkpoint> verify_growth(const Checkpoint& older, const ConsistencyProof& proof,
                                 const NoteKey& log) {
  PARLEY_ASSIGN(Checkpoint newer, verify_checkpoint(proof.checkpoint, log));
  if (older.origin != newer.origin) {
    return make_error(ErrorCode::kInvalid, "the checkpoints are of \"" + older.origin +
                                               "\" and of \"" + newer.origin + "\"");
  }
  if (older.head.size != proof.old_size) {
    return make_error(ErrorCode::kInvalid, "the proof begins at " + std::to_string(proof.old_size) +
                                               " entries, the older checkpoint has " +
                                               std::to_string(older.head.size));
  }
  PARLEY_TRY(verify_consistency(older.head, newer.head, proof.path));
  return newer;
}

}  // namespace parley::evidence
