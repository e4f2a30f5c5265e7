// Codes as companion devices show them, right and wrong, and the phone's word without a server.
#include "mocks/gatekeeper/phone.h"

#include <gtest/gtest.h>

#include "harness/base/encoding.h"
#include "schemas/companion.pb.h"

namespace parley::mocks::gatekeeper {
namespace {

constexpr TimePoint kNow{std::chrono::seconds(1'790'000'000)};

std::string key_text(std::uint8_t byte) { return base64(Bytes(32, byte)); }

std::string good_code() { return "ref-1," + key_text(1) + "," + key_text(2) + "," + key_text(3); }

TEST(PairingCodeTest, IsReadWithAndWithoutWhatStandsAround) {
  for (const std::string& text :
       {good_code(), good_code() + ",1", "https://wa.me/settings/linked_devices#" + good_code()}) {
    const Result<PairingCode> code = parse_pairing_code(text);
    ASSERT_TRUE(code.ok()) << code.error().text();
    EXPECT_EQ(code->ref, "ref-1");
    EXPECT_EQ(code->chat_key[0], 1);
    EXPECT_EQ(code->identity[0], 2);
    EXPECT_EQ(code->secret, Bytes(32, 3));
  }
}

TEST(PairingCodeTest, AnythingElseIsRefusedWithoutRepeatingIt) {
  const std::string secret = key_text(3);
  for (const std::string& text :
       {std::string(), std::string("ref-1"), "," + key_text(1) + "," + key_text(2) + "," + secret,
        "ref-1," + key_text(1) + "," + key_text(2), "ref-1,x," + key_text(2) + "," + secret,
        "ref-1," + base64(Bytes(31, 1)) + "," + key_text(2) + "," + secret,
        "ref-1," + key_text(0xff) + "," + key_text(2) + "," + secret, std::string(5000, 'a')}) {
    const Result<PairingCode> code = parse_pairing_code(text);
    ASSERT_FALSE(code.ok()) << text;
    EXPECT_EQ(code.error().code, ErrorCode::kInvalid);
    EXPECT_EQ(code.error().text().find(secret), std::string::npos);
  }
}

class PhoneTest : public testing::Test {
 protected:
  PhoneTest() : random_(1, "phone"), phone_(random_) {
    companion_ = signal::Identity::generate(random_);
    code_.chat_key = companion_->public_key();
    code_.identity = companion_->public_key();
    code_.secret = Bytes(32, 7);
    voucher_ = phone_.vouch(code_, 1, kNow);
  }

  /// The identity with the companion's signature over `prefix` and what belongs behind it.
  Bytes signed_by(const signal::Identity& signer, Bytes prefix, const Bytes& details) {
    Bytes covered = std::move(prefix);
    const auto add = [&covered](BytesView part) {
      covered.insert(covered.end(), part.begin(), part.end());
    };
    add(details);
    add(companion_->public_key());
    add(*phone_.keys().identity());
    wire::pb::SignedDeviceIdentity identity;
    identity.set_details(std::string(as_text(details)));
    identity.set_device_signature(std::string(as_text(BytesView(signer.key.sign(covered)))));
    return to_bytes(as_bytes(identity.SerializeAsString()));
  }

  ErrorCode refusal(const Bytes& answer) {
    const Status status = phone_.check(voucher_, companion_->public_key(), answer);
    EXPECT_FALSE(status.ok());
    return status.ok() ? ErrorCode::kInternal : status.error().code;
  }

  SeededRandom random_;
  Phone phone_;
  std::optional<signal::Identity> companion_;
  PairingCode code_;
  Phone::Voucher voucher_;
};

TEST_F(PhoneTest, TakesTheCompanionsSignature) {
  const Status status = phone_.check(voucher_, companion_->public_key(),
                                     signed_by(*companion_, {6, 1}, voucher_.details));
  EXPECT_TRUE(status.ok()) << status.error().text();
}

TEST_F(PhoneTest, RefusesWhatIsNotSignedByTheCompanionForThisPurpose) {
  const signal::Identity stranger = signal::Identity::generate(random_);
  EXPECT_EQ(refusal(signed_by(stranger, {6, 1}, voucher_.details)), ErrorCode::kAuth);
  EXPECT_EQ(refusal(signed_by(*companion_, {6, 0}, voucher_.details)), ErrorCode::kAuth);
  Bytes other = voucher_.details;
  other.back() ^= 1;
  EXPECT_EQ(refusal(signed_by(*companion_, {6, 1}, other)), ErrorCode::kAuth);
}

TEST_F(PhoneTest, RefusesWhatIsNoSignedIdentity) {
  EXPECT_EQ(refusal({}), ErrorCode::kInvalid);
  EXPECT_EQ(refusal({0xff, 0xff, 0xff}), ErrorCode::kInvalid);
}

TEST_F(PhoneTest, ItsOwnPrekeyIsSignedByItsIdentity) {
  EXPECT_TRUE(
      signal::verify_signed_prekey(*phone_.keys().identity(), phone_.keys().signed_prekey()));
}

}  // namespace
}  // namespace parley::mocks::gatekeeper
