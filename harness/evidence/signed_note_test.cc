// The notes that Go's checksum database tests itself with (golang.org/x/mod/sumdb/note), signed by
// the same two people, and what may be wrong with a note on its way.
#include "harness/evidence/signed_note.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/encoding.h"

namespace parley::evidence {
namespace {

using crypto::KeyAlgorithm;
using crypto::SigningKey;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kPeterKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const std::string kEnochKey = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const std::string kText =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
const std::string kPeterLine =
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6K"
    "E6RyyBwJnAM=\n";
const std::string kEnochLine =
    "— EnochRoot "
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd"
    "1RvMc+QQ=\n";
const std::string kNote = kText + "\n" + kPeterLine;

NoteKey peter() { return NoteKey::parse(kPeterKey).value(); }
NoteKey enoch() { return NoteKey::parse(kEnochKey).value(); }

/// Only this test makes a private key from a published seed: PKCS #8 of RFC 8410.
SigningKey peters_private_key() {
  const Bytes seed = decode_base64("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz").value();
  const Bytes prefix = decode_hex("302e020100300506032b657004220420").value();
  return SigningKey::from_pkcs8(concat({prefix, BytesView(seed).last(32)})).value();
}

std::vector<NoteKey> opened(const std::string& text, std::vector<NoteKey> known) {
  const auto note = parse_note(text);
  if (!note.ok()) return {};
  const auto signers = verify_note(*note, known);
  return signers.ok() ? *signers : std::vector<NoteKey>{};
}

TEST(SignedNote, KeysHaveThePublishedIds) {
  EXPECT_EQ(peter().name(), "PeterNeumann");
  EXPECT_EQ(peter().id(), 0xc74f20a3U);
  EXPECT_EQ(peter().text(), kPeterKey);
  EXPECT_EQ(enoch().text(), kEnochKey);
  EXPECT_EQ(NoteKey::create("PeterNeumann", peters_private_key().public_key()).value(), peter());
  EXPECT_NE(NoteKey::create("Peter", peter().key()).value().id(), peter().id());
}

TEST(SignedNote, SigningGivesThePublishedNote) {
  SignedNote note{kText, {}};
  ASSERT_TRUE(sign_note(note, "PeterNeumann", peters_private_key()).ok());
  EXPECT_EQ(to_text(note), kNote);
  EXPECT_EQ(parse_note(kNote).value(), note);
}

TEST(SignedNote, KnownKeysCountAndOthersArePassedOver) {
  const std::string both = kText + "\n" + kPeterLine + kEnochLine;
  EXPECT_THAT(opened(both, {peter()}), ElementsAre(peter()));
  EXPECT_THAT(opened(both, {enoch(), peter()}), ElementsAre(peter(), enoch()));
  EXPECT_EQ(verify_note(parse_note(both).value(), {}).error().code, ErrorCode::kAuth);
  EXPECT_THAT(opened(kText + "\n" + kPeterLine + kPeterLine, {peter(), peter()}),
              ElementsAre(peter()))
      << "signed twice, known twice: one signer";
}

TEST(SignedNote, ASignatureThatDoesNotHoldSpoilsTheNote) {
  std::string bent = kPeterLine;
  bent.replace(bent.find("RyyBwJnAM="), 10, "RyyBwJnBM=");
  const auto note = parse_note(kText + "\n" + kEnochLine + bent).value();
  EXPECT_EQ(verify_note(note, std::vector{peter(), enoch()}).error().code, ErrorCode::kAuth);
  EXPECT_TRUE(verify_note(note, std::vector{enoch()}).ok()) << "nobody knows Peter";
  std::string other_text = kNote;
  other_text[3] = 'w';
  EXPECT_TRUE(opened(other_text, {peter()}).empty());
  // Behind a sound signature of the same key it is never looked at.
  EXPECT_THAT(opened(kText + "\n" + kPeterLine + bent, {peter()}), ElementsAre(peter()));
  EXPECT_TRUE(opened(kText + "\n" + bent + kPeterLine, {peter()}).empty());
}

TEST(SignedNote, ATextMayHoldEmptyLines) {
  SignedNote note{"one\n\ntwo\n", {}};
  ASSERT_TRUE(sign_note(note, "PeterNeumann", peters_private_key()).ok());
  EXPECT_EQ(parse_note(to_text(note)).value().text, "one\n\ntwo\n");
  EXPECT_THAT(opened(to_text(note), {peter()}), ElementsAre(peter()));
}

TEST(SignedNote, MalformedNotesAreRefused) {
  for (const std::string& text :
       {std::string(), kText, kText + "\n",
        kText + "\n" + kPeterLine.substr(0, kPeterLine.size() - 1), "\x01" + kNote, "\xff" + kNote,
        kNote + "Unexpected line.\n", kNote + "\n", kText + "\n— Bad Name" + kPeterLine.substr(16),
        kText + "\n— A+B" + kPeterLine.substr(16),
        kText +
            "\n— A\xc2\xa0"
            "B" +
            kPeterLine.substr(16),
        kText + "\n— PeterNeumann\n", kText + "\n— PeterNeumann x08go_==\n",
        kText + "\n— PeterNeumann x08gow==\n", kText + "\r\n" + kPeterLine,
        kText + "\n-" + kPeterLine.substr(3)}) {
    const auto note = parse_note(text);
    ASSERT_FALSE(note.ok()) << text;
    EXPECT_EQ(note.error().code, ErrorCode::kInvalid) << text;
  }
}

TEST(SignedNote, KeepsItsLimits) {
  std::string text = kText + "\n";
  for (int i = 0; i < 100; ++i) text += kPeterLine;
  EXPECT_THAT(opened(text, {peter()}), ElementsAre(peter()));
  EXPECT_EQ(parse_note(text + kPeterLine).error().code, ErrorCode::kLimit);
  EXPECT_EQ(parse_note(std::string(2 << 20, 'x')).error().code, ErrorCode::kLimit);
}

TEST(SignedNote, ManglingAKeyBreaksIt) {
  for (std::size_t begin = 0; begin <= kPeterKey.size(); ++begin) {
    for (std::size_t end = begin; end <= kPeterKey.size(); ++end) {
      if (begin == 0 && end == kPeterKey.size()) continue;
      EXPECT_FALSE(NoteKey::parse(kPeterKey.substr(begin, end - begin)).ok());
    }
  }
  for (std::size_t i = 0; i < kPeterKey.size(); ++i) {
    std::string bent = kPeterKey;
    ++bent[i];
    EXPECT_FALSE(NoteKey::parse(bent).ok()) << bent;
  }
  // Go's own two: a key that is too long, and one of an unknown kind, both with a fitting id.
  EXPECT_FALSE(NoteKey::parse("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/"
                              "LDE4izWy10TWBADKEY==")
                   .ok());
  EXPECT_EQ(NoteKey::parse("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
                .error()
                .code,
            ErrorCode::kUnsupported);
}

TEST(SignedNote, WhatCannotBeReadIsNotSigned) {
  const SigningKey key = peters_private_key();
  for (const char* text : {"", "no end", "a\tb\n", "\xff\n", "a\r\n"}) {
    SignedNote note{text, {}};
    EXPECT_FALSE(sign_note(note, "PeterNeumann", key).ok()) << text;
    EXPECT_TRUE(note.signatures.empty());
  }
  SignedNote note{kText, {}};
  EXPECT_FALSE(sign_note(note, "a b", key).ok());
  EXPECT_FALSE(sign_note(note, "", key).ok());
  EXPECT_EQ(sign_note(note, "x", SigningKey::generate(KeyAlgorithm::kEcdsaP256)).error().code,
            ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace parley::evidence
