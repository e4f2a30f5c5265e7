// Readers of other people's formats, which nobody here wrote: ajv with the schema that the npm
// package ctrf ships, promtool, xmllint, and ajv and xmllint with the schemas of NIST, of the
// European Commission and of Jenkins where CMake was told where they are. A run in which all is
// well, one that fails and one with waivers go through each of them; so does one that is bent,
// which must not.
#include <optional>

#include "harness/cli/cli_fixture.h"
#include "mocks/peers/peers.h"

namespace parley::cli {
namespace {

using ::testing::HasSubstr;

constexpr const char* kToolHint = "./dev test installs it; ./dev test --no-peers leaves this out.";

class ExportsPeerTest : public CliTest {
 protected:
  // The runs are made once, and are the same for all tests.
  void SetUp() override {
    CliTest::SetUp();
    if (!runs_.empty()) return;
    runs_ = fs::path(testing::TempDir()) / ("parley-exports-" + std::to_string(::getpid()));
    fs::create_directories(runs_);
    write("waivers.yaml",  // one of several fails
          "waivers:\n  - id: W-1\n    owner: head of partner apps\n    reason: mended in 3.2\n"
          "    expires: 2026-12-31\n    requirement: TRN-008\n"
          "    case: \"demo.leaking-partner[leak=text]\"\n    check: wire-profile-valid\n"
          "    finding: invalid-stanza\n");
    run({"text.both-ways", "consent.reachability-ping*"}, "good", 0);
    run({"--profile", "demo-leak"}, "leak", 1);
    run({"--profile", "demo-leak", "--waivers", path("waivers.yaml"), "--as-of", "2026-01-01"},
        "waived", 1);
  }
  static void TearDownTestSuite() { fs::remove_all(runs_); }

  void run(std::vector<std::string> arguments, const std::string& name, int code) {
    arguments.insert(arguments.begin(), "run");
    arguments.insert(arguments.end(), {"--out", (runs_ / name).string()});
    const Finished finished = parley(arguments);
    EXPECT_EQ(finished.code, code) << finished.out << finished.err;
  }

  /// The report's file.
  std::string written(const std::string& run, const std::string& format) {
    const std::string file = path(run + "." + format);
    const Finished report =
        parley({"report", (runs_ / run).string(), "--format", format, "--out", file});
    EXPECT_EQ(report.code, 0) << report.err;
    return file;
  }

  peers::ProgramOutput tool(std::vector<std::string> arguments) {
    auto out = peers::run_program(std::move(arguments), kToolHint);
    EXPECT_TRUE(out.ok()) << (out.ok() ? "" : out.error().text());
    return out.ok() ? *out : peers::ProgramOutput();
  }

  void start_ajv() {
    auto process = peers::start_node_peer(peers::build_folders(), "ajv.mjs");
    ASSERT_TRUE(process.ok()) << process.error().text();
    ajv_.emplace(std::move(*process));
  }
  void add_schema(const std::string& name, const std::string& file) {
    const auto added = ajv_->call({{"do", "addFile"}, {"name", name}, {"path", file}});
    ASSERT_TRUE(added.ok()) << added.error().text();
  }
  std::string refusal(const std::string& name, const json::value& document) {
    const auto answer = ajv_->call({{"do", "validate"}, {"name", name}, {"document", document}});
    EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.error().text());
    return answer.ok() ? std::string(get_string(*answer, "fault").value_or("")) : "no answer";
  }
  static json::value document(const std::string& file) {
    return parse_json(read_text_file(file).value(), file, {.bytes = 64 * 1024 * 1024}).value();
  }

  static inline fs::path runs_;
  std::optional<peers::PeerProcess> ajv_;
};

const std::vector<std::string> kRuns = {"good", "leak", "waived"};

// Where the schemas of others are; see CMakeLists.txt.
const std::string kSchemas = PARLEY_FOREIGN_SCHEMAS;
constexpr const char* kNoSchemas =
    "only held to be well-formed: the schemas of others may not be copied here; configure with "
    "-DPARLEY_FOREIGN_SCHEMAS=FOLDER that holds xsd/ and oscal/";

TEST_F(ExportsPeerTest, CtrfIsWhatItsOwnPackageAsksFor) {
  start_ajv();
  add_schema("ctrf",
             std::string(PARLEY_SOURCE_DIR) + "/mocks/node_modules/ctrf/dist/ctrf-schema-0.0.json");
  for (const std::string& run : kRuns) {
    json::value report = document(written(run, "ctrf"));
    EXPECT_EQ(refusal("ctrf", report), "") << run;
    report.at("results").at("tests").at(0).at("status") = "certified";
    EXPECT_NE(refusal("ctrf", report), "") << run;
  }
}

TEST_F(ExportsPeerTest, PromtoolHasNothingToSayAboutTheMetrics) {
  for (const std::string& run : kRuns) {
    const std::string file = written(run, "openmetrics");
    const peers::ProgramOutput out =
        tool({"sh", "-c", "exec promtool check metrics < \"$1\"", "sh", file});
    EXPECT_EQ(out.status, 0) << out.out;
    EXPECT_EQ(out.out, "");
  }
  write("bent.prom", "parley_x{a=\"b} 1\n");
  EXPECT_NE(
      tool({"sh", "-c", "exec promtool check metrics < \"$1\"", "sh", path("bent.prom")}).status,
      0);
}

TEST_F(ExportsPeerTest, XmlIsWellFormedToXmllint) {
  for (const std::string& run : kRuns) {
    for (const char* format : {"junit", "gitlab", "gitb"}) {
      const peers::ProgramOutput out =
          tool({"xmllint", "--noout", "--nonet", written(run, format)});
      EXPECT_EQ(out.status, 0) << format << out.out;
    }
  }
}

TEST_F(ExportsPeerTest, JunitAndGitbSatisfyTheirSchemas) {
  if (kSchemas.empty()) GTEST_SKIP() << kNoSchemas;
  const std::pair<const char*, const char*> pairs[] = {{"junit", "junit-10.xsd"},
                                                       {"gitb", "gitb_tr.xsd"}};
  for (const std::string& run : kRuns) {
    for (const auto& [format, schema] : pairs) {
      const std::string file = written(run, format);
      const std::string xsd = kSchemas + "/xsd/" + schema;
      const peers::ProgramOutput out =
          tool({"xmllint", "--noout", "--nonet", "--schema", xsd, file});
      EXPECT_EQ(out.status, 0) << format << ": " << out.out.substr(0, 2000);
      std::string bent = read_text_file(file).value();
      bent.replace(bent.rfind("</"), 2, "<stray/></");
      write("bent.xml", bent);
      EXPECT_NE(tool({"xmllint", "--noout", "--nonet", "--schema", xsd, path("bent.xml")}).status,
                0);
    }
  }
}

TEST_F(ExportsPeerTest, OscalSatisfiesNistsSchemas) {
  if (kSchemas.empty()) GTEST_SKIP() << kNoSchemas;
  start_ajv();
  const std::pair<const char*, const char*> pairs[] = {{"oscal", "assessment-results"},
                                                       {"oscal-plan", "assessment-plan"},
                                                       {"oscal-catalog", "catalog"}};
  for (const auto& [format, schema] : pairs) {
    add_schema(format, kSchemas + "/oscal/oscal_" + schema + "_schema.json");
    for (const std::string& run : kRuns) {
      json::value report = document(written(run, format));
      EXPECT_EQ(refusal(format, report), "") << run << " " << format;
      report.at(schema).at("metadata").at("last-modified") = "today";
      EXPECT_NE(refusal(format, report), "") << run << " " << format;
    }
  }
}

}  // namespace
}  // namespace parley::cli
