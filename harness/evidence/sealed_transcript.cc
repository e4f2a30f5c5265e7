#include "harness/evidence/sealed_transcript.h"

#include <charconv>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/base/json_members.h"

namespace parley::evidence {

struct RecordFace {
  std::string run_id;
  std::uint64_t number = 0;
  std::string test_case;
  std::uint64_t seq = 0;
  TimePoint time{};
  Role role{};
  Tap tap{};
  Direction direction{};
  std::string kind;
  std::string party;
  Commitment commitment{};
};

namespace {

constexpr JsonLimits kLineLimits{.bytes = 1024 * 1024, .depth = 1};
constexpr std::size_t kMaxName = 512;
/// Texts that parties under test may have chosen; a recorder takes them as they come.
constexpr std::size_t kMaxText = 128 * 1024;
constexpr std::size_t kMaxOpening = 9 * 1024 * 1024;
constexpr std::string_view kBegin = "run.begin";
constexpr std::string_view kEnd = "run.end";

RecordFace face_of(const Record& record, std::string_view test_case, std::string run_id,
                   std::uint64_t number, const Commitment& commitment) {
  return {.run_id = std::move(run_id),
          .number = number,
          .test_case = std::string(test_case),
          .seq = record.seq,
          .time = record.time,
          .role = record.role,
          .tap = record.tap,
          .direction = record.direction,
          .kind = record.kind,
          .party = record.party,
          .commitment = commitment};
}

// Written member by member, in the order of their names: a run has tens of thousands.
std::string to_line(const RecordFace& face) {
  std::string line;
  line.reserve(384);
  line.append("{\"c\":\"").append(hex(face.commitment));
  line.append("\",\"case\":").append(canonical_text(face.test_case));
  line.append(",\"direction\":\"").append(to_string(face.direction));
  line.append("\",\"kind\":").append(canonical_text(face.kind));
  line.append(",\"n\":").append(std::to_string(face.number));
  line.append(",\"party\":").append(canonical_text(face.party));
  line.append(",\"role\":\"").append(to_string(face.role));
  line.append("\",\"run\":").append(canonical_text(face.run_id));
  line.append(",\"seq\":").append(std::to_string(face.seq));
  line.append(",\"t\":").append(std::to_string(unix_nanos(face.time)));
  line.append(",\"tap\":\"").append(to_string(face.tap));
  line.append("\",\"utc\":\"").append(utc_text(face.time)).append("\"}");
  return line;
}

std::string to_line(const RunBegin& begin) {
  json::object object{{"event", kBegin},
                      {"harness_sha256", hex(begin.harness_sha256)},
                      {"iut_sha256", hex(begin.iut_sha256)},
                      {"n", 0},
                      {"plan_sha256", hex(begin.plan_sha256)},
                      {"run", begin.run_id},
                      {"t", unix_nanos(begin.time)},
                      {"utc", utc_text(begin.time)}};
  if (!begin.nonce.empty()) object["nonce"] = begin.nonce;
  if (begin.ledger_index) object["ledger_index"] = *begin.ledger_index;
  return canonical(object);
}

std::string end_line(const std::string& run_id, std::uint64_t number, TimePoint time,
                     std::uint64_t records, std::uint64_t cases) {
  return canonical(json::object{{"cases", cases},
                                {"event", kEnd},
                                {"n", number},
                                {"records", records},
                                {"run", run_id},
                                {"t", unix_nanos(time)},
                                {"utc", utc_text(time)}});
}

std::string opening_line(std::uint64_t number, const CommitmentSalt& salt,
                         std::string_view record) {
  std::string line;
  line.reserve(record.size() + 128);
  line.append("{\"n\":").append(std::to_string(number)).append(",\"record\":");
  line.append(record).append(",\"salt\":\"").append(hex(salt)).append("\"}");
  return line;
}

struct Opening {
  std::uint64_t number = 0;
  CommitmentSalt salt{};
  std::string_view record;
};

/// Cuts an opening at its fixed places: the record is committed to byte for byte, and may be too
/// long to be parsed twice.
Result<Opening> cut_opening(std::string_view line) {
  const auto bad = [] {
    return make_error(ErrorCode::kInvalid,
                      "not an opening {\"n\":…,\"record\":{…},\"salt\":…} in canonical JSON",
                      "opening");
  };
  constexpr std::string_view kHead = "{\"n\":";
  constexpr std::string_view kRecord = ",\"record\":";
  constexpr std::string_view kSalt = ",\"salt\":\"";
  constexpr std::size_t kTail = kSalt.size() + 64 + 2;
  if (line.size() > kMaxOpening) {
    return make_error(ErrorCode::kLimit, "an opening of more than 9 MiB", "opening");
  }
  if (!line.starts_with(kHead) || line.size() < kHead.size() + kTail) return bad();
  Opening opening;
  const char* const first = line.data() + kHead.size();
  const auto [rest, error] = std::from_chars(first, line.data() + line.size(), opening.number);
  const std::size_t at = static_cast<std::size_t>(rest - line.data());
  if (error != std::errc() || !line.substr(at).starts_with(kRecord)) return bad();
  const std::size_t begin = at + kRecord.size();
  const std::size_t end = line.size() - kTail;
  if (begin > end || line.substr(end, kSalt.size()) != kSalt) return bad();
  const Result<Bytes> salt = decode_hex(line.substr(end + kSalt.size(), 64));
  if (!salt) return bad();
  opening.salt = to_array<32>(*salt);
  opening.record = line.substr(begin, end - begin);
  if (opening_line(opening.number, opening.salt, opening.record) != line) return bad();
  return opening;
}

Result<crypto::Digest32> digest_member(JsonMembers& members, std::string_view name) {
  PARLEY_ASSIGN(const Bytes bytes, members.hex_bytes(name, 32));
  return to_array<32>(bytes);
}

/// "t"; "utc" follows from it, and the comparison of whole lines sees whether it does.
Result<TimePoint> time_members(JsonMembers& members) {
  PARLEY_TRY(members.text("utc"));
  PARLEY_ASSIGN(const std::uint64_t nanos, members.count("t"));
  return TimePoint(Duration(static_cast<std::int64_t>(nanos)));
}

Result<RunBegin> read_begin(const json::object& object) {
  JsonMembers members(object, "begin");
  PARLEY_TRY(members.text("event"));
  PARLEY_TRY(members.count("n"));
  RunBegin begin;
  PARLEY_ASSIGN(begin.run_id, members.text("run", kMaxName));
  PARLEY_ASSIGN(begin.time, time_members(members));
  PARLEY_ASSIGN(begin.iut_sha256, digest_member(members, "iut_sha256"));
  PARLEY_ASSIGN(begin.harness_sha256, digest_member(members, "harness_sha256"));
  PARLEY_ASSIGN(begin.plan_sha256, digest_member(members, "plan_sha256"));
  if (members.has("nonce")) {
    PARLEY_ASSIGN(begin.nonce, members.text("nonce", kMaxName));
  }
  if (members.has("ledger_index")) {
    PARLEY_ASSIGN(begin.ledger_index, members.count("ledger_index"));
  }
  PARLEY_TRY(members.end());
  return begin;
}

Result<RecordFace> read_face(const json::object& object) {
  JsonMembers members(object, "record");
  RecordFace face;
  PARLEY_ASSIGN(face.commitment, digest_member(members, "c"));
  PARLEY_ASSIGN(face.run_id, members.text("run", kMaxName));
  PARLEY_ASSIGN(face.number, members.count("n"));
  PARLEY_ASSIGN(face.test_case, members.raw_text("case", kMaxText));
  PARLEY_ASSIGN(face.seq, members.count("seq"));
  PARLEY_ASSIGN(face.time, time_members(members));
  PARLEY_ASSIGN(const std::string role, members.text("role"));
  PARLEY_ASSIGN(face.role, parse_role(role));
  PARLEY_ASSIGN(const std::string tap, members.text("tap"));
  PARLEY_ASSIGN(face.tap, parse_tap(tap));
  PARLEY_ASSIGN(const std::string direction, members.text("direction"));
  PARLEY_ASSIGN(face.direction, parse_direction(direction));
  PARLEY_ASSIGN(face.kind, members.raw_text("kind", kMaxText));
  PARLEY_ASSIGN(face.party, members.raw_text("party", kMaxText));
  PARLEY_TRY(members.end());
  return face;
}

std::string place_of(const Opening& opening) {
  return "opening of line " + std::to_string(opening.number + 1);
}

Error mismatch(const Opening& opening) {
  return make_error(ErrorCode::kAuth, "salt and record are not what the line committed to",
                    place_of(opening));
}

/// The record into `opened`; and what its line must look like.
Result<RecordFace> read_opening(const Opening& opening, const std::string& run_id,
                                TranscriptVerifier::Opened& opened) {
  Result<Record> record = parse_line(opening.record, &opened.test_case);
  if (!record) return at(place_of(opening), std::move(record).error());
  opened.record = *std::move(record);
  return face_of(opened.record, opened.test_case, run_id, opening.number,
                 commit(opening.salt, as_bytes(opening.record)));
}

Error wrong(std::string what) { return make_error(ErrorCode::kInvalid, std::move(what)); }

/// Whether a line is spelled as its values are written.
Status check_spelling(std::string_view line, const std::string& expected) {
  if (line == expected) return {};
  return wrong("is not written in canonical JSON, or \"t\" and \"utc\" disagree");
}

}  // namespace

TranscriptSealer::TranscriptSealer(const RunBegin& begin, SaltKey salts)
    : begin_(begin), salts_(std::move(salts)) {}

std::string TranscriptSealer::begin() {
  std::string line = to_line(begin_);
  tree_.append(as_bytes(line));
  return line;
}

TranscriptSealer::Sealed TranscriptSealer::seal(const Record& record, std::string_view test_case) {
  if (!cases_.contains(test_case)) cases_.emplace(test_case);
  const std::uint64_t number = tree_.size();
  const std::string whole = evidence::to_line(record, test_case);
  const CommitmentSalt salt = salts_.salt(number);
  std::string line =
      to_line(face_of(record, test_case, begin_.run_id, number, commit(salt, as_bytes(whole))));
  tree_.append(as_bytes(line));
  return {std::move(line), opening_line(number, salt, whole)};
}

std::string TranscriptSealer::end(TimePoint time) {
  const std::uint64_t number = tree_.size();
  std::string line = end_line(begin_.run_id, number, time, number - 1, cases_.size());
  tree_.append(as_bytes(line));
  return line;
}

Status TranscriptVerifier::take_begin(std::string_view text, const json::object& object) {
  if (get_string(object, "event") != kBegin) {
    return wrong("is not \"run.begin\", with which a transcript begins");
  }
  PARLEY_ASSIGN(RunBegin begin, read_begin(object));
  PARLEY_TRY(check_spelling(text, to_line(begin)));
  begin_ = std::move(begin);
  return {};
}

Status TranscriptVerifier::take_record(std::string_view text, const json::object& object) {
  PARLEY_ASSIGN(const RecordFace face, read_face(object));
  PARLEY_TRY(check_spelling(text, to_line(face)));
  if (face.run_id != begin_->run_id) return wrong("belongs to the run \"" + face.run_id + "\"");
  if (face.number != tree_.size()) {
    return wrong("has the number " + std::to_string(face.number) + ", where " +
                 std::to_string(tree_.size()) + " follows");
  }
  return place(face.test_case, face.seq, face.time);
}

/// Whether the record may stand here in its test case.
Status TranscriptVerifier::place(std::string_view test_case, std::uint64_t seq, TimePoint time) {
  auto found = cases_.find(test_case);
  if (found == cases_.end()) found = cases_.emplace(test_case, CasePosition{}).first;
  CasePosition& position = found->second;
  if (seq != position.next_seq) {
    return wrong("is record " + std::to_string(seq) + " of \"" + std::string(test_case) +
                 "\", where " + std::to_string(position.next_seq) + " follows");
  }
  if (seq > 0 && time < position.time) {
    return wrong("is older than the record of \"" + std::string(test_case) + "\" before it");
  }
  position = {seq + 1, time};
  ++records_;
  return {};
}

Status TranscriptVerifier::take_end(std::string_view text, const json::object& object) {
  JsonMembers members(object, "end");
  PARLEY_TRY(members.text("event"));
  PARLEY_ASSIGN(const std::string run_id, members.text("run", kMaxName));
  PARLEY_ASSIGN(const std::uint64_t number, members.count("n"));
  PARLEY_ASSIGN(const TimePoint time, time_members(members));
  PARLEY_ASSIGN(const std::uint64_t records, members.count("records"));
  PARLEY_ASSIGN(const std::uint64_t cases, members.count("cases"));
  PARLEY_TRY(members.end());
  PARLEY_TRY(check_spelling(text, end_line(run_id, number, time, records, cases)));
  if (run_id != begin_->run_id) return wrong("belongs to the run \"" + run_id + "\"");
  if (number != tree_.size() || records != records_ || cases != cases_.size()) {
    return wrong("counts " + std::to_string(records) + " records of " + std::to_string(cases) +
                 " cases; there are " + std::to_string(records_) + " of " +
                 std::to_string(cases_.size()));
  }
  ended_ = true;
  return {};
}

Status TranscriptVerifier::take(std::string_view text) {
  if (broken_) return wrong("is behind a line that was refused");
  if (ended_) return wrong("is behind the end of the run");
  PARLEY_ASSIGN(const json::value value, parse_json(text, "record", kLineLimits));
  const json::object* object = value.if_object();
  if (object == nullptr) return wrong("is no JSON object");
  if (!begin_) {
    PARLEY_TRY(take_begin(text, *object));
  } else if (get_string(*object, "event") == kEnd) {
    PARLEY_TRY(take_end(text, *object));
  } else {
    PARLEY_TRY(take_record(text, *object));
  }
  tree_.append(as_bytes(text));
  return {};
}

Status TranscriptVerifier::line(std::string_view text) {
  Status taken = take(text);
  if (taken.ok()) return taken;
  broken_ = true;
  return at("transcript line " + std::to_string(tree_.size() + 1), std::move(taken).error());
}

Status TranscriptVerifier::text(std::string_view transcript) {
  while (!transcript.empty()) {
    const std::size_t end = transcript.find('\n');
    if (end == std::string_view::npos) {
      return make_error(ErrorCode::kInvalid, "was cut off: it has no newline",
                        "transcript line " + std::to_string(tree_.size() + 1));
    }
    PARLEY_TRY(line(transcript.substr(0, end)));
    transcript.remove_prefix(end + 1);
  }
  return {};
}

Result<TranscriptVerifier::Opened> TranscriptVerifier::open(std::string_view opening) const {
  PARLEY_ASSIGN(const Opening parts, cut_opening(opening));
  if (!begin_ || parts.number == 0 || parts.number > records_) {
    return make_error(ErrorCode::kInvalid, "there is no such record", place_of(parts));
  }
  Opened opened;
  PARLEY_ASSIGN(const RecordFace face, read_opening(parts, begin_->run_id, opened));
  if (leaf_hash(as_bytes(to_line(face))) != tree_.leaf(parts.number)) return mismatch(parts);
  return opened;
}

Result<TranscriptVerifier::Opened> TranscriptVerifier::open_beside(std::string_view text,
                                                                   std::string_view opening,
                                                                   std::uint64_t number,
                                                                   const std::string& run_id) {
  PARLEY_ASSIGN(const Opening parts, cut_opening(opening));
  Opened opened;
  PARLEY_ASSIGN(const RecordFace face, read_opening(parts, run_id, opened));
  if (parts.number != number || to_line(face) != text) return mismatch(parts);
  return opened;
}

Status TranscriptVerifier::line(std::string_view text, const Opened& opened) {
  if (!begin_ || ended_ || broken_ ||
      !place(opened.test_case, opened.record.seq, opened.record.time).ok()) {
    return line(text);  // which says what is wrong
  }
  tree_.append(as_bytes(text));
  return {};
}

Result<TranscriptVerifier::Opened> TranscriptVerifier::opened_line(std::string_view text,
                                                                   std::string_view opening) {
  if (begin_ && !ended_ && !broken_) {
    Result<Opened> opened = open_beside(text, opening, tree_.size(), begin_->run_id);
    if (opened.ok()) {
      PARLEY_TRY(line(text, *opened));
      return opened;
    }
  }
  // Something is wrong; with the line itself, or with what should open it.
  PARLEY_TRY(line(text));
  return open(opening);
}

Status TranscriptVerifier::had(const TreeHead& head) const {
  const Result<TreeHash> root = tree_.root_at(head.size);
  if (!root) {
    return make_error(ErrorCode::kInvalid,
                      "has " + std::to_string(tree_.size()) + " lines, where " +
                          std::to_string(head.size) + " were committed to",
                      "transcript");
  }
  if (*root == head.root) return {};
  return make_error(
      ErrorCode::kAuth,
      "its first " + std::to_string(head.size) + " lines are not those that were committed to",
      "transcript");
}

}  // namespace parley::evidence
