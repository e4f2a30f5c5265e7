// The world: two terminals. In one, "parley serve" stands by; in the other, the example partner is
// a product under development, with a certificate of its own making, a server that the mock
// gatekeeper can reach, and bob's device. The steps are those of docs/getting-started.md.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "harness/base/file.h"
#include "mocks/peers/peers.h"

namespace parley::peers {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// serve and product tell one another where they are, so that one of the two must know beforehand.
std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(place);
  EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&place), size), 0);
  EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&place), &size), 0);
  ::close(socket);
  return ntohs(place.sin_port);
}

constexpr std::string_view kTerminals = R"(
set -eu
cd "$FOLDER"
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -keyout key.pem -out cert.pem \
  -subj /CN=birdy.partner.test -addext subjectAltName=DNS:birdy.partner.test 2>/dev/null
"$PARLEY" serve --no-frames --admin --env product.env --out session \
  --peer "birdy=127.0.0.1:$PORT" --trust cert.pem >console 2>&1 &
serve=$!
trap 'kill $serve 2>/dev/null || true' EXIT
shown() { for _ in $(seq 600); do grep -q "$2" "$1" 2>/dev/null && return; sleep 0.1; done
          echo "never seen: $2" >&2; cat "$1" >&2; exit 1; }
shown console "What passes"
. ./product.env
token=$(sed -n 's/^ *admin token *//p' console)
{
  echo enlist
  echo connect
  echo 'send-text {"to": "alice", "text": "hello, alice"}'
  echo 'send-txt {}'
  shown product '^send-text'
  curl --silent --header "Authorization: Bearer $token" "$PARLEY_ADMIN_URL/perform" \
    --data '{"actor": "alice", "operation": "send-text", "arguments": {"to": "bob", "text": "hello, bob"}}' >answer
  shown product '"hello, bob"'
} | "$NODE" "$EXAMPLE" --env product.env --port "$PORT" --certificate cert.pem --key key.pem >product 2>&1
kill -INT $serve
wait $serve
trap - EXIT
"$PARLEY" report session --out session.html
cat product
)";

TEST(BesideServe, AProductEnlistsConnectsAndTalksWithTheMocksThatStandBy) {
  const Folders folders = build_folders();
  const fs::path folder =
      fs::path(testing::TempDir()) / ("parley-beside-serve-" + std::to_string(::getpid()));
  fs::remove_all(folder);
  fs::create_directories(folder);
  const auto said =
      run_program({"env", "FOLDER=" + folder.string(), "PORT=" + std::to_string(free_port()),
                   "PARLEY=" + folders.binary + "/parley", "NODE=" + node_program(folders),
                   "EXAMPLE=" + folders.source + "/mocks/adapters/typescript/src/beside_serve.ts",
                   "bash", "-c", std::string(kTerminals)},
                  kInstallHint, std::chrono::seconds(180));
  ASSERT_TRUE(said.ok()) << said.error().text();
  EXPECT_EQ(said->status, 0) << said->out;
  for (const char* line :
       {"enlist: {\"status\":\"ok\",\"jid\":\"1-", "connect: {\"status\":\"ok\"", "bob: receipt {",
        "bob: message {\"kind\":\"text\",\"text\":\"hello, bob\"",
        "send-txt: there is no operation \"send-txt\""}) {
    EXPECT_THAT(said->out, HasSubstr(line));
  }
  const std::string transcript = read_text_file(folder / "session/transcript.jsonl").value();
  EXPECT_THAT(transcript, HasSubstr("\"kind\":\"event.enlisted\""));
  EXPECT_TRUE(fs::exists(folder / "session.html"));
  if (!testing::Test::HasFailure()) fs::remove_all(folder);
}

}  // namespace
}  // namespace parley::peers
