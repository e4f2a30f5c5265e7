// The world: reports as their readers open them, in Chromium, with axe-core looking over their
// shoulder. One page has a test case of every end; one is of a real run that found a leak, one of a
// real run that passed, both made by the parley binary. And a page with mistakes, which the same
// eyes must see.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/file.h"
#include "harness/base/json.h"
#include "harness/cli/pdf_printer.h"
#include "mocks/peers/peers.h"
#include "reports/run_for_tests.h"

namespace parley::cli {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::string_view kHint =
    "the report's tests need Chromium (apt-get install chromium); ./dev test --no-peers leaves "
    "them "
    "out.";

constexpr std::string_view kFaulty =
    "<!DOCTYPE html><html><head></head><body><h1>x</h1><p style=\"color:#999;background:#fff\">pale"
    "</p><table style=\"width:900px\"><tr><th>no caption</th></tr></table><img "
    "src=\"http://else.test/"
    "x.png\"><a href=\"#nowhere\">link</a></body></html>";

std::vector<std::string> strings(const json::object& answer, std::string_view name) {
  std::vector<std::string> out;
  const json::value* list = answer.if_contains(name);
  if (list == nullptr || !list->is_array()) return {"no " + std::string(name) + " in the answer"};
  for (const json::value& one : list->get_array()) out.emplace_back(one.get_string());
  return out;
}

class ReportBrowser : public testing::Test {
 protected:
  // One browser and one set of pages for all tests: both take seconds to make.
  static void SetUpTestSuite() {
    folder_ = fs::path(testing::TempDir()) / ("report-browser-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    const char* path = std::getenv("PATH");
    chromium_ = find_chromium(path == nullptr ? "" : path);
    put("mixed.html", reports::sample_page(reports::sample_run()));
    put("faulty.html", std::string(kFaulty));
    run("leak.html", {"--profile", "demo-leak"}, 1);
    run("pass.html", {"text.reply*", "--profile", "base"}, 0);
    auto browser = peers::start_node_peer(peers::build_folders(), "browser.mjs");
    ASSERT_TRUE(browser.ok()) << browser.error().text();
    browser_.emplace(std::move(*browser));
    std::cout << "peer: " << browser_->peer() << "\n";
  }
  static void TearDownTestSuite() {
    browser_.reset();
    fs::remove_all(folder_);
  }
  void SetUp() override { ASSERT_TRUE(chromium_) << kHint; }

  static void put(const std::string& name, const std::string& text) {
    ASSERT_TRUE(write_file_atomically(folder_ / name, text).ok());
  }
  static void run(const std::string& name, const std::vector<std::string>& what, int exit_code) {
    std::vector<std::string> arguments{std::string(PARLEY_BINARY_DIR) + "/parley", "run", "--out",
                                       (folder_ / "run").string()};
    arguments.insert(arguments.end(), what.begin(), what.end());
    const auto ended = peers::run_program(arguments, peers::kInstallHint);
    ASSERT_TRUE(ended.ok()) << ended.error().text();
    ASSERT_EQ(ended->status, exit_code) << ended->out;
    fs::rename(folder_ / "run/report.html", folder_ / name);
  }
  static std::string page(const std::string& name) { return (folder_ / name).string(); }

  /// The browser's answer about that page.
  json::object ask(std::string_view what, const std::string& name, json::object request = {}) {
    request["do"] = what;
    request["page"] = page(name);
    request["program"] = chromium_->string();
    const auto answer = browser_->call(request);
    EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.error().text());
    return answer.ok() ? *answer : json::object();
  }
  static std::int64_t number(const json::object& answer, std::string_view name) {
    return get_int(answer, name).value_or(-1);
  }

  static fs::path folder_;
  static std::optional<fs::path> chromium_;
  static std::optional<peers::PeerProcess> browser_;
};

fs::path ReportBrowser::folder_;
std::optional<fs::path> ReportBrowser::chromium_;
std::optional<peers::PeerProcess> ReportBrowser::browser_;

constexpr const char* kPages[] = {"mixed.html", "leak.html", "pass.html"};

TEST_F(ReportBrowser, AxeFindsNothingInLightAndDark) {
  // Of the real pages one in each: axe takes seconds for ten thousand elements.
  const std::pair<const char*, const char*> views[] = {{"mixed.html", "light"},
                                                       {"mixed.html", "dark"},
                                                       {"pass.html", "light"},
                                                       {"leak.html", "dark"}};
  for (const auto& [name, scheme] : views) {
    const json::object answer = ask("audit", name, {{"scheme", scheme}});
    EXPECT_THAT(strings(answer, "violations"), IsEmpty()) << name << " " << scheme;
    EXPECT_GT(number(answer, "rules"), 15) << name << " " << scheme;
  }
}

TEST_F(ReportBrowser, AxeFindsNothingOnANarrowScreen) {
  EXPECT_THAT(strings(ask("audit", "mixed.html", {{"width", 320}}), "violations"), IsEmpty());
}

TEST_F(ReportBrowser, NothingScrollsSidewaysAt320Pixels) {
  for (const char* name : kPages) {
    for (const bool unfolded : {false, true}) {
      EXPECT_LE(number(ask("look", name, {{"width", 320}, {"unfolded", unfolded}}), "scroll_width"),
                320)
          << name;
    }
  }
}

TEST_F(ReportBrowser, IsWholeWithoutStylesOrScriptsAndAsksForNothing) {
  for (const char* name : kPages) {
    const json::object styled = ask("look", name);
    const json::object plain = ask("look", name, {{"styles", false}, {"scripts", false}});
    EXPECT_EQ(get_bool(styled, "styled"), true) << name;
    EXPECT_EQ(get_bool(plain, "styled"), false) << name;
    EXPECT_GT(number(plain, "tables"), 10) << name;
    EXPECT_EQ(number(plain, "tables"), number(styled, "tables")) << name;
    EXPECT_EQ(number(plain, "tables_hidden"), 0) << name;
    EXPECT_GE(number(plain, "text"), number(styled, "text") * 9 / 10) << name;
    EXPECT_GT(number(plain, "diagrams"), 0) << name;
    EXPECT_EQ(number(plain, "strokes_unseen"), 0) << name;
    EXPECT_THAT(strings(styled, "asked"), IsEmpty()) << name;
    EXPECT_THAT(strings(plain, "asked"), IsEmpty()) << name;
  }
}

TEST_F(ReportBrowser, IsWellMade) {
  for (const char* name : kPages) {
    const json::object answer = ask("look", name);
    EXPECT_EQ(get_string(answer, "lang"), "en") << name;
    EXPECT_THAT(std::string(get_string(answer, "title").value_or("")),
                HasSubstr("conformance test report"));
    EXPECT_EQ(number(answer, "headings"), 1) << name;
    EXPECT_EQ(number(answer, "tables_without_caption"), 0) << name;
    EXPECT_EQ(number(answer, "headers_without_scope"), 0) << name;
    EXPECT_EQ(number(answer, "dead_links"), 0) << name;
  }
}

// Whoever finds nothing in a bad page would find nothing in ours either.
TEST_F(ReportBrowser, TheSameEyesSeeAFaultyPage) {
  EXPECT_THAT(strings(ask("audit", "faulty.html"), "violations"),
              AllOf(Contains(StartsWith("color-contrast")), Contains(StartsWith("image-alt")),
                    Contains(StartsWith("html-has-lang")), Contains(StartsWith("document-title"))));
  const json::object answer = ask("look", "faulty.html", {{"width", 320}});
  EXPECT_GT(number(answer, "scroll_width"), 320);
  EXPECT_EQ(number(answer, "tables_without_caption"), 1);
  EXPECT_EQ(number(answer, "headers_without_scope"), 1);
  EXPECT_EQ(number(answer, "dead_links"), 1);
  EXPECT_THAT(strings(answer, "asked"), ElementsAre("http://else.test/x.png"));
}

TEST_F(ReportBrowser, PrintsAsATaggedPdfWithTitleAndLanguage) {
  const fs::path pdf = folder_ / "report.pdf";
  const Status printed = print_pdf(page("mixed.html"), pdf);
  ASSERT_TRUE(printed.ok()) << printed.error().text();
  const auto info =
      peers::run_program({"pdfinfo", pdf.string()},
                         "pdfinfo comes with poppler-utils (apt-get install poppler-utils)");
  ASSERT_TRUE(info.ok()) << info.error().text();
  EXPECT_EQ(info->status, 0) << info->out;
  EXPECT_THAT(info->out,
              testing::ContainsRegex("Title: .*conformance test report run-0123456789abcdef"));
  EXPECT_THAT(info->out, testing::ContainsRegex("Tagged: +yes"));
  EXPECT_THAT(info->out, testing::ContainsRegex("Pages: +[1-9]"));
  EXPECT_THAT(info->out, HasSubstr("A4"));
  const auto bytes = read_file(pdf.string());
  ASSERT_TRUE(bytes.ok());
  EXPECT_NE(as_text(*bytes).find("/Lang (en"), std::string_view::npos);
  const auto text = peers::run_program({"pdftotext", pdf.string(), "-"}, kHint);
  ASSERT_TRUE(text.ok());
  EXPECT_THAT(text->out,
              AllOf(HasSubstr("page 1 of "), HasSubstr("End of report run-0123456789abcdef")));
}

}  // namespace
}  // namespace parley::cli
