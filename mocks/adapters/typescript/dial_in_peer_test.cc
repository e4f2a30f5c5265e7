// The world: the example partner is started by somebody else than Parley, on this machine, and
// dials in over WebSocket with the token that the run shows; once more with a token of its own
// invention.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "mocks/peers/peers.h"

namespace parley::peers {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::string_view kTerminals = R"(
set -eu
cd "$FOLDER"
"$PARLEY" run text.both-ways receipts.delivery --profile base --network sockets --workers 2 \
  --driver partner=ws --out run >said 2>door &
run=$!
drivers=
trap 'kill $run $drivers 2>/dev/null || true' EXIT
for _ in $(seq 600); do grep -q token door && break; sleep 0.1; done
url=$(grep -o 'ws://[0-9.:]*/' door)
token=$(sed -n 's/.*with the token //p' door)
status=0
PARLEY_TOKEN=0000 "$NODE" "$EXAMPLE" --dial "$url" >/dev/null 2>stranger || status=$?
echo "stranger: $status"
# A driver for each actor who is there at one time, and one to spare.
for _ in 1 2 3 4 5 6 7; do
  PARLEY_TOKEN=$token "$NODE" "$EXAMPLE" --dial "$url" >/dev/null 2>&1 &
  drivers="$drivers $!"
done
wait $run && echo "run: 0" || echo "run: $?"
for driver in $drivers; do wait $driver || echo "a driver left with $?"; done
trap - EXIT
grep -rq "$token" run && echo "the token was recorded"
cat said door
)";

TEST(DialIn, AProductThatDialsInIsTestedAndAStrangerIsNot) {
  const Folders folders = build_folders();
  const fs::path folder =
      fs::path(testing::TempDir()) / ("parley-dial-in-" + std::to_string(::getpid()));
  fs::remove_all(folder);
  fs::create_directories(folder);
  const auto said =
      run_program({"env", "FOLDER=" + folder.string(), "PARLEY=" + folders.binary + "/parley",
                   "NODE=" + node_program(folders),
                   "EXAMPLE=" + folders.source + "/mocks/adapters/typescript/src/main.ts", "bash",
                   "-c", std::string(kTerminals)},
                  kInstallHint, std::chrono::seconds(180));
  ASSERT_TRUE(said.ok()) << said.error().text();
  EXPECT_THAT(said->out, HasSubstr("run: 0"));
  EXPECT_THAT(said->out, HasSubstr("test cases:   4 (4 pass"));
  EXPECT_THAT(said->out, HasSubstr("partner example in TypeScript"));
  EXPECT_THAT(said->out, testing::Not(HasSubstr("stranger: 0")));
  EXPECT_THAT(said->out, testing::Not(HasSubstr("a driver left with")));
  EXPECT_THAT(said->out, testing::Not(HasSubstr("the token was recorded")));
  if (!testing::Test::HasFailure()) fs::remove_all(folder);
}

}  // namespace
}  // namespace parley::peers
