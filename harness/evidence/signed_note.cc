#include "harness/evidence/signed_note.h"

#include <algorithm>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/base/utf8.h"
#include "harness/crypto/hash.h"

namespace parley::evidence {
namespace {

constexpr std::uint8_t kEd25519Type = 0x01;
constexpr std::size_t kMaxNote = 1024 * 1024;
constexpr std::size_t kMaxSignatures = 100;
constexpr std::size_t kMaxName = 200;
constexpr std::size_t kIdSize = 4;
constexpr std::string_view kDash = "\xe2\x80\x94 ";  // U+2014 and a space

/// Unicode's White_Space beyond ASCII, which a name may not hold.
constexpr std::string_view kSpaces[] = {
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
    "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
    "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
    "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};

Status check_name(std::string_view name) {
  const bool sound = !name.empty() && name.size() <= kMaxName && is_printable_utf8(name) &&
                     name.find_first_of(" \t\r\n+") == std::string_view::npos &&
                     std::ranges::none_of(kSpaces, [&](std::string_view space) {
                       return name.find(space) != std::string_view::npos;
                     });
  if (sound) return {};
  return make_error(ErrorCode::kInvalid,
                    "a key's name is 1 to 200 bytes of text without spaces and \"+\"");
}

/// Valid UTF-8 whose only control characters are newlines.
bool is_note_text(std::string_view text) {
  return is_utf8(text) && std::ranges::none_of(text, [](char c) {
           return static_cast<unsigned char>(c) < 0x20 && c != '\n';
         });
}

std::uint32_t key_id(std::string_view name, const crypto::PublicKey& key) {
  const Bytes type{'\n', kEd25519Type};
  const crypto::Digest32 digest = crypto::sha256({as_bytes(name), type, key});
  return static_cast<std::uint32_t>(read_be(BytesView(digest).first(kIdSize)));
}

Bytes id_bytes(std::uint32_t id) {
  Bytes bytes;
  append_be(bytes, id, kIdSize);
  return bytes;
}

Error malformed(std::string what) {
  return make_error(ErrorCode::kInvalid, std::move(what), "signed note");
}

Result<NoteSignature> parse_signature(std::string_view line) {
  if (!line.starts_with(kDash)) return malformed("a line below the text is no signature");
  line.remove_prefix(kDash.size());
  const std::size_t space = line.find(' ');
  NoteSignature signature;
  signature.name = line.substr(0, space);
  PARLEY_TRY(check_name(signature.name));
  if (space == std::string_view::npos) return malformed("a signature line without signature");
  const Result<Bytes> bytes = decode_base64(line.substr(space + 1));
  if (!bytes || bytes->size() <= kIdSize) {
    return malformed("the signature of \"" + signature.name + "\" is no strict base64");
  }
  signature.id = static_cast<std::uint32_t>(read_be(BytesView(*bytes).first(kIdSize)));
  signature.signature.assign(bytes->begin() + kIdSize, bytes->end());
  return signature;
}

}  // namespace

NoteKey::NoteKey(std::string_view name, const crypto::VerifyKey& key)
    : name_(name), key_(key), id_(key_id(name, *key.ed25519())) {}

Result<NoteKey> NoteKey::create(std::string_view name, const crypto::VerifyKey& key) {
  PARLEY_TRY(check_name(name));
  if (key.algorithm() != crypto::KeyAlgorithm::kEd25519) {
    return make_error(ErrorCode::kUnsupported, "notes are signed with Ed25519 keys");
  }
  return NoteKey(name, key);
}

Result<NoteKey> NoteKey::parse(std::string_view text) {
  const auto bad = [] {
    return make_error(ErrorCode::kInvalid,
                      "a note's key is written \"name+id+base64\", the id of 8 hex digits in "
                      "lower case");
  };
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return bad();
  const Result<Bytes> bytes = decode_base64(text.substr(second + 1));
  if (!bytes || bytes->empty()) return bad();
  if (bytes->front() != kEd25519Type) {
    return make_error(ErrorCode::kUnsupported, "a note's key that is not Ed25519");
  }
  if (bytes->size() != 33) return bad();
  const auto point = to_array<32>(BytesView(*bytes).last(32));
  PARLEY_ASSIGN(NoteKey key, create(text.substr(0, first), crypto::VerifyKey::from_ed25519(point)));
  if (key.text() != text) return bad();
  return key;
}

std::string NoteKey::text() const {
  const crypto::PublicKey point = *key_.ed25519();
  return name_ + "+" + hex(id_bytes(id_)) + "+" + base64(concat({Bytes{kEd25519Type}, point}));
}

Status sign_note(SignedNote& note, std::string_view name, const crypto::SigningKey& key) {
  if (!note.text.ends_with('\n') || !is_note_text(note.text)) {
    return malformed("the text is not printable, or its last line does not end");
  }
  PARLEY_ASSIGN(const NoteKey signer, NoteKey::create(name, key.public_key()));
  note.signatures.push_back({signer.name(), signer.id(), key.sign(as_bytes(note.text))});
  return {};
}

std::string to_text(const SignedNote& note) {
  std::string out = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) {
    out.append(kDash).append(signature.name).append(" ");
    out.append(base64(concat({id_bytes(signature.id), signature.signature}))).append("\n");
  }
  return out;
}

Result<SignedNote> parse_note(std::string_view text) {
  if (text.size() > kMaxNote) {
    return make_error(ErrorCode::kLimit, "is over 1 MiB", "signed note");
  }
  // The text may hold empty lines itself: the last one is the border.
  const std::size_t border = text.rfind("\n\n");
  if (!is_note_text(text) || border == std::string_view::npos || !text.ends_with('\n')) {
    return malformed("is not printable text, an empty line and lines of signatures");
  }
  SignedNote note;
  note.text = text.substr(0, border + 1);
  std::string_view lines = text.substr(border + 2);
  while (!lines.empty()) {
    if (note.signatures.size() == kMaxSignatures) {
      return make_error(ErrorCode::kLimit, "has more than 100 signatures", "signed note");
    }
    const std::size_t end = lines.find('\n');
    PARLEY_ASSIGN(NoteSignature signature, parse_signature(lines.substr(0, end)));
    note.signatures.push_back(std::move(signature));
    lines.remove_prefix(end + 1);
  }
  if (note.signatures.empty()) return malformed("has no signature");
  return note;
}

Result<std::vector<NoteKey>> verify_note(const SignedNote& note, std::span<const NoteKey> known) {
  std::vector<NoteKey> signers;
  for (const NoteSignature& signature : note.signatures) {
    for (const NoteKey& key : known) {
      if (key.name() != signature.name || key.id() != signature.id) continue;
      if (std::ranges::find(signers, key) != signers.end()) continue;
      if (!key.key().verify(as_bytes(note.text), signature.signature)) {
        return make_error(ErrorCode::kAuth, "the signature of \"" + key.name() + "\" does not hold",
                          "signed note");
      }
      signers.push_back(key);
    }
  }
  if (!signers.empty()) return signers;
  return make_error(ErrorCode::kAuth, "no known key has signed it", "signed note");
}

}  // namespace parley::evidence
