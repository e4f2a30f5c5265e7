// Conversations recorded with an independent implementation (testdata/README.md), replayed: its
// messages must decrypt, and ours must come out as the bytes that it accepted.
#include <gtest/gtest.h>

#include <string>

#include "harness/base/encoding.h"
#include "harness/base/file.h"
#include "harness/base/json.h"
#include "harness/wire/signal/store.h"

namespace parley::signal {
namespace {

/// Hands out recorded bytes and fails on any more.
class RecordedRandom final : public Random {
 public:
  explicit RecordedRandom(Bytes bytes) : bytes_(std::move(bytes)) {}
  ~RecordedRandom() override { EXPECT_EQ(used_, bytes_.size()) << "not all bytes were drawn"; }
  void fill(std::span<std::uint8_t> out) override {
    ASSERT_LE(used_ + out.size(), bytes_.size()) << "more bytes drawn than recorded";
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(used_), out.size(), out.begin());
    used_ += out.size();
  }

 private:
  Bytes bytes_;
  std::size_t used_ = 0;
};

Bytes bytes_at(const json::object& object, std::string_view key) {
  return decode_hex(*get_string(object, key)).value();
}
template <std::size_t N>
ByteArray<N> array_at(const json::object& object, std::string_view key) {
  const Bytes bytes = bytes_at(object, key);
  EXPECT_EQ(bytes.size(), N);
  return to_array<N>(bytes);
}
std::uint32_t id_at(const json::object& object, std::string_view key = "id") {
  return static_cast<std::uint32_t>(*get_int(object, key));
}

Store our_store(const json::object& ours) {
  const Identity identity{IdentityKeyPair::from_seed(array_at<32>(ours, "identity_seed")),
                          id_at(ours, "registration_id")};
  const json::object& prekey = *get_object(ours, "signed_prekey");
  Store store(identity,
              SignedPreKey{id_at(prekey),
                           crypto::X25519KeyPair::from_private(array_at<32>(prekey, "private")),
                           array_at<64>(prekey, "signature")});
  if (const json::object* one_time = get_object(ours, "one_time_prekey")) {
    store.add_one_time_prekey({id_at(*one_time), crypto::X25519KeyPair::from_private(
                                                     array_at<32>(*one_time, "private"))});
  }
  return store;
}

PreKeyBundle read_bundle(const json::object& from) {
  PreKeyBundle bundle;
  bundle.registration_id = id_at(from, "registration_id");
  bundle.identity = array_at<32>(from, "identity");
  const json::object& prekey = *get_object(from, "signed_prekey");
  bundle.signed_prekey = {id_at(prekey), array_at<32>(prekey, "public"),
                          array_at<64>(prekey, "signature")};
  if (const json::object* one_time = get_object(from, "one_time_prekey")) {
    bundle.one_time_prekey = PublicPreKey{id_at(*one_time), array_at<32>(*one_time, "public")};
  }
  return bundle;
}

class Transcript : public testing::TestWithParam<const char*> {};

TEST_P(Transcript, Replays) {
  const auto text =
      read_text_file(std::string(PARLEY_SOURCE_DIR) + "/harness/wire/signal/testdata/transcript_" +
                     GetParam() + ".json");
  ASSERT_TRUE(text.ok());
  const auto parsed = parse_json(*text);
  ASSERT_TRUE(parsed.ok()) << parsed.error().text();
  const json::object& transcript = parsed->as_object();

  Store store = our_store(*get_object(transcript, "ours"));
  if (const json::object* bundle = get_object(transcript, "peer_bundle")) {
    RecordedRandom random(bytes_at(transcript, "start_random"));
    const auto started = store.start_session("peer", read_bundle(*bundle), random);
    ASSERT_TRUE(started.ok()) << started.error().text();
  }
  std::size_t sent = 0;
  std::size_t received = 0;
  for (const json::value& value : *get_array(transcript, "steps")) {
    const json::object& step = value.as_object();
    const Bytes bytes = bytes_at(step, "bytes");
    const Bytes plaintext = bytes_at(step, "plaintext");
    if (get_string(step, "from") == "us") {
      RecordedRandom random(bytes_at(step, "random"));
      const auto encrypted = store.encrypt("peer", plaintext, random);
      ASSERT_TRUE(encrypted.ok()) << encrypted.error().text();
      EXPECT_EQ(to_string(encrypted->type), *get_string(step, "type"));
      EXPECT_EQ(hex(encrypted->bytes), hex(bytes));
      ++sent;
    } else {
      const auto type = parse_message_type(*get_string(step, "type"));
      ASSERT_TRUE(type.has_value());
      const auto decrypted = store.decrypt("peer", *type, bytes);
      ASSERT_TRUE(decrypted.ok()) << decrypted.error().text();
      EXPECT_EQ(hex(decrypted->plaintext), hex(plaintext));
      ++received;
    }
  }
  EXPECT_GE(sent, 5u);
  EXPECT_GE(received, 5u);
  EXPECT_TRUE(store.one_time_prekeys().empty());
}

INSTANTIATE_TEST_SUITE_P(All, Transcript,
                         testing::Values("initiator_one_time", "initiator_no_one_time",
                                         "responder_one_time", "responder_no_one_time"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace parley::signal
