// Signed notes after C2SP (c2sp.org/signed-note): a text for people with Ed25519 signatures below
// it, each a line that names its key. Checkpoints of ledgers are such notes, and witnesses add
// lines.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/result.h"
#include "harness/crypto/signing_key.h"

namespace parley::evidence {

/// Who a note's signature is by: a name and the first four bytes of SHA-256(name || "\n" || 0x01 ||
/// key). The name is part of it, so that one key under two names is two signers.
class NoteKey {
 public:
  /// kInvalid for a name that is empty, over 200 bytes or holds a space or "+"; kUnsupported for
  /// a key that is not Ed25519 (type 0x01, the only one that this reads).
  static Result<NoteKey> create(std::string_view name, const crypto::VerifyKey& key);
  /// "name+c74f20a3+base64", the form in which logs publish their keys.
  static Result<NoteKey> parse(std::string_view text);

  std::string text() const;
  const std::string& name() const { return name_; }
  std::uint32_t id() const { return id_; }
  const crypto::VerifyKey& key() const { return key_; }

  bool operator==(const NoteKey&) const = default;

 private:
  NoteKey(std::string_view name, const crypto::VerifyKey& key);
  std::string name_;
  crypto::VerifyKey key_;
  std::uint32_t id_;
};

struct NoteSignature {
  std::string name;
  std::uint32_t id = 0;
  Bytes signature;  ///< of a type that `id` stands for; may be of one that this does not know

  bool operator==(const NoteSignature&) const = default;
};

struct SignedNote {
  std::string text;  ///< ends with a newline, which is signed too
  std::vector<NoteSignature> signatures;

  bool operator==(const SignedNote&) const = default;
};

/// Adds a line by `key` under `name`. Errors of NoteKey::create, and kInvalid where the text is no
/// note's: printable UTF-8 lines, the last one ended.
Status sign_note(SignedNote& note, std::string_view name, const crypto::SigningKey& key);

/// The text, an empty line, and "— name base64" for each signature.
std::string to_text(const SignedNote& note);
/// Reads a note of at most 1 MiB with 1 to 100 signatures; verifies nothing. kInvalid or kLimit.
Result<SignedNote> parse_note(std::string_view text);

/// Whose signatures hold, of the keys known: at least one. Signatures of other keys are passed
/// over, a second one of the same key too. kAuth where one that claims a known key does not hold,
/// or where no known key has signed.
Result<std::vector<NoteKey>> verify_note(const SignedNote& note, std::span<const NoteKey> known);

}  // namespace parley::evidence
