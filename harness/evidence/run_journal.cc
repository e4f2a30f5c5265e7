#include "harness/evidence/run_journal.h"

#include <algorithm>
#include <map>
#include <utility>

#include "harness/base/json_members.h"
#include "harness/evidence/signed_note.h"
#include "harness/evidence/transparency_log.h"

namespace parley::evidence {
namespace {

constexpr JsonLimits kCaseLimits{.bytes = 64 * 1024 * 1024, .depth = 32};
constexpr JsonLimits kCheckpointLimits{.bytes = 16 * 1024, .depth = 1};
constexpr std::size_t kMaxCheckpoint = 8 * 1024;

/// The next whole line without its newline; nothing, and `text` as it was, where there is none.
std::optional<std::string_view> next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

void append_lines(MerkleAccumulator& tree, std::string_view lines) {
  while (const auto line = next_line(lines)) tree.append(as_bytes(*line));
}

struct CaseLine {
  std::uint64_t lines = 0;
  json::value result;
};

std::optional<CaseLine> read_case_line(std::string_view line) {
  Result<json::value> value = parse_json(line, "cases.jsonl", kCaseLimits);
  json::object* object = value.ok() ? value->if_object() : nullptr;
  if (object == nullptr || object->size() != 2) return std::nullopt;
  const auto lines = get_int(*object, "lines");
  const json::value* result = object->if_contains("result");
  if (!lines || *lines < 0 || result == nullptr) return std::nullopt;
  return CaseLine{static_cast<std::uint64_t>(*lines), *result};
}

struct FoundCheckpoint {
  TreeHead head;
  bool is_signed = false;
};

Result<FoundCheckpoint> read_checkpoint(std::string_view text, const std::string& origin,
                                        const crypto::VerifyKey& key) {
  FoundCheckpoint out;
  Checkpoint checkpoint;
  if (text.find("\n\n") == std::string_view::npos) {
    PARLEY_ASSIGN(checkpoint, parse_checkpoint(text));
  } else {
    PARLEY_ASSIGN(const NoteKey by, NoteKey::create(origin, key));
    PARLEY_ASSIGN(checkpoint, verify_checkpoint(text, by));
    out.is_signed = true;
  }
  if (checkpoint.origin != origin) {
    return make_error(ErrorCode::kInvalid,
                      "is of \"" + checkpoint.origin + "\", not of \"" + origin + "\"",
                      "checkpoint");
  }
  out.head = checkpoint.head;
  return out;
}

Result<std::vector<FoundCheckpoint>> read_checkpoints(std::string_view text,
                                                      const std::string& origin,
                                                      const crypto::VerifyKey& key) {
  std::vector<FoundCheckpoint> out;
  while (const auto line = next_line(text)) {
    const std::string where = "checkpoints.jsonl line " + std::to_string(out.size() + 1);
    const Result<json::value> value = parse_json(*line, where, kCheckpointLimits);
    // What the system has not written in full before it fell, and what would stand behind that.
    if (!value.ok()) break;
    PARLEY_ASSIGN(JsonMembers members, JsonMembers::of(*value, where));
    PARLEY_ASSIGN(const std::string note, members.raw_text("checkpoint", kMaxCheckpoint));
    PARLEY_TRY(members.end());
    Result<FoundCheckpoint> found = read_checkpoint(note, origin, key);
    if (!found.ok()) return at(where, std::move(found).error());
    if (!out.empty() && out.front().is_signed != found->is_signed) {
      return make_error(ErrorCode::kInvalid, "signed checkpoints stand beside others", where);
    }
    out.push_back(*std::move(found));
  }
  return out;
}

/// One test case off the front of what is left; false where it is not all there.
bool take_case(JournalTexts& rest, MerkleAccumulator& tree, json::value& result) {
  std::string_view cases = rest.cases;
  const auto line = next_line(cases);
  if (!line) return false;
  std::optional<CaseLine> read = read_case_line(*line);
  if (!read) return false;
  std::string_view transcript = rest.transcript;
  for (std::uint64_t i = 0; i < read->lines; ++i) {
    const auto record = next_line(transcript);
    if (!record) return false;
    tree.append(as_bytes(*record));
  }
  tree.append(as_bytes(*line));
  rest.cases = cases;
  rest.transcript = transcript;
  result = std::move(read->result);
  return true;
}

}  // namespace

std::string checkpoint_origin(std::string_view run_id) { return "parley/" + std::string(run_id); }

RunJournal::RunJournal(std::string_view run_id, std::optional<crypto::SigningKey> key)
    : origin_(checkpoint_origin(run_id)), key_(std::move(key)) {}

Result<RunJournal::Entry> RunJournal::add(std::string_view lines, const json::object& result) {
  const auto count = static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
  Entry entry;
  entry.case_line = canonical(json::object{{"lines", count}, {"result", result}});
  append_lines(tree_, lines);
  tree_.append(as_bytes(entry.case_line));
  entry.case_line += "\n";
  const Checkpoint checkpoint{origin_, {tree_.size(), tree_.root()}};
  std::string note = to_text(checkpoint);
  if (key_) {
    PARLEY_ASSIGN(note, sign_checkpoint(checkpoint, *key_));
  }
  entry.checkpoint_line = canonical(json::object{{"checkpoint", json::string(note)}}) + "\n";
  return entry;
}

Result<JournalPrefix> covered_prefix(std::string_view run_id, const JournalTexts& texts,
                                     const crypto::VerifyKey& key) {
  PARLEY_ASSIGN(const std::vector<FoundCheckpoint> checkpoints,
                read_checkpoints(texts.checkpoints, checkpoint_origin(run_id), key));
  JournalPrefix out;
  out.is_signed = !checkpoints.empty() && checkpoints.front().is_signed;
  std::map<std::uint64_t, TreeHash> covered;
  for (const FoundCheckpoint& one : checkpoints) covered.emplace(one.head.size, one.head.root);

  MerkleAccumulator tree;
  JournalTexts rest = texts;
  JournalTexts behind = texts;  // the last checkpoint that holds
  std::vector<json::value> results;
  for (json::value result; take_case(rest, tree, result);) {
    results.push_back(std::move(result));
    const auto here = covered.find(tree.size());
    if (here == covered.end()) continue;
    if (here->second != tree.root()) break;  // and so it will be with all that follow
    behind = rest;
    std::ranges::move(results, std::back_inserter(out.results));
    results.clear();
  }
  out.transcript = texts.transcript.substr(0, texts.transcript.size() - behind.transcript.size());
  out.left_out = behind.transcript.size() + behind.cases.size();
  return out;
}

}  // namespace parley::evidence
