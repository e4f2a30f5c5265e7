// What the ledger of the lab has to say of a run, as far as the bundle and the verifier's own
// copies show it.
#include <utility>
#include <variant>

#include "harness/attest/inspection.h"
#include "harness/attest/seal_run.h"
#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"
#include "harness/evidence/bundle.h"
#include "harness/evidence/transparency_log.h"

namespace parley::attest {
namespace {

Error wrong(std::string what, std::string_view where) {
  return make_error(ErrorCode::kInvalid, std::move(what), std::string(where));
}

template <class Entry>
struct Logged {
  Entry entry;
  evidence::LoggedAt at;
};

// The entry that a proof of the bundle shows to be in the ledger.
template <class Entry>
Result<Logged<Entry>> logged(const Inspection& in, std::string_view name,
                             const evidence::NoteKey& log) {
  const auto text = in.file(name);
  if (!text) return wrong("is not in the bundle", name);
  const auto proof = evidence::parse_tlog_proof(*text);
  if (!proof.ok()) return at(name, proof.error());
  auto found = evidence::verify_logged(as_bytes(proof->entry), *proof, log);
  if (!found.ok()) return at(name, std::move(found).error());
  auto entry = evidence::parse_ledger_line(proof->entry);
  if (!entry.ok()) return at(name, std::move(entry).error());
  auto* wanted = std::get_if<Entry>(&*entry);
  if (wanted == nullptr) return wrong("is of an entry of another kind", name);
  return Logged<Entry>{std::move(*wanted), *std::move(found)};
}

Status check_opened(const Inspection& in, const Logged<evidence::RunOpened>& open) {
  const judge::RunInfo& run = in.result->run;
  const evidence::RunOpened& entry = open.entry;
  const auto differs = [](const char* what) {
    return wrong(std::string("was opened ") + what, evidence::kOpenProofFile);
  };
  if (entry.run_id != run.id) return differs("as another run");
  if (open.at.index != run.ledger->index) return differs("at another place than the result says");
  if (entry.iut_sha256 != iut_digest(run) || entry.iut != iut_text(run)) {
    return differs("for other products");
  }
  if (entry.profile != in.statement->profile) return differs("for another profile");
  if (hex(entry.plan_sha256) != run.plan_digest) return differs("for another plan");
  if (entry.nonce != in.statement->nonce) return differs("for somebody else who asked");
  return {};
}

Status check_closed(const Inspection& in, const Logged<evidence::RunOpened>& open,
                    const Logged<evidence::RunClosed>& close) {
  const evidence::RunClosed& entry = close.entry;
  if (entry.run_id != open.entry.run_id) {
    return wrong("closes another run", evidence::kCloseProofFile);
  }
  if (close.at.checkpoint != open.at.checkpoint) {
    return wrong("is of another checkpoint than that of the run's opening",
                 evidence::kCloseProofFile);
  }
  if (close.at.index <= open.at.index) {
    return wrong("the run was closed before it was opened", evidence::kCloseProofFile);
  }
  const crypto::Digest32& named =
      in.is_public() ? entry.public_statement_sha256 : entry.statement_sha256;
  if (named == crypto::sha256(as_bytes(in.payload))) return {};
  return wrong("names another statement as that of this edition", evidence::kCloseProofFile);
}

Status same_origin(const evidence::Checkpoint& older, const evidence::Checkpoint& newer) {
  if (older.origin == newer.origin) return {};
  return wrong("is of \"" + older.origin + "\", the bundle's of \"" + newer.origin + "\"",
               "your checkpoint");
}

// By the whole ledger, which the verifier has got from the lab.
Status check_own_copy(const evidence::Ledger& copy, const evidence::Checkpoint& held,
                      const char* whose) {
  const Status continues = copy.continues(held);
  return continues.ok() ? continues : Status(at(whose, continues.error()));
}

// Whether what the verifier holds and what the bundle shows are one ledger.
Status check_growth(Inspection& in, const evidence::Checkpoint& shown,
                    const evidence::NoteKey& log) {
  if (in.options.ledger_entries) {
    auto copy = evidence::Ledger::read(*in.options.ledger_entries);
    if (!copy.ok()) return at("your ledger", std::move(copy).error());
    PARLEY_TRY(check_own_copy(*copy, shown, "against the bundle's checkpoint"));
    in.ledger = *std::move(copy);
  }
  if (!in.options.ledger_checkpoint) return {};
  const auto held = evidence::verify_checkpoint(*in.options.ledger_checkpoint, log);
  if (!held.ok()) return at("your checkpoint", held.error());
  PARLEY_TRY(same_origin(*held, shown));
  if (in.ledger) return check_own_copy(*in.ledger, *held, "against your checkpoint");
  if (held->head.size == shown.head.size) {
    if (held->head.root == shown.head.root) return {};
    return make_error(ErrorCode::kAuth,
                      "the lab has two ledgers of " + std::to_string(held->head.size) + " entries",
                      "your checkpoint");
  }
  if (!in.options.ledger_growth) {
    return wrong("has " + std::to_string(held->head.size) + " entries, the bundle's " +
                     std::to_string(shown.head.size) +
                     "; nothing shows that one continues the other: ask the lab for its ledger "
                     "(--ledger-entries) or for a proof (--ledger-growth)",
                 "your checkpoint");
  }
  const auto proof = evidence::parse_consistency_proof(*in.options.ledger_growth);
  if (!proof.ok()) return at("your proof of growth", proof.error());
  const bool grew = held->head.size < shown.head.size;
  const auto newer = evidence::verify_growth(grew ? *held : shown, *proof, log);
  if (!newer.ok()) return at("your proof of growth", newer.error());
  if (newer->head == (grew ? shown : *held).head) return {};
  return wrong("leads to another checkpoint", "your proof of growth");
}

Result<std::string> ledger_holds(Inspection& in) {
  PARLEY_ASSIGN(const evidence::NoteKey log,
                evidence::NoteKey::create(in.result->run.ledger->origin, *in.chain->signer));
  PARLEY_ASSIGN(const auto open, logged<evidence::RunOpened>(in, evidence::kOpenProofFile, log));
  PARLEY_ASSIGN(const auto close, logged<evidence::RunClosed>(in, evidence::kCloseProofFile, log));
  PARLEY_TRY(check_opened(in, open));
  PARLEY_TRY(check_closed(in, open, close));
  PARLEY_TRY(check_growth(in, open.at.checkpoint, log));
  in.closed = close.entry.time;
  const bool held = in.options.ledger_checkpoint.has_value();
  return log.name() + ", opened at " + std::to_string(open.at.index) + ", closed at " +
         std::to_string(close.at.index) + " of " + std::to_string(open.at.checkpoint.head.size) +
         (held ? ", one ledger with your checkpoint" : "; hold on to its checkpoint (--ledger)");
}

}  // namespace

Verdict check_ledger(Inspection& in) {
  const bool demanded = in.options.ledger_checkpoint || in.options.ledger_entries;
  if (!in.result->run.ledger) {
    if (in.file(evidence::kOpenProofFile) || in.file(evidence::kCloseProofFile)) {
      return fails("there are proofs of a ledger, and the result names none");
    }
    return demanded ? fails("no ledger in this bundle") : skipped("no ledger in this bundle");
  }
  Result<std::string> held = ledger_holds(in);
  return held.ok() ? holds(*std::move(held)) : fails(held.error().text());
}

Verdict check_previous_runs(Inspection& in) {
  const auto& reference = in.result->run.ledger;
  if (!reference) {
    return skipped("no ledger in this bundle: how often this was tried is not known");
  }
  if (!in.closed) return skipped("needs V15, which is not OK");
  const std::string stated = std::to_string(reference->previous_runs);
  if (!in.ledger) {
    return skipped("it says that " + stated +
                   " went before; the lab's ledger shows it (--ledger-entries)");
  }
  const auto found = in.ledger->previous_runs(reference->index);
  if (found == reference->previous_runs) return holds(stated + " went before");
  return fails("it says that " + stated + " went before, the ledger has " +
               std::to_string(found.value_or(0)));
}

}  // namespace parley::attest
