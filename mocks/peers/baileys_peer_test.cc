// The world: no network. Baileys in a process of its own, asked to do what our engines do: sign and
// verify, encrypt and decrypt media, encode and decode stanzas. Each must read what the other
// wrote; the places where they are known to differ are listed, and a difference that is not listed
// fails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/encoding.h"
#include "harness/crypto/curve25519.h"
#include "harness/wire/media_encryption.h"
#include "harness/wire/node_codec.h"
#include "harness/wire/random_node.h"
#include "mocks/peers/node_json.h"
#include "mocks/peers/peers.h"

namespace parley::peers {
namespace {

using wire::MediaKind;
using wire::Node;

class BaileysPeerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto process = start_node_peer(build_folders(), "baileys.mjs");
    ASSERT_TRUE(process.ok()) << process.error().text();
    baileys_ = std::make_unique<PeerProcess>(std::move(*process));
  }

  json::object ask(const json::object& request) {
    auto answer = baileys_->call(request);
    EXPECT_TRUE(answer.ok()) << canonical(request).substr(0, 200) << ": "
                             << (answer.ok() ? "" : answer.error().text());
    return answer.ok() ? std::move(*answer) : json::object();
  }

  static Bytes bytes_of(const json::object& object, std::string_view name) {
    auto bytes = decode_hex(get_string(object, name).value_or("-"));
    EXPECT_TRUE(bytes.ok()) << name;
    return bytes.ok() ? std::move(*bytes) : Bytes();
  }
  template <std::size_t N>
  static ByteArray<N> array_of(const json::object& object, std::string_view name) {
    const Bytes bytes = bytes_of(object, name);
    EXPECT_EQ(bytes.size(), N) << name;
    return bytes.size() == N ? to_array<N>(bytes) : ByteArray<N>{};
  }

  std::unique_ptr<PeerProcess> baileys_;
  SeededRandom random_{20260302, "baileys"};
};

TEST_F(BaileysPeerTest, XeddsaSignaturesHoldBothWays) {
  for (int n = 0; n < 60; ++n) {
    const Bytes message = random_.bytes(1 + random_.below(300));
    const crypto::XeddsaKeyPair ours = crypto::XeddsaKeyPair::generate(random_);
    const crypto::Signature signature = ours.sign(message);
    json::object request{{"do", "verify"},
                         {"key", hex(ours.public_key())},
                         {"message", hex(message)},
                         {"signature", hex(signature)}};
    EXPECT_EQ(get_bool(ask(request), "libsignal"), true) << n;
    crypto::Signature damaged = signature;
    damaged[random_.below(64)] ^= 1u << random_.below(7);
    request["signature"] = hex(damaged);
    EXPECT_EQ(get_bool(ask(request), "libsignal"), false) << n;

    const json::object theirs = ask({{"do", "generate_keys"}});
    const auto key = array_of<32>(theirs, "public");
    const auto foreign = array_of<64>(
        ask({{"do", "sign"}, {"key", *get_string(theirs, "private")}, {"message", hex(message)}}),
        "signature");
    EXPECT_TRUE(crypto::xeddsa_verify(key, message, foreign)) << n;
    crypto::Signature forged = foreign;
    forged[random_.below(64)] ^= 1u << random_.below(7);
    EXPECT_FALSE(crypto::xeddsa_verify(key, message, forged)) << n;

    const auto secret = ours.agreement().agree(key);
    ASSERT_TRUE(secret.ok());
    EXPECT_EQ(hex(*secret), get_string(ask({{"do", "agree"},
                                            {"private", *get_string(theirs, "private")},
                                            {"public", hex(ours.public_key())}}),
                                       "secret"));
  }
}

/// libsignal returns its verdict, and Baileys waits for an exception: it takes every signature of
/// the right length for good, that of the server's certificate chain and of its own pairing
/// included.
TEST_F(BaileysPeerTest, TakesAForgedSignatureForGood) {
  const crypto::XeddsaKeyPair ours = crypto::XeddsaKeyPair::generate(random_);
  const json::object verdict = ask({{"do", "verify"},
                                    {"key", hex(ours.public_key())},
                                    {"message", "00"},
                                    {"signature", std::string(128, '0')}});
  EXPECT_EQ(get_bool(verdict, "libsignal"), false);
  EXPECT_EQ(get_bool(verdict, "baileys"), true) << "Baileys has been mended; take this out";
}

struct KindName {
  const char* baileys;
  MediaKind ours;
};
/// Baileys has more names than there are kinds of keys. Sticker and video note use another's.
constexpr std::array<KindName, 8> kKinds = {{{"image", MediaKind::kImage},
                                             {"video", MediaKind::kVideo},
                                             {"audio", MediaKind::kAudio},
                                             {"document", MediaKind::kDocument},
                                             {"ptt", MediaKind::kAudio},
                                             {"gif", MediaKind::kVideo},
                                             {"ptv", MediaKind::kVideo},
                                             {"sticker", MediaKind::kImage}}};
/// Around the cipher's block and the sidecar's step, and larger than a piece of a stream.
constexpr std::array<std::size_t, 9> kSizes = {0, 1, 15, 16, 17, 65519, 65'536, 65'537, 1'000'003};

TEST_F(BaileysPeerTest, ReadsOurMedia) {
  for (const KindName& kind : kKinds) {
    for (const std::size_t size : kSizes) {
      const Bytes plain = random_.bytes(size);
      const auto key = random_.array<32>();
      const wire::EncryptedMedia media = wire::encrypt_media(kind.ours, key, plain);
      const json::object answer = ask({{"do", "decrypt_media"},
                                       {"kind", kind.baileys},
                                       {"key", hex(key)},
                                       {"file", hex(media.file)}});
      EXPECT_TRUE(bytes_of(answer, "plain") == plain) << kind.baileys << " of " << size;
    }
  }
}

TEST_F(BaileysPeerTest, WritesMediaThatWeRead) {
  for (const KindName& kind : kKinds) {
    for (const std::size_t size : kSizes) {
      const Bytes plain = random_.bytes(size);
      const json::object answer =
          ask({{"do", "encrypt_media"}, {"kind", kind.baileys}, {"plain", hex(plain)}});
      wire::MediaExpectation expectation;
      expectation.encrypted_sha256 = array_of<32>(answer, "encrypted_sha256");
      expectation.file_sha256 = array_of<32>(answer, "file_sha256");
      expectation.file_length = get_int(answer, "file_length");
      const auto key = array_of<32>(answer, "key");
      Bytes file = bytes_of(answer, "file");
      const wire::DecryptedMedia media = wire::decrypt_media(kind.ours, key, file, expectation);
      EXPECT_EQ(to_string(media.finding), "none") << kind.baileys << " of " << size;
      EXPECT_TRUE(media.plain == plain) << kind.baileys << " of " << size;
      // The same bytes from the same key: nothing in the format is left to choice.
      EXPECT_TRUE(wire::encrypt_media(kind.ours, key, plain).file == file) << kind.baileys;

      const auto other = static_cast<MediaKind>((static_cast<int>(kind.ours) + 1) % 4);
      EXPECT_FALSE(wire::decrypt_media(other, key, file, expectation).ok()) << "under other keys";
    }
  }
}

/// Baileys verifies neither the MAC nor the digests of what it downloads; only the padding stops
/// it.
TEST_F(BaileysPeerTest, TakesMediaWithADamagedMac) {
  const Bytes plain = random_.bytes(1000);
  const auto key = random_.array<32>();
  wire::EncryptedMedia media = wire::encrypt_media(MediaKind::kImage, key, plain);
  media.file.back() ^= 1;
  EXPECT_EQ(to_string(wire::decrypt_media(MediaKind::kImage, key, media.file, {}).finding), "mac");
  json::object request{{"do", "decrypt_media"}, {"kind", "image"}, {"key", hex(key)}};
  request["file"] = hex(media.file);
  EXPECT_TRUE(bytes_of(ask(request), "plain") == plain) << "Baileys has been mended; take this out";
  // A bit of the first block: the text of the file changes, and nobody notices.
  media.file[0] ^= 1;
  request["file"] = hex(media.file);
  EXPECT_EQ(bytes_of(ask(request), "plain").size(), plain.size());
}

/// Applied to every attribute value of a tree, whose attributes come out sorted: JavaScript puts
/// names that look like numbers first, and their order carries no meaning.
Node changed(Node node, const std::function<std::string(const std::string&)>& change) {
  for (auto& [name, value] : node.attributes) value = change(value);
  std::ranges::sort(node.attributes);
  if (auto* children = std::get_if<wire::Nodes>(&node.content)) {
    for (Node& child : *children) child = changed(std::move(child), change);
  }
  return node;
}
std::string same(const std::string& text) { return text; }

/// What is known of how Baileys' codec differs. Counts how often each was met, so that an entry
/// that is true no longer shows.
class KnownDifferences {
 public:
  /// An attribute that we encoded, as Baileys gives it to its user.
  std::string decoded(const std::string& text) {
    const auto jid = wire::Jid::parse(text);
    if (!jid || jid->text() != text) return text;  // travelled as text
    if (jid->server == "interop" && jid->device == 0) {
      ++met["an interop address without a device gets \":0\""];
      return std::to_string(jid->integrator) + "-" + jid->user + ":0@interop";
    }
    if (jid->server == "msgr" && jid->device == 0 && !jid->user.empty()) {
      ++met["a Messenger address without a device gets \":0\""];
      return jid->user + ":0@msgr";
    }
    return text;
  }

  /// An attribute that Baileys encoded, as we read it. It takes whatever has an '@' in it for an
  /// address, and writes every address that has a device as one of four servers.
  std::string encoded(const std::string& text) {
    const std::size_t at = text.find('@');
    if (at == std::string::npos) return text;
    const std::string server = text.substr(at + 1);
    const std::string user_and_device = text.substr(0, at);
    const std::size_t colon = user_and_device.find(':');
    if (colon == std::string::npos) return text;
    const std::string user = user_and_device.substr(0, colon);
    const unsigned long device = std::stoul(user_and_device.substr(colon + 1));
    static const std::vector<std::string> kServers = {"s.whatsapp.net", "lid", "hosted",
                                                      "hosted.lid"};
    const bool known = std::ranges::find(kServers, server) != kServers.end();
    if (!known) ++met["a device at another server loses the server"];
    if (device > 255) ++met["a device above 255 loses its high byte"];
    if (device % 256 == 0) ++met["a device of 0 is dropped"];
    const std::string kept = device % 256 == 0 ? "" : ":" + std::to_string(device % 256);
    return user + kept + "@" + (known ? server : "s.whatsapp.net");
  }

  std::map<std::string, int> met;
};

TEST_F(BaileysPeerTest, ReadsOurStanzas) {
  KnownDifferences differences;
  for (int n = 0; n < 400; ++n) {
    const Node node = wire::random_node(random_);
    const auto compression = n % 2 == 0 ? wire::Compression::kNone : wire::Compression::kZlib;
    json::object answer =
        ask({{"do", "decode"}, {"bytes", hex(wire::pack_stanza(node, compression))}});
    const json::object* got = get_object(answer, "node");
    ASSERT_NE(got, nullptr);
    const auto as_decoded = [&](const std::string& text) { return differences.decoded(text); };
    const Node expected = changed(node, as_decoded);
    const Node actual = changed(from_peer(*got), same);
    ASSERT_EQ(wire::to_xml(actual), wire::to_xml(expected)) << n;
    ASSERT_TRUE(actual == expected) << n << ": " << wire::to_xml(expected);
  }
  EXPECT_EQ(differences.met.size(), 2u) << "a difference has gone";
  for (const auto& [what, times] : differences.met) std::printf("  %s: %d\n", what.c_str(), times);
}

TEST_F(BaileysPeerTest, WritesStanzasThatWeRead) {
  KnownDifferences differences;
  for (int n = 0; n < 400; ++n) {
    const Node node = wire::random_node(random_);
    const Bytes bytes = bytes_of(ask({{"do", "encode"}, {"node", to_peer(node)}}), "bytes");
    const auto got = wire::unpack_stanza(bytes);
    ASSERT_TRUE(got.ok()) << n << ": " << got.error().text() << " " << wire::to_xml(node);
    const auto as_encoded = [&](const std::string& text) { return differences.encoded(text); };
    const Node expected = changed(node, as_encoded);
    const Node actual = changed(*got, same);
    ASSERT_EQ(wire::to_xml(actual), wire::to_xml(expected)) << n;
    ASSERT_TRUE(actual == expected) << n << ": " << wire::to_xml(expected);
  }
  EXPECT_EQ(differences.met.size(), 3u) << "a difference has gone";
  for (const auto& [what, times] : differences.met) std::printf("  %s: %d\n", what.c_str(), times);
}

/// The addresses of partners' users, in both forms, as a client of today sees and answers them.
TEST_F(BaileysPeerTest, InteropAddressesPassInBothForms) {
  const std::string address = "12-105012705411308@interop";
  const Node node("message", {{"from", address}, {"id", "1"}});
  for (const bool as_pair : {false, true}) {
    wire::EncodeOptions options;
    options.interop_as_pair = as_pair;
    const Bytes bytes = wire::pack_stanza(node, wire::Compression::kNone, options);
    json::object answer = ask({{"do", "decode"}, {"bytes", hex(bytes)}});
    const Node got = from_peer(*get_object(answer, "node"));
    EXPECT_EQ(got.attribute("from"), as_pair ? address : "12-105012705411308:0@interop");
  }
  const Bytes bytes = bytes_of(ask({{"do", "encode"}, {"node", to_peer(node)}}), "bytes");
  const auto back = wire::unpack_stanza(bytes);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->attribute("from"), address);
}

}  // namespace
}  // namespace parley::peers
