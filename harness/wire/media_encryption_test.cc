// Files of every kind on their way through a host that may hand back anything at all.
#include "harness/wire/media_encryption.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "harness/base/encoding.h"
#include "harness/base/file.h"
#include "harness/base/json.h"
#include "harness/base/random.h"

namespace parley::wire {
namespace {

constexpr std::array kKinds = {MediaKind::kImage, MediaKind::kVideo, MediaKind::kAudio,
                               MediaKind::kDocument};

MediaExpectation expect(const MediaSummary& summary) {
  return {summary.encrypted_sha256, summary.file_sha256, summary.file_length, summary.sidecar};
}

MediaKind kind_named(std::string_view name) {
  return *std::ranges::find(kKinds, name, [](MediaKind kind) { return to_string(kind); });
}

// The vectors were made with the openssl command and Python's hashlib, not with this code.
TEST(MediaEncryption, MatchesIndependentVectors) {
  const auto text = read_text_file(PARLEY_SOURCE_DIR "/harness/wire/testdata/media_vectors.json");
  ASSERT_TRUE(text.ok());
  const auto parsed = parse_json(*text);
  ASSERT_TRUE(parsed.ok()) << parsed.error().text();
  int checked = 0;
  for (const json::value& value : *get_array(parsed->as_object(), "vectors")) {
    const json::object& v = value.as_object();
    const MediaKind kind = kind_named(*get_string(v, "kind"));
    const auto key = to_array<32>(*decode_hex(*get_string(v, "key")));
    Bytes plain(static_cast<std::size_t>(*get_int(v, "size")));
    const auto salt = static_cast<std::size_t>(*get_int(v, "salt"));
    for (std::size_t j = 0; j < plain.size(); ++j) {
      plain[j] = static_cast<std::uint8_t>((j * j + 7 * j + salt) % 251);
    }
    const EncryptedMedia media = encrypt_media(kind, key, plain);
    EXPECT_EQ(hex(media.summary.file_sha256), *get_string(v, "file_sha256")) << plain.size();
    EXPECT_EQ(hex(media.summary.encrypted_sha256), *get_string(v, "encrypted_sha256"));
    EXPECT_EQ(hex(crypto::sha256(media.file)), *get_string(v, "encrypted_sha256"));
    EXPECT_EQ(static_cast<std::int64_t>(media.file.size()), *get_int(v, "encrypted_size"));
    EXPECT_EQ(media.file.size(), encrypted_media_size(plain.size()));
    EXPECT_EQ(hex(BytesView(media.file).last(kMediaMacSize)), *get_string(v, "mac"));
    EXPECT_EQ(hex(media.summary.sidecar), *get_string(v, "sidecar")) << plain.size();
    const auto back = decrypt_media(kind, key, media.file, expect(media.summary));
    EXPECT_EQ(to_string(back.finding), "none");
    EXPECT_EQ(back.plain, plain);
    ++checked;
  }
  EXPECT_EQ(checked, 14);
}

TEST(MediaEncryption, CutsDoNotMatter) {
  SeededRandom random(1, "media");
  for (const MediaKind kind : kKinds) {
    for (int round = 0; round < 12; ++round) {
      const auto key = random.array<32>();
      const Bytes plain = random.bytes(random.below(round % 2 == 0 ? 200'000 : 20'000));
      const EncryptedMedia whole = encrypt_media(kind, key, plain);
      const std::uint64_t longest = round % 3 == 0 ? 100 : 30'000;
      MediaEncryptor encryptor(kind, key);
      Bytes file;
      for (BytesView rest = plain; !rest.empty();) {
        const std::size_t size = std::min<std::size_t>(rest.size(), random.below(longest));
        encryptor.update(rest.first(size), file);
        rest = rest.subspan(size);
      }
      EXPECT_EQ(encryptor.finish(file), whole.summary);
      EXPECT_EQ(file, whole.file);

      MediaDecryptor decryptor(kind, key, expect(whole.summary));
      for (BytesView rest = file; !rest.empty();) {
        const std::size_t size = std::min<std::size_t>(rest.size(), random.below(longest));
        EXPECT_TRUE(decryptor.update(rest.first(size)));
        rest = rest.subspan(size);
      }
      const DecryptedMedia back = decryptor.finish();
      EXPECT_EQ(to_string(back.finding), "none");
      EXPECT_EQ(back.plain, plain);
    }
  }
}

TEST(MediaEncryption, OnlyVideoAndAudioHaveASidecar) {
  const MediaKey key{};
  const Bytes plain(100'000, 7);
  EXPECT_TRUE(encrypt_media(MediaKind::kImage, key, plain).summary.sidecar.empty());
  EXPECT_TRUE(encrypt_media(MediaKind::kDocument, key, plain).summary.sidecar.empty());
  EXPECT_EQ(encrypt_media(MediaKind::kVideo, key, plain).summary.sidecar.size(), 20u);
  EXPECT_EQ(encrypt_media(MediaKind::kAudio, key, plain).summary.sidecar.size(), 20u);
}

TEST(MediaEncryption, EachKindHasItsOwnKeys) {
  const MediaKey key{};
  const Bytes plain(1000, 7);
  for (const MediaKind kind : kKinds) {
    const EncryptedMedia media = encrypt_media(kind, key, plain);
    for (const MediaKind other : kKinds) {
      MediaExpectation expectation = expect(media.summary);
      expectation.sidecar.clear();
      const auto finding = decrypt_media(other, key, media.file, expectation).finding;
      EXPECT_EQ(finding, kind == other ? MediaFinding::kNone : MediaFinding::kMac);
    }
  }
}

struct Damage {
  SeededRandom random{2, "media damage"};
  MediaKey key = random.array<32>();
  Bytes plain = random.bytes(70'000);
  EncryptedMedia media = encrypt_media(MediaKind::kVideo, key, plain);
  MediaExpectation expectation = expect(media.summary);

  /// What the receiver finds; it must never release anything with a finding.
  MediaFinding finding(BytesView file) const {
    const auto result = decrypt_media(MediaKind::kVideo, key, file, expectation);
    EXPECT_EQ(result.plain.empty(), !result.ok());
    return result.finding;
  }
  /// Damage that the announced digest covers too, as when the sender itself is at fault.
  void announce(BytesView file) { expectation.encrypted_sha256 = crypto::sha256(file); }
};

TEST(MediaEncryption, ADamagedFileDiffersFromItsDigest) {
  Damage d;
  for (const std::size_t at :
       {std::size_t{0}, std::size_t{35'000}, d.media.file.size() - 11, d.media.file.size() - 1}) {
    Bytes file = d.media.file;
    file[at] ^= 1;
    EXPECT_EQ(d.finding(file), MediaFinding::kEncryptedDigest) << at;
  }
  Bytes shorter = d.media.file;
  shorter.erase(shorter.begin(), shorter.begin() + 16);
  EXPECT_EQ(d.finding(shorter), MediaFinding::kEncryptedDigest);
}

TEST(MediaEncryption, AMacThatDoesNotHoldIsFoundBehindAMatchingDigest) {
  Damage d;
  for (const std::size_t at :
       {std::size_t{0}, std::size_t{35'000}, d.media.file.size() - 11, d.media.file.size() - 1}) {
    Bytes file = d.media.file;
    file[at] ^= 1;
    d.announce(file);
    EXPECT_EQ(d.finding(file), MediaFinding::kMac) << at;
  }
  d.expectation.encrypted_sha256.reset();
  Bytes file = d.media.file;
  file[5] ^= 1;
  EXPECT_EQ(d.finding(file), MediaFinding::kMac) << "also without any digest";
}

TEST(MediaEncryption, AWrongAnnouncementIsFound) {
  Damage d;
  d.expectation.sidecar[12] ^= 1;
  EXPECT_EQ(d.finding(d.media.file), MediaFinding::kSidecar);
  d.expectation.sidecar.resize(10);
  EXPECT_EQ(d.finding(d.media.file), MediaFinding::kSidecar);
  d.expectation.sidecar.clear();
  EXPECT_EQ(d.finding(d.media.file), MediaFinding::kNone);
  (*d.expectation.file_length)++;
  EXPECT_EQ(d.finding(d.media.file), MediaFinding::kPlainLength);
  (*d.expectation.file_sha256)[0] ^= 1;
  EXPECT_EQ(d.finding(d.media.file), MediaFinding::kPlainDigest);
  (*d.expectation.encrypted_sha256)[0] ^= 1;
  EXPECT_EQ(d.finding(d.media.file), MediaFinding::kEncryptedDigest);
}

TEST(MediaEncryption, AuthenticBytesWithoutPaddingAreFound) {
  Damage d;
  const MediaKeys keys = derive_media_keys(MediaKind::kVideo, d.key);
  Bytes file(32, 0x41);  // decrypts to something whose last byte is no padding
  append(file, BytesView(crypto::hmac_sha256(keys.mac, {keys.iv, file})).first(kMediaMacSize));
  d.announce(file);
  d.expectation.sidecar.clear();
  ASSERT_FALSE(crypto::aes_cbc_decrypt(keys.cipher, keys.iv, BytesView(file).first(32)).ok());
  EXPECT_EQ(d.finding(file), MediaFinding::kPadding);
}

TEST(MediaEncryption, TornFilesAreTooShort) {
  Damage d;
  const auto of_size = [&](std::size_t size) {
    return d.finding(BytesView(d.media.file).first(size));
  };
  for (const std::size_t size : {0u, 1u, 10u, 25u, 27u, 9'999u, 20'000u}) {
    EXPECT_EQ(of_size(size), MediaFinding::kTooShort) << size;
  }
  EXPECT_EQ(of_size(26), MediaFinding::kEncryptedDigest) << "one block and a MAC";
}

TEST(MediaEncryption, DownloadsStopAtTheLimit) {
  Damage d;
  MediaDecryptor exact(MediaKind::kVideo, d.key, d.expectation, d.media.file.size());
  EXPECT_TRUE(exact.update(d.media.file));
  EXPECT_TRUE(exact.finish().ok());
  MediaDecryptor decryptor(MediaKind::kVideo, d.key, d.expectation, d.media.file.size() - 1);
  EXPECT_TRUE(decryptor.update(BytesView(d.media.file).first(1000)));
  EXPECT_FALSE(decryptor.update(BytesView(d.media.file).subspan(1000)));
  EXPECT_FALSE(decryptor.update({}));
  const auto result = decryptor.finish();
  EXPECT_EQ(result.finding, MediaFinding::kTooLong);
  EXPECT_TRUE(result.plain.empty());
}

TEST(MediaEncryption, ACarelessReceiverSeesTheDamage) {
  Damage d;
  Bytes file = d.media.file;
  file[0] ^= 1;
  const Bytes plain = decrypt_media_unverified(MediaKind::kVideo, d.key, file);
  EXPECT_EQ(plain.size(), d.plain.size());
  EXPECT_NE(plain, d.plain);
  EXPECT_EQ(decrypt_media_unverified(MediaKind::kVideo, d.key, d.media.file), d.plain);
  EXPECT_TRUE(decrypt_media_unverified(MediaKind::kVideo, d.key, Bytes(9)).empty());
  EXPECT_TRUE(decrypt_media_unverified(MediaKind::kVideo, d.key, Bytes(27)).empty());
}

TEST(MediaEncryption, NamesAreStable) {
  EXPECT_EQ(media_key_info(MediaKind::kImage), "WhatsApp Image Keys");
  EXPECT_EQ(media_key_info(MediaKind::kVideo), "WhatsApp Video Keys");
  EXPECT_EQ(media_key_info(MediaKind::kAudio), "WhatsApp Audio Keys");
  EXPECT_EQ(media_key_info(MediaKind::kDocument), "WhatsApp Document Keys");
  EXPECT_EQ(to_string(MediaFinding::kPlainLength), "plain-length");
  EXPECT_EQ(to_string(MediaFinding::kTooShort), "too-short");
}

}  // namespace
}  // namespace parley::wire
