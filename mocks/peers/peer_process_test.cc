// The world: small shell programs in place of other implementations. They answer, refuse, babble,
// fall silent and die; what they do must come back as a value, and none may stay behind.
#include "mocks/peers/peer_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cerrno>
#include <string>
#include <utility>

namespace parley::peers {
namespace {

using testing::HasSubstr;

Result<PeerProcess> start_shell(std::string script) {
  return PeerProcess::start({"/bin/sh", "-c", std::move(script)}, "Install a shell.");
}

TEST(PeerProcessTest, AnswersAndNamesItself) {
  auto peer = start_shell(
      R"(echo '{"peer":"echo 1.2"}'; while read -r line; do echo "{\"got\":$line}"; done)");
  ASSERT_TRUE(peer.ok()) << peer.error().text();
  EXPECT_EQ(peer->peer(), "echo 1.2");
  for (int n = 0; n < 3; ++n) {
    const auto answer = peer->call({{"n", n}});
    ASSERT_TRUE(answer.ok()) << answer.error().text();
    EXPECT_EQ(get_int(*get_object(*answer, "got"), "n"), n);
  }
}

TEST(PeerProcessTest, LongLinesArriveWhole) {
  auto peer = start_shell(R"(echo '{"peer":"cat"}'; exec cat)");
  ASSERT_TRUE(peer.ok()) << peer.error().text();
  const std::string text(3 * 1024 * 1024, 'x');
  const auto answer = peer->call({{"text", text}});
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(get_string(*answer, "text"), text);
}

TEST(PeerProcessTest, ARefusalIsAnError) {
  auto peer = start_shell(
      R"(echo '{"peer":"no"}'; read -r line; echo '{"error":{"name":"duplicate","message":"seen"}}')");
  ASSERT_TRUE(peer.ok()) << peer.error().text();
  const auto answer = peer->call({});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::kRefused);
  EXPECT_EQ(answer.error().message, "duplicate: seen");
}

TEST(PeerProcessTest, AProgramThatIsMissingIsAnErrorWithAHint) {
  const auto peer = PeerProcess::start({"/nowhere/peer"}, "Run ./dev test.");
  ASSERT_FALSE(peer.ok());
  EXPECT_EQ(peer.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(peer.error().text(), HasSubstr("Run ./dev test."));
}

TEST(PeerProcessTest, AProgramThatEndsAtOnceIsAnErrorWithAHint) {
  const auto peer = start_shell("exit 3");
  ASSERT_FALSE(peer.ok());
  EXPECT_EQ(peer.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(peer.error().text(), HasSubstr("Install a shell."));
}

TEST(PeerProcessTest, BabbleInPlaceOfAHelloIsInvalid) {
  const auto peer = start_shell("echo hello");
  ASSERT_FALSE(peer.ok());
  EXPECT_EQ(peer.error().code, ErrorCode::kInvalid);
}

TEST(PeerProcessTest, AnEndInTheMiddleIsClosed) {
  auto peer = start_shell(R"(echo '{"peer":"brief"}'; read -r line; exit 0)");
  ASSERT_TRUE(peer.ok()) << peer.error().text();
  for (int n = 0; n < 2; ++n) {
    const auto answer = peer->call({});
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code, ErrorCode::kClosed);
  }
}

TEST(PeerProcessTest, ItsEndFollowsThatOfItsInput) {
  auto peer = start_shell(R"(echo "{\"peer\":\"$$\"}"; read -r line)");
  ASSERT_TRUE(peer.ok()) << peer.error().text();
  const pid_t child = std::stoi(peer->peer());
  EXPECT_EQ(kill(child, 0), 0);
  {
    const PeerProcess gone = std::move(*peer);
  }
  EXPECT_EQ(kill(child, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST(RunProgramTest, GivesStatusAndOutput) {
  const auto output = run_program({"/bin/sh", "-c", "echo out; echo err >&2; exit 7"}, "");
  ASSERT_TRUE(output.ok()) << output.error().text();
  EXPECT_EQ(output->status, 7);
  EXPECT_EQ(output->out, "out\nerr\n");
}

TEST(RunProgramTest, TellsOfASignal) {
  const auto output = run_program({"/bin/sh", "-c", "kill -TERM $$"}, "");
  ASSERT_TRUE(output.ok()) << output.error().text();
  EXPECT_EQ(output->status, 128 + SIGTERM);
}

}  // namespace
}  // namespace parley::peers
