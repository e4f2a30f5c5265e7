// The gatekeeper's server has relayed one message of bob's to alice, which it could not read.
// Somebody reveals what it is said to have been.
#include "mocks/gatekeeper/report_desk.h"

#include <gtest/gtest.h>

namespace parley::mocks::gatekeeper {
namespace {

constexpr std::string_view kBob = "1-100@interop";
constexpr std::string_view kBen = "1-200@interop";
constexpr std::string_view kAlice = "33611111111@s.whatsapp.net";
constexpr std::string_view kAnna = "33622222222@s.whatsapp.net";

class ReportDeskTest : public testing::Test {
 protected:
  ReportDeskTest() : random_(1, "reports"), desk_(random_, false) {}

  RevealedMessage relayed(std::string id, std::string content) const {
    wire::FrankingKey key;
    key.fill(7);
    RevealedMessage message{std::move(id), std::move(content), to_bytes(key), {}, {}};
    message.commitment = to_bytes(wire::franking_commitment(key, message.content));
    message.tag = to_bytes(desk_.stamp({kBob, kAlice, message.id, message.commitment}));
    return message;
  }

  SeededRandom random_;
  ReportDesk desk_;
};

TEST_F(ReportDeskTest, BelievesWhatItRelayed) {
  EXPECT_EQ(desk_.doubt(kBob, kAlice, relayed("m1", "Buy now!")), "");
}

TEST_F(ReportDeskTest, DoubtsAlteredContent) {
  RevealedMessage message = relayed("m1", "Buy now!");
  message.content = "Buy or else!";
  EXPECT_EQ(desk_.doubt(kBob, kAlice, message), "content-mismatch");
  message.commitment =
      to_bytes(wire::franking_commitment(to_array<32>(message.key), message.content));
  EXPECT_EQ(desk_.doubt(kBob, kAlice, message), "tag-mismatch");
}

TEST_F(ReportDeskTest, DoubtsAnotherSenderReceiverOrId) {
  RevealedMessage message = relayed("m1", "Buy now!");
  EXPECT_EQ(desk_.doubt(kBen, kAlice, message), "tag-mismatch");
  EXPECT_EQ(desk_.doubt(kBob, kAnna, message), "tag-mismatch");
  message.id = "m2";
  EXPECT_EQ(desk_.doubt(kBob, kAlice, message), "tag-mismatch");
}

TEST_F(ReportDeskTest, DoubtsTheTagOfAnotherMessageAndOfAnotherServer) {
  RevealedMessage message = relayed("m1", "Buy now!");
  message.tag = relayed("m2", "Hello").tag;
  EXPECT_EQ(desk_.doubt(kBob, kAlice, message), "tag-mismatch");
  const ReportDesk other(random_, false);
  EXPECT_EQ(other.doubt(kBob, kAlice, relayed("m1", "Buy now!")), "tag-mismatch");
}

TEST_F(ReportDeskTest, DoubtsWhatLacksAPart) {
  for (Bytes RevealedMessage::* part :
       {&RevealedMessage::key, &RevealedMessage::commitment, &RevealedMessage::tag}) {
    RevealedMessage message = relayed("m1", "Buy now!");
    (message.*part).clear();
    EXPECT_EQ(desk_.doubt(kBob, kAlice, message), "tag-missing");
  }
}

TEST_F(ReportDeskTest, WithItsDefectBelievesEverything) {
  const ReportDesk trusting(random_, true);
  EXPECT_EQ(trusting.doubt(kBen, kAnna, RevealedMessage{"m", "What nobody wrote", {}, {}, {}}), "");
}

}  // namespace
}  // namespace parley::mocks::gatekeeper
