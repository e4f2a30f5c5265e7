#include <algorithm>
#include <atomic>
#include <exception>
#include <optional>
#include <thread>
#include <utility>

#include "harness/attest/inspection.h"
#include "harness/attest/seal_run.h"
#include "harness/base/encoding.h"
#include "harness/base/share_out.h"
#include "harness/crypto/hash.h"
#include "harness/evidence/bundle.h"
#include "harness/evidence/merkle_tree.h"

namespace parley::attest {
namespace {

// Hands on every line without its newline; false where the last one has none.
template <class F>
bool for_each_line(std::string_view text, F&& take) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return false;
    take(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return true;
}

Status mismatch(std::string what) {
  return make_error(ErrorCode::kInvalid, std::move(what), "transcript.jsonl");
}

// What the first line says against what was signed and what the result says.
Status check_begin(const evidence::RunBegin& begin, const Inspection& in) {
  const judge::RunInfo& run = in.result->run;
  if (begin.run_id != in.statement->run_id)
    return mismatch("is of the run \"" + begin.run_id + "\"");
  if (begin.time != run.started) return mismatch("began at another time than the result says");
  if (begin.nonce != in.statement->nonce) return mismatch("has another nonce than the statement");
  if (hex(begin.plan_sha256) != run.plan_digest) return mismatch("has another plan");
  if (begin.iut_sha256 != iut_digest(run)) return mismatch("has other products in its seats");
  if (begin.harness_sha256 != harness_digest(run)) return mismatch("is of another harness");
  if (begin.ledger_index != (run.ledger ? std::optional(run.ledger->index) : std::nullopt)) {
    return mismatch("names another entry of the ledger than the result");
  }
  return {};
}

Status check_counts(const Inspection& in) {
  const bool complete = in.result->run.state == judge::RunState::kComplete;
  if (in.transcript.ended() != complete) {
    return mismatch(complete ? "has no end, and the run is said to be complete"
                             : "has an end, and the run is said to be interrupted");
  }
  std::uint64_t stated = 0;
  for (const judge::CaseResult& one : in.result->cases) stated += one.records;
  if (stated == in.transcript.records()) return {};
  return mismatch("has " + std::to_string(in.transcript.records()) + " records, the result " +
                  std::to_string(stated));
}

// The openings of all files, in order.
Result<std::vector<std::string_view>> openings_of(const Inspection& in) {
  std::vector<std::string_view> out;
  for (const evidence::ZipEntry& entry : in.entries) {
    if (!entry.name.starts_with(evidence::kBodiesFolder)) continue;
    if (for_each_line(as_text(entry.content),
                      [&](std::string_view line) { out.push_back(line); })) {
      continue;
    }
    return make_error(ErrorCode::kInvalid, "its last line was cut off", entry.name);
  }
  return out;
}

// The record inside an opening, {"n":1,"record":{...},"salt":"..."}; nothing where it is none.
std::string_view record_text(std::string_view opening) {
  constexpr std::string_view kBefore = "\"record\":";
  constexpr std::size_t kBehind = std::string_view(",\"salt\":\"\"}").size() + 64;
  const std::size_t before = opening.find(kBefore);
  const std::size_t begin = before + kBefore.size();
  if (before == opening.npos || opening.size() < begin + kBehind) return {};
  return opening.substr(begin, opening.size() - kBehind - begin);
}

// Of the records as lines: of openings that may yet be refused.
std::string digest_of(const std::vector<std::string_view>& openings) {
  crypto::Sha256 whole;
  for (const std::string_view opening : openings) {
    whole.update(as_bytes(record_text(opening)));
    whole.update(as_bytes("\n"));
  }
  return hex(whole.finish());
}

// Reads records beside their lines, on several threads, a stretch at a time: a record is parsed
// once, and a line that follows from its record is not parsed at all.
class Opener {
 public:
  Opener(Inspection& in, const std::vector<std::string_view>& lines,
         const std::vector<std::string_view>& openings)
      : in_(in), lines_(lines), openings_(openings) {
    const std::size_t count = std::min(openings.size(), lines.size());
    in_.records.resize(count);
    in_.opened.resize(count);
  }

  void open() {
    run_on_threads(in_.options.workers, [this] { work(); });
  }

 private:
  static constexpr std::size_t kStretch = 256;

  void work() {
    for (;;) {
      const std::size_t begin = next_.fetch_add(kStretch);
      if (begin >= in_.records.size()) return;
      const std::size_t end = std::min(begin + kStretch, in_.records.size());
      try {
        for (std::size_t i = begin; i < end; ++i) take(i);
      } catch (const std::exception&) {  // of a thread, nobody else would catch it
        return;                          // what is not opened will be asked for again
      }
    }
  }

  void take(std::size_t index) {
    auto opened = evidence::TranscriptVerifier::open_beside(lines_[index], openings_[index],
                                                            index + 1, in_.statement->run_id);
    if (!opened.ok()) return;
    in_.records[index] = *std::move(opened);
    in_.opened[index] = 1;
  }

  Inspection& in_;
  const std::vector<std::string_view>& lines_;
  const std::vector<std::string_view>& openings_;
  std::atomic<std::size_t> next_ = 0;
};

// All lines behind the first; the last of them may have no record.
void open_beside(Inspection& in, std::string_view transcript) {
  const auto openings = openings_of(in);
  if (!openings.ok()) return;  // V20 says so
  std::vector<std::string_view> lines;
  for_each_line(transcript, [&](std::string_view line) { lines.push_back(line); });
  if (lines.empty()) return;
  lines.erase(lines.begin());
  const std::jthread digest([&] { in.records_digest = digest_of(*openings); });
  Opener(in, lines, *openings).open();
}

Status take_lines(Inspection& in, std::string_view transcript) {
  std::size_t number = 0;
  Status status;
  const bool whole = for_each_line(transcript, [&](std::string_view line) {
    if (!status.ok()) return;
    const std::size_t index = number++ - 1;  // of the first line, past every record
    const bool opened = index < in.opened.size() && in.opened[index] != 0;
    status = opened ? in.transcript.line(line, in.records[index]) : in.transcript.line(line);
  });
  if (whole || !status.ok()) return status;
  return in.transcript.text("{");  // which says where it was cut off
}

// The n-th opening opens the n-th record: none twice, none left out.
Status open_rest(Inspection& in, const std::vector<std::string_view>& openings) {
  for (std::size_t i = 0; i < openings.size(); ++i) {
    if (in.opened[i] != 0) continue;
    if (!openings[i].starts_with("{\"n\":" + std::to_string(i + 1) + ",")) {
      return make_error(ErrorCode::kInvalid,
                        "is not where that of record " + std::to_string(i + 1) + " belongs",
                        "an opening");
    }
    PARLEY_ASSIGN(in.records[i], in.transcript.open(openings[i]));
  }
  return {};
}

Status check_all_opened(Inspection& in) {
  PARLEY_ASSIGN(const std::vector<std::string_view> openings, openings_of(in));
  if (openings.size() != in.transcript.records()) {
    return make_error(ErrorCode::kInvalid,
                      "there are " + std::to_string(openings.size()) + " openings for " +
                          std::to_string(in.transcript.records()) + " records");
  }
  in.records.resize(openings.size());
  in.opened.resize(openings.size());
  PARLEY_TRY(open_rest(in, openings));
  if (in.records_digest == in.result->run.transcript_digest) return {};
  return make_error(ErrorCode::kAuth, "the records are not the transcript that the result names");
}

}  // namespace

void begin_tree(Inspection& in) {
  const auto text = in.file(evidence::kTranscriptFile);
  if (!text) return;
  in.tree = std::async(std::launch::async, [text = *text] {
    evidence::MerkleAccumulator tree;
    for_each_line(text, [&](std::string_view line) { tree.append(as_bytes(line)); });
    return evidence::TreeHead{.size = tree.size(), .root = tree.root()};
  });
}

Verdict check_root(Inspection& in) {
  if (!in.tree.valid()) return fails("transcript.jsonl: is not in the bundle");
  const evidence::TreeHead found = in.tree.get();
  const std::string_view text = *in.file(evidence::kTranscriptFile);
  if (!text.empty() && !text.ends_with('\n')) {
    return fails("transcript.jsonl: its last line was cut off");
  }
  const evidence::TreeHead& stated = in.statement->transcript;
  if (found.size != stated.size) {
    return fails("transcript.jsonl: has " + std::to_string(found.size) + " lines, where " +
                 std::to_string(stated.size) + " were signed");
  }
  if (found.root != stated.root) return fails("transcript.jsonl: has another root");
  return holds(std::to_string(stated.size) + " lines, root " + hex(stated.root));
}

Verdict check_records(Inspection& in) {
  const auto text = in.file(evidence::kTranscriptFile);
  if (!text) return fails("transcript.jsonl: is not in the bundle");
  if (!in.is_public()) open_beside(in, *text);
  Status status = take_lines(in, *text);
  if (status.ok() && !in.transcript.begin()) status = mismatch("has no beginning");
  if (status.ok()) status = check_begin(*in.transcript.begin(), in);
  if (status.ok()) status = check_counts(in);
  return verdict_of(status, std::to_string(in.transcript.records()) + " records");
}

Verdict check_openings(Inspection& in) {
  if (in.is_public()) return skipped("the public edition has no openings");
  const Status opened = check_all_opened(in);
  return verdict_of(opened, std::to_string(in.records.size()) + " records opened");
}

}  // namespace parley::attest
