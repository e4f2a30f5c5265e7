// npm ajv, which nobody here wrote, holds result.json to the schema that Parley prints: those of a
// run in which all is well, of one that fails and of one that was filtered down to nothing much;
// and bent ones, each of which says something that no run of Parley can say.
#include <functional>
#include <optional>

#include "harness/cli/cli_fixture.h"
#include "mocks/peers/peers.h"

namespace parley::cli {
namespace {

class ResultSchemaPeerTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    auto process = peers::start_node_peer(peers::build_folders(), "ajv.mjs");
    ASSERT_TRUE(process.ok()) << process.error().text();
    ajv_.emplace(std::move(*process));
    const Finished printed = parley({"schema", "result"});
    ASSERT_EQ(printed.code, 0) << printed.err;
    const auto schema = parse_json(printed.out, "result.schema.json");
    ASSERT_TRUE(schema.ok()) << schema.error().text();
    const auto added = ajv_->call({{"do", "add"}, {"name", "result"}, {"schema", *schema}});
    ASSERT_TRUE(added.ok()) << added.error().text();
  }

  /// Empty where ajv accepts the document, else the first fault.
  std::string refusal(const json::value& document) {
    const auto answer =
        ajv_->call({{"do", "validate"}, {"name", "result"}, {"document", document}});
    EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.error().text());
    if (!answer.ok()) return "no answer";
    return std::string(get_string(*answer, "fault").value_or(""));
  }

  json::value ran(std::vector<std::string> arguments, int code) {
    arguments.insert(arguments.begin(), "run");
    arguments.insert(arguments.end(), {"--out", path("out")});
    const Finished run = parley(arguments);
    EXPECT_EQ(run.code, code) << run.out << run.err;
    return parse_json(content("out/result.json"), "result.json").value();
  }

  std::optional<peers::PeerProcess> ajv_;
};

json::value& failing_check(json::value& result) {
  for (json::value& test_case : result.at("cases").as_array()) {
    for (json::value& check : test_case.at("checks").as_array()) {
      if (check.at("finding").at("verdict") == "fail") return check;
    }
  }
  return result;
}

json::value& row(json::value& result, const char* status) {
  for (json::value& one : result.at("requirements").as_array()) {
    if (one.at("status") == status) return one;
  }
  return result;
}

struct Bend {
  const char* what;
  std::function<void(json::value&)> bend;
};

const std::vector<Bend>& bends() {
  static const std::vector<Bend> list = {
      {"another format", [](auto& v) { v.at("format") = "parley-result/2"; }},
      {"an unknown member", [](auto& v) { v.as_object()["note"] = "x"; }},
      {"an unknown member inside", [](auto& v) { v.at("run").as_object()["note"] = "x"; }},
      {"a missing member", [](auto& v) { v.as_object().erase("obligations"); }},
      {"a fraction", [](auto& v) { v.at("summary").at("records") = 0.5; }},
      {"a negative count", [](auto& v) { v.at("cases").at(0).at("records") = -1; }},
      {"an unknown verdict", [](auto& v) { v.at("verdict") = "certified"; }},
      {"an exit code that is none", [](auto& v) { v.at("exit_code") = 5; }},
      {"an executed case without verdict",
       [](auto& v) { v.at("cases").at(0).at("verdict") = nullptr; }},
      {"an executed case without attempts",
       [](auto& v) { v.at("cases").at(0).at("attempts").as_array().clear(); }},
      {"an executed case with a reason",
       [](auto& v) { v.at("cases").at(0).at("reason") = "none"; }},
      {"an untested case with a verdict",
       [](auto& v) { v.at("cases").at(0).at("disposition") = "not-tested"; }},
      {"an untested case without a reason",
       [](auto& v) {
         json::value& one = v.at("cases").at(0);
         one.at("disposition") = "not-applicable";
         one.at("verdict") = nullptr;
         one.at("attempts").as_array().clear();
         one.at("checks").as_array().clear();
       }},
      {"a fail that is nobody's",
       [](auto& v) { failing_check(v).at("finding").at("attribution") = "none"; }},
      {"a pass that is somebody's",
       [](auto& v) { failing_check(v).at("finding").at("verdict") = "pass"; }},
      {"a finding without a code", [](auto& v) { failing_check(v).at("finding").at("code") = ""; }},
      {"a surrogate that is called public",
       [](auto& v) {
         failing_check(v).at("surrogates").as_array().emplace_back("reachability-ping");
         failing_check(v).at("basis") = "public";
       }},
      {"a fraction among the measures",
       [](auto& v) { failing_check(v).at("finding").at("measures").as_object()["p95"] = 1.5; }},
      {"not satisfied by nobody's fail",
       [](auto& v) { row(v, "not-satisfied").at("failed_by").as_array().clear(); }},
      {"satisfied although somebody failed it",
       [](auto& v) { row(v, "not-satisfied").at("status") = "satisfied"; }},
      {"satisfied by no check",
       [](auto& v) { row(v, "satisfied").at("checks").as_array().clear(); }},
      {"waived by nothing",
       [](auto& v) { row(v, "satisfied").at("status") = "satisfied-with-waiver"; }},
      {"a row that is judged and has a reason why not",
       [](auto& v) { row(v, "satisfied").at("reason") = "later phase"; }},
      {"a row that nobody judges and that is satisfied",
       [](auto& v) { row(v, "satisfied").at("disposition") = "not-tested"; }},
      {"an obligation that is not in force and satisfied",
       [](auto& v) {
         v.at("obligations").at(0).at("in_force") = false;
         v.at("obligations").at(0).at("status") = "satisfied";
       }},
      {"a nightly run that states", [](auto& v) { v.at("statement") = "not-conformant"; }},
      {"a digest that is none", [](auto& v) { v.at("run").at("plan_sha256") = "abc"; }},
      {"a day that is none", [](auto& v) { v.at("run").at("as_of") = "yesterday"; }},
      {"a time without zone", [](auto& v) { v.at("run").at("started") = "2026-01-01T00:00:00"; }},
      {"a waiver that never expires",
       [](auto& v) {
         v.at("run").at("waivers_as_of") = "2026-01-01";
         v.at("waivers") = json::array{json::object{{"id", "W-1"},
                                                    {"owner", "x"},
                                                    {"reason", "x"},
                                                    {"expires", "never"},
                                                    {"requirement", "MSG-001"},
                                                    {"case", "x"},
                                                    {"check", "x"},
                                                    {"finding", "x"},
                                                    {"state", "applied"}}};
       }},
      {"a pass that is waived",
       [](auto& v) { row(v, "satisfied").at("checks").at(0).at("waiver") = "W-1"; }}};
  return list;
}

TEST_F(ResultSchemaPeerTest, AcceptsWhatRunsWrite) {
  EXPECT_EQ(refusal(ran({"text.both-ways", "receipts.*"}, 0)), "");
  EXPECT_EQ(refusal(ran({"--profile", "demo-leak"}, 1)), "");
  EXPECT_EQ(refusal(ran({"text.both-ways", "--network", "sockets", "--as-of", "2030-01-01"}, 0)),
            "");
}

TEST_F(ResultSchemaPeerTest, RefusesEveryBentResult) {
  const json::value sound = ran({"--profile", "demo-leak"}, 1);
  ASSERT_EQ(refusal(sound), "");
  ASSERT_GE(bends().size(), 15U);
  for (const Bend& one : bends()) {
    json::value bent = sound;
    one.bend(bent);
    EXPECT_FALSE(bent == sound) << one.what;
    EXPECT_NE(refusal(bent), "") << one.what;
  }
}

}  // namespace
}  // namespace parley::cli
