// Every text of a bundle that comes from outside, by the first byte: nothing may crash, and what a
// strict reader accepts is byte for byte what the writer makes of it.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string>

#include "harness/evidence/bundle_manifest.h"
#include "harness/evidence/dsse.h"
#include "harness/evidence/ledger.h"
#include "harness/evidence/run_journal.h"
#include "harness/evidence/sealed_transcript.h"
#include "harness/evidence/statement.h"
#include "harness/evidence/transparency_log.h"

namespace {

using namespace parley;
using namespace parley::evidence;

void require(bool holds) {
  if (!holds) std::abort();
}

void try_envelopes(std::string_view text) {
  const auto envelopes = parse_envelopes(text);
  if (!envelopes.ok()) return;
  for (const DsseEnvelope& envelope : *envelopes) {
    require(parse_envelope(to_line(envelope)).value() == envelope);
    require(!verify_envelope(envelope, kInTotoPayloadType, {}).ok());
  }
}

void try_statement(std::string_view text) {
  const auto statement = parse_statement(text);
  if (statement.ok()) require(write_statement(*statement).value() == text);
}

void try_manifest(std::string_view text) {
  const auto manifest = parse_manifest(text);
  if (!manifest.ok()) return;
  require(write_manifest(*manifest).value() == text);
  require(compare_files(*manifest, {}).size() ==
          std::min<std::size_t>(manifest->files.size(), 100));
}

void try_ledger(std::string_view text) {
  const auto ledger = Ledger::read(text);
  if (!ledger.ok()) return;
  std::string again;
  for (const LedgerEntry& entry : ledger->entries()) again += to_line(entry) + "\n";
  require(again == text && ledger->head().size == ledger->entries().size());
}

void try_note(std::string_view text) {
  const auto note = parse_note(text);
  if (note.ok()) require(to_text(*note) == text);
  const auto key = NoteKey::parse(text);
  if (key.ok()) require(key->text() == text);
}

void try_log(std::string_view text) {
  const auto checkpoint = parse_checkpoint(text);
  if (checkpoint.ok()) require(to_text(*checkpoint) == text);
  const auto proof = parse_tlog_proof(text);
  if (proof.ok()) require(to_text(*proof) == text);
  const auto growth = parse_consistency_proof(text);
  if (growth.ok()) require(to_text(*growth) == text);
}

/// The first line is taken as an opening of what follows.
void try_transcript(std::string_view text) {
  const std::size_t end = text.find('\n');
  const std::string_view opening = text.substr(0, end);
  if (end == std::string_view::npos) return;
  TranscriptVerifier verifier;
  const Status taken = verifier.text(text.substr(end + 1));
  require(verifier.had(verifier.head()).ok());
  require(!verifier.ended() || verifier.head().size == verifier.records() + 2);
  if (verifier.open(opening).ok()) require(verifier.records() > 0);
  if (!taken.ok()) require(!taken.error().where.empty());
}

/// What a killed run left: its three files, one behind the other with a unit separator between
/// them.
void try_journal(std::string_view text) {
  constexpr char kSeparator = '\x1f';
  const std::size_t first = text.find(kSeparator);
  const std::size_t second = first == text.npos ? first : text.find(kSeparator, first + 1);
  if (second == text.npos) return;
  static const crypto::SigningKey key =
      crypto::SigningKey::generate(crypto::KeyAlgorithm::kEd25519);
  const JournalTexts texts{text.substr(0, first), text.substr(first + 1, second - first - 1),
                           text.substr(second + 1)};
  const auto prefix = covered_prefix("R", texts, key.public_key());
  if (!prefix.ok()) return;
  require(!prefix->is_signed);
  require(texts.transcript.starts_with(prefix->transcript));
  require(prefix->left_out <= texts.transcript.size() + texts.cases.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr void (*kReaders[])(std::string_view) = {try_envelopes,  try_statement, try_manifest,
                                                    try_ledger,     try_note,      try_log,
                                                    try_transcript, try_journal};
  if (size == 0 || data[0] < '0' || data[0] >= '0' + std::size(kReaders)) return 0;
  kReaders[data[0] - '0'](as_text({data + 1, size - 1}));
  return 0;
}
