#include <algorithm>
#include <utility>

#include "harness/attest/inspection.h"
#include "harness/crypto/hash.h"
#include "harness/evidence/bundle.h"

namespace parley::attest {
namespace {

Error missing(std::string_view name) {
  return make_error(ErrorCode::kInvalid, "is not in the bundle", std::string(name));
}

Result<std::string_view> need(const Inspection& in, std::string_view name) {
  if (const auto text = in.file(name)) return *text;
  return missing(name);
}

Status holds_digest(const evidence::TestStatement& statement, std::string_view name,
                    std::string_view content) {
  const evidence::Artifact* subject = statement.subject(name);
  if (subject == nullptr) {
    return make_error(ErrorCode::kAuth, "the statement does not name it", std::string(name));
  }
  if (subject->sha256 == crypto::sha256(as_bytes(content))) return {};
  return make_error(ErrorCode::kAuth, "is not the one that was signed", std::string(name));
}

// Whether those who must have signed have: of roles, this knows the lab's only.
Status check_signers(const evidence::BundleManifest& manifest, const std::string& key_id) {
  bool lab = false;
  for (const evidence::RequiredSigner& one : manifest.signers) {
    if (one.role != "lab") {
      return make_error(ErrorCode::kUnsupported,
                        "demands a signature by \"" + one.role + "\", which is not known here",
                        "manifest.json");
    }
    lab = one.key_id == key_id;
  }
  if (lab) return {};
  return make_error(ErrorCode::kAuth, "demands another signer than the one who signed",
                    "manifest.json");
}

Result<std::string> signed_payload(const Inspection& in, const crypto::VerifyKey& signer) {
  PARLEY_ASSIGN(const std::string_view text, need(in, evidence::kEnvelopeFile));
  PARLEY_ASSIGN(const auto envelopes, evidence::parse_envelopes(text));
  if (envelopes.size() != 1) {
    return make_error(ErrorCode::kInvalid, "has more than one statement",
                      std::string(evidence::kEnvelopeFile));
  }
  const auto by = evidence::verify_envelope(envelopes[0], evidence::kInTotoPayloadType, {{signer}});
  if (!by.ok()) return at(evidence::kEnvelopeFile, by.error());
  return std::string(as_text(envelopes[0].payload));
}

Status read_statement(Inspection& in) {
  PARLEY_ASSIGN(evidence::TestStatement statement, evidence::parse_statement(in.payload));
  PARLEY_ASSIGN(const std::string_view manifest_text, need(in, evidence::kManifestFile));
  PARLEY_ASSIGN(const std::string_view result_text, need(in, evidence::kResultFile));
  PARLEY_TRY(holds_digest(statement, evidence::kManifestFile, manifest_text));
  PARLEY_TRY(holds_digest(statement, evidence::kResultFile, result_text));
  PARLEY_ASSIGN(evidence::BundleManifest manifest, evidence::parse_manifest(manifest_text));
  PARLEY_TRY(check_signers(manifest, in.chain->signer->key_id()));
  if (manifest.run_id != statement.run_id) {
    return make_error(
        ErrorCode::kAuth,
        "is of the run \"" + manifest.run_id + "\", the statement of \"" + statement.run_id + "\"",
        "manifest.json");
  }
  in.statement = std::move(statement);
  in.manifest = std::move(manifest);
  return {};
}

}  // namespace

Verdict check_archive(Inspection& in) {
  auto entries = evidence::read_zip(in.archive);
  if (!entries.ok()) return fails(entries.error().text());
  in.entries = *std::move(entries);
  return holds(std::to_string(in.entries.size()) + " files");
}

Verdict check_chain(Inspection& in) {
  const auto chain = in.file(evidence::kChainPemFile);
  if (!chain) return fails(missing(evidence::kChainPemFile).text());
  const std::string roots = in.options.roots_pem.value_or(std::string(*chain));
  read_time_stamp(in);
  const bool stamped = in.stamp && in.stamp->ok();
  in.chain =
      crypto::verify_chain(*chain, roots, stamped ? in.stamp->value().time : in.options.when);
  if (!in.chain->valid()) {
    return fails(std::string(crypto::to_string(in.chain->fault)) + ": " + in.chain->reason);
  }
  if (!in.options.roots_pem) {
    return skipped("no roots were given (--trust): it says \"" + in.chain->subject +
                   "\", and anybody can say that");
  }
  return holds(in.chain->subject + (stamped ? ", valid when it was stamped" : ""));
}

Verdict check_envelope(Inspection& in) {
  if (!in.chain || !in.chain->valid()) return skipped("there is no key to check it with: V03");
  Result<std::string> payload = signed_payload(in, *in.chain->signer);
  if (!payload.ok()) return fails(payload.error().text());
  in.payload = *std::move(payload);
  return holds("key " + in.chain->signer->key_id());
}

Verdict check_statement(Inspection& in) {
  const Status read = read_statement(in);
  if (!read.ok()) return fails(read.error().text());
  return holds("run " + in.statement->run_id + ", " + in.statement->sentence + ", " +
               std::string(evidence::to_string(in.manifest->edition)) + " edition");
}

Verdict check_files(Inspection& in) {
  begin_tree(in);
  const std::vector<Error> faults =
      evidence::compare_files(*in.manifest, in.entries, in.options.workers);
  if (!faults.empty()) {
    return fails(
        faults.front().text() +
        (faults.size() == 1 ? "" : "; and " + std::to_string(faults.size() - 1) + " more"));
  }
  return holds(std::to_string(in.manifest->files.size()) + " files");
}

Verdict check_nonce(Inspection& in) {
  const std::string& found = in.statement->nonce;
  if (!in.options.nonce) {
    return skipped(found.empty() ? "nobody asked with a nonce"
                                 : "it answers \"" + found + "\"; ask with --nonce");
  }
  if (found == *in.options.nonce) return holds(found);
  return fails(found.empty() ? "it answers nobody"
                             : "it answers \"" + found + "\", not \"" + *in.options.nonce + "\"");
}

}  // namespace parley::attest
