// Somebody writes a file of quirks, rightly and wrongly.
#include "mocks/quirks/quirk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::mocks::quirks {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kTwo = R"(quirks:
  - id: gatekeeper-server.alters-messages
    role: gatekeeper-server
    layer: stanza
    summary: Turns a bit over in every message.
    requirement: E2E-002
    wire: {at: stanza-out, match: message-deliver, do: flip, path: enc, where: "@from", is: "*@interop", first: 2, count: 3}
    kills:
      - {check: content-intact, finding: not-shown}
    collateral:
      - {checks: ["delivered-*"], why: "A message that cannot be read is not shown."}
  - id: partner-client.keep-keys
    role: partner-client
    layer: e2e
    summary: Keeps old keys.
    requirement: E2E-010
    hook: keep-keys
    equivalent: Nobody looks.
)";

TEST(Quirks, AreReadWithAllTheirParts) {
  std::vector<Diagnostic> diagnostics;
  const std::vector<Quirk> quirks = read_quirks("q.yaml", kTwo, diagnostics);
  ASSERT_THAT(diagnostics, IsEmpty()) << render(diagnostics);
  ASSERT_THAT(quirks, SizeIs(2));
  EXPECT_EQ(quirks[0].role, evidence::Role::kGatekeeperServer);
  EXPECT_EQ(quirks[0].file, "q.yaml:2");
  const auto& wire = std::get<WireQuirk>(quirks[0].deviation);
  EXPECT_EQ(wire.at, Point::kStanzaOut);
  EXPECT_EQ(wire.act, Action::kFlip);
  EXPECT_EQ(wire.path, "enc");
  EXPECT_EQ(wire.where, "@from");
  EXPECT_EQ(wire.where_is, "*@interop");
  EXPECT_EQ(wire.first, 2U);
  EXPECT_EQ(wire.count, 3U);
  EXPECT_EQ(quirks[0].kills[0].finding, "not-shown");
  EXPECT_EQ(quirks[0].collateral[0].checks[0], "delivered-*");
  EXPECT_EQ(std::get<PolicyQuirk>(quirks[1].deviation).hook, "keep-keys");
  EXPECT_EQ(quirks[1].equivalent, "Nobody looks.");
}

struct Bad {
  std::string from;
  std::string to;
  std::string code;
};

void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.from << " -> " << bad.to; }

class BadQuirks : public testing::TestWithParam<Bad> {};

TEST_P(BadQuirks, AreReportedAtTheirPlace) {
  std::string text = kTwo;
  const std::size_t at = text.find(GetParam().from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, GetParam().from.size(), GetParam().to);
  std::vector<Diagnostic> diagnostics;
  (void)read_quirks("q.yaml", text, diagnostics);
  EXPECT_THAT(diagnostics, Contains(Field(&Diagnostic::code, GetParam().code)))
      << render(diagnostics);
  for (const Diagnostic& diagnostic : diagnostics) EXPECT_GT(diagnostic.mark.line, 0);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadQuirks,
    testing::Values(Bad{"do: flip", "do: flop", "unknown-word"},
                    Bad{"at: stanza-out", "at: nowhere", "unknown-word"},
                    Bad{"role: gatekeeper-server", "role: server", "unknown-word"},
                    Bad{", path: enc", "", "missing-key"},
                    Bad{"do: flip, path: enc", "do: drop, path: enc", "unknown-key"},
                    Bad{"at: stanza-out, match: message-deliver, do: flip, path: enc",
                        "at: request-out, match: '*', do: hold", "unknown-word"},
                    Bad{"first: 2", "first: 0", "wrong-type"},
                    Bad{"    hook: keep-keys\n", "", "missing-key"},
                    Bad{"    equivalent: Nobody looks.\n", "", "missing-key"},
                    Bad{"partner-client.keep-keys", "gatekeeper-server.alters-messages",
                        "duplicate-id"},
                    Bad{"summary: Keeps old keys.", "sumary: Keeps old keys.", "unknown-key"},
                    Bad{"finding: not-shown", "", "missing-key"}));

TEST(Quirks, AFileThatIsNoneHasNone) {
  std::vector<Diagnostic> diagnostics;
  EXPECT_THAT(read_quirks("q.yaml", "[1, 2]", diagnostics), IsEmpty());
  EXPECT_THAT(read_quirks("q.yaml", "quirks: {", diagnostics), IsEmpty());
  EXPECT_THAT(diagnostics, SizeIs(2));
}

}  // namespace
}  // namespace parley::mocks::quirks
