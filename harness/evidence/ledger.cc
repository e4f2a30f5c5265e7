#include "harness/evidence/ledger.h"

#include <algorithm>
#include <span>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/base/json_members.h"

namespace parley::evidence {
namespace {

constexpr JsonLimits kLimits{.bytes = 16 * 1024, .depth = 1};
constexpr std::size_t kMaxEntries = 1'000'000;
constexpr std::size_t kMaxName = 512;
constexpr std::string_view kOpened = "run.open";
constexpr std::string_view kClosed = "run.close";
/// Nanoseconds in 64 bits end in 2262.
constexpr std::uint64_t kMaxSeconds = 9'000'000'000;

json::object to_json(const RunOpened& run) {
  json::object object{{"entry", kOpened},
                      {"run", run.run_id},
                      {"t", unix_seconds(run.time)},
                      {"utc", utc_text(run.time)},
                      {"iut", run.iut},
                      {"iut_sha256", hex(run.iut_sha256)},
                      {"profile", run.profile},
                      {"plan_sha256", hex(run.plan_sha256)}};
  if (!run.nonce.empty()) object["nonce"] = run.nonce;
  return object;
}

json::object to_json(const RunClosed& run) {
  return {{"entry", kClosed},
          {"run", run.run_id},
          {"t", unix_seconds(run.time)},
          {"utc", utc_text(run.time)},
          {"statement_sha256", hex(run.statement_sha256)},
          {"public_statement_sha256", hex(run.public_statement_sha256)}};
}

Result<crypto::Digest32> digest_member(JsonMembers& members, std::string_view name) {
  PARLEY_ASSIGN(const Bytes bytes, members.hex_bytes(name, 32));
  return to_array<32>(bytes);
}

Result<TimePoint> time_members(JsonMembers& members) {
  PARLEY_ASSIGN(const std::uint64_t seconds, members.count("t"));
  PARLEY_TRY(members.text("utc"));  // to_line writes it anew from the seconds, and must agree
  if (seconds > kMaxSeconds) return members.wrong("t", "is too far in the future");
  return from_unix_seconds(static_cast<std::int64_t>(seconds));
}

Result<LedgerEntry> read_opened(JsonMembers& members) {
  RunOpened run;
  PARLEY_ASSIGN(run.run_id, members.text("run", kMaxName));
  PARLEY_ASSIGN(run.time, time_members(members));
  PARLEY_ASSIGN(run.iut, members.text("iut", kMaxName));
  PARLEY_ASSIGN(run.iut_sha256, digest_member(members, "iut_sha256"));
  PARLEY_ASSIGN(run.profile, members.text("profile", kMaxName));
  PARLEY_ASSIGN(run.plan_sha256, digest_member(members, "plan_sha256"));
  if (members.has("nonce")) {
    PARLEY_ASSIGN(run.nonce, members.text("nonce", kMaxName));
  }
  PARLEY_TRY(members.end());
  return LedgerEntry(std::move(run));
}

Result<LedgerEntry> read_closed(JsonMembers& members) {
  RunClosed run;
  PARLEY_ASSIGN(run.run_id, members.text("run", kMaxName));
  PARLEY_ASSIGN(run.time, time_members(members));
  PARLEY_ASSIGN(run.statement_sha256, digest_member(members, "statement_sha256"));
  PARLEY_ASSIGN(run.public_statement_sha256, digest_member(members, "public_statement_sha256"));
  PARLEY_TRY(members.end());
  return LedgerEntry(std::move(run));
}

TimePoint time_of(const LedgerEntry& entry) {
  const TimePoint time = std::visit([](const auto& run) { return run.time; }, entry);
  return from_unix_seconds(unix_seconds(time));
}

std::uint64_t runs_like(std::span<const LedgerEntry> entries, const RunOpened& run) {
  return static_cast<std::uint64_t>(std::ranges::count_if(entries, [&](const LedgerEntry& entry) {
    const auto* earlier = std::get_if<RunOpened>(&entry);
    return earlier != nullptr && earlier->iut_sha256 == run.iut_sha256 &&
           earlier->profile == run.profile;
  }));
}

Error refused(std::string what) {
  return make_error(ErrorCode::kInvalid, std::move(what), "ledger");
}

}  // namespace

std::string to_line(const LedgerEntry& entry) {
  return canonical(std::visit([](const auto& run) { return to_json(run); }, entry));
}

Result<LedgerEntry> parse_ledger_line(std::string_view line) {
  PARLEY_ASSIGN(const json::value value, parse_json(line, "entry", kLimits));
  PARLEY_ASSIGN(JsonMembers members, JsonMembers::of(value, "entry"));
  PARLEY_ASSIGN(const std::string kind, members.text("entry"));
  if (kind != kOpened && kind != kClosed) {
    return members.wrong("entry", "must be \"run.open\" or \"run.close\"");
  }
  PARLEY_ASSIGN(LedgerEntry entry, kind == kOpened ? read_opened(members) : read_closed(members));
  if (to_line(entry) != line) {
    return make_error(ErrorCode::kInvalid,
                      "is not written in canonical JSON, or \"t\" and \"utc\" disagree", "entry");
  }
  return entry;
}

Result<Ledger> Ledger::read(std::string_view text) {
  Ledger ledger;
  while (!text.empty()) {
    const std::string where = "ledger line " + std::to_string(ledger.entries_.size() + 1);
    if (ledger.entries_.size() == kMaxEntries) {
      return make_error(ErrorCode::kLimit, "a ledger of more than a million entries", where);
    }
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      return make_error(ErrorCode::kInvalid, "was cut off: it has no newline", where);
    }
    Result<LedgerEntry> entry = parse_ledger_line(text.substr(0, end));
    if (!entry) return parley::at(where, std::move(entry).error());
    if (auto index = ledger.append(*entry); !index) {
      return parley::at(where, std::move(index).error());
    }
    text.remove_prefix(end + 1);
  }
  return ledger;
}

Result<std::uint64_t> Ledger::append(const LedgerEntry& entry) {
  const std::uint64_t index = entries_.size();
  // What cannot be read again must not get in.
  const std::string line = to_line(entry);
  PARLEY_TRY(parse_ledger_line(line));
  if (!entries_.empty() && time_of(entry) < time_of(entries_.back())) {
    return refused("an entry of " + utc_text(time_of(entry)) + " behind one of " +
                   utc_text(time_of(entries_.back())) + "; is the clock right?");
  }
  const std::string& run_id =
      std::visit([](const auto& run) -> const std::string& { return run.run_id; }, entry);
  const auto run = runs_.find(run_id);
  if (std::holds_alternative<RunOpened>(entry)) {
    if (run_id.empty()) return refused("a run without an id");
    if (run != runs_.end()) return refused("the run \"" + run_id + "\" was opened before");
    runs_.emplace(run_id, Run{.opened = index, .closed = std::nullopt});
  } else {
    if (run == runs_.end()) return refused("the run \"" + run_id + "\" was never opened");
    if (run->second.closed) return refused("the run \"" + run_id + "\" was closed before");
    run->second.closed = index;
  }
  entries_.push_back(entry);
  tree_.append(as_bytes(line));
  return index;
}

std::optional<std::uint64_t> Ledger::opened(std::string_view run_id) const {
  const auto run = runs_.find(run_id);
  if (run == runs_.end()) return std::nullopt;
  return run->second.opened;
}

std::optional<std::uint64_t> Ledger::closed(std::string_view run_id) const {
  const auto run = runs_.find(run_id);
  if (run == runs_.end()) return std::nullopt;
  return run->second.closed;
}

std::optional<std::uint64_t> Ledger::previous_runs(std::uint64_t index) const {
  const auto* run = index < entries_.size() ? std::get_if<RunOpened>(&entries_[index]) : nullptr;
  if (run == nullptr) return std::nullopt;
  return runs_like(std::span(entries_).first(index), *run);
}

std::uint64_t Ledger::previous_runs(const RunOpened& next) const {
  return runs_like(entries_, next);
}

Result<std::string> Ledger::checkpoint(const std::string& origin,
                                       const crypto::SigningKey& key) const {
  return sign_checkpoint({origin, head()}, key);
}

Status Ledger::continues(const Checkpoint& older) const {
  const Result<TreeHash> root = tree_.root_at(older.head.size);
  if (!root) {
    return refused("it has " + std::to_string(entries_.size()) +
                   " entries, where a checkpoint has " + std::to_string(older.head.size));
  }
  if (*root == older.head.root) return {};
  return make_error(ErrorCode::kAuth,
                    "its first " + std::to_string(older.head.size) +
                        " entries are not those that a checkpoint has: it was rewritten",
                    "ledger");
}

Result<TlogProof> Ledger::prove(std::uint64_t index, const std::string& checkpoint) const {
  PARLEY_ASSIGN(const SignedNote note, parse_note(checkpoint));
  PARLEY_ASSIGN(const Checkpoint parsed, parse_checkpoint(note.text));
  PARLEY_TRY(continues(parsed));
  PARLEY_ASSIGN(MerkleProof path, tree_.inclusion_proof(index, parsed.head.size));
  return TlogProof{to_line(entries_[index]), index, std::move(path), checkpoint};
}

Result<ConsistencyProof> Ledger::prove_growth(const Checkpoint& older,
                                              const std::string& checkpoint) const {
  PARLEY_ASSIGN(const SignedNote note, parse_note(checkpoint));
  PARLEY_ASSIGN(const Checkpoint newer, parse_checkpoint(note.text));
  PARLEY_TRY(continues(older));
  PARLEY_TRY(continues(newer));
  PARLEY_ASSIGN(MerkleProof path, tree_.consistency_proof(older.head.size, newer.head.size));
  return ConsistencyProof{older.head.size, std::move(path), checkpoint};
}

}  // namespace parley::evidence
