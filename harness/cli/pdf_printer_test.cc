// The world: a page, and in Chromium's place small programs of every Unix that print as it does, or
// fail in one way each. The real one prints in reports/browser.
#include "harness/cli/pdf_printer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "harness/base/file.h"

namespace parley::cli {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

class PdfPrinter : public testing::Test {
 protected:
  PdfPrinter() {
    folder_ = fs::path(testing::TempDir()) /
              ("pdf-printer-" +
               std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "a folder");
    page_ = folder_ / "a folder" / "report.html";
    std::ofstream(page_) << "<p>page</p>";
  }
  ~PdfPrinter() override { fs::remove_all(folder_); }

  // In Chromium's place. $pdf is where it is to print to, $url what, $profile its profile.
  fs::path program(const std::string& script, const std::string& name = "chromium") {
    const fs::path path = folder_ / name;
    std::ofstream(path)
        << "#!/bin/sh\nfor a in \"$@\"; do case \"$a\" in --print-to-pdf=*) pdf=${a#*=};; "
           "--user-data-dir=*) profile=${a#*=};; file:*) url=$a;; esac; done\n"
        << script << "\n";
    fs::permissions(path, fs::perms::owner_all);
    return path;
  }
  Status print(const fs::path& chromium, std::chrono::seconds patience = 20s) {
    return print_pdf_with(chromium, page_, pdf_(), patience);
  }
  fs::path pdf_() const { return folder_ / "report.pdf"; }
  std::string said() const { return read_text_file(folder_ / "said").value(); }

  fs::path folder_;
  fs::path page_;
};

TEST_F(PdfPrinter, PrintsThePageAndLeavesNothingElseBehind) {
  const fs::path chromium = program(
      "mkdir -p \"$profile\" && echo x > \"$profile/lock\"\necho \"$url "
      "$profile\" > " +
      (folder_ / "said").string() + "\necho '%PDF-1.7' > \"$pdf\"");
  const Status printed = print(chromium);
  ASSERT_TRUE(printed.ok()) << printed.error().text();
  EXPECT_EQ(read_text_file(pdf_()).value(), "%PDF-1.7\n");
  const std::string text = said();
  EXPECT_THAT(text, HasSubstr("/a%20folder/report.html "));
  const fs::path profile = text.substr(text.find(' ') + 1, text.size() - text.find(' ') - 2);
  EXPECT_FALSE(fs::exists(profile.parent_path())) << profile;
  EXPECT_FALSE(fs::exists(pdf_().string() + ".part"));
}

TEST_F(PdfPrinter, AFailSaysWhatChromiumSaid) {
  const Status printed = print(program("echo 'no space left on device' >&2; exit 7"));
  ASSERT_FALSE(printed.ok());
  EXPECT_EQ(printed.error().code, ErrorCode::kIo);
  EXPECT_THAT(printed.error().text(), HasSubstr("exited with code 7"));
  EXPECT_THAT(printed.error().text(), HasSubstr("no space left on device"));
  EXPECT_FALSE(fs::exists(pdf_()));
}

TEST_F(PdfPrinter, NothingOrSomethingElseIsNoPdf) {
  EXPECT_FALSE(print(program("exit 0")).ok());
  EXPECT_FALSE(print(program("echo '<p>' > \"$pdf\"")).ok());
  EXPECT_FALSE(fs::exists(pdf_()));
}

TEST_F(PdfPrinter, OneThatHangsIsEnded) {
  const fs::path mark = folder_ / "mark";
  const auto begin = std::chrono::steady_clock::now();
  const Status printed = print(program("sleep 60 & echo $! > " + mark.string() + "; wait"), 1s);
  ASSERT_FALSE(printed.ok());
  EXPECT_EQ(printed.error().code, ErrorCode::kTimeout);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s);
}

TEST_F(PdfPrinter, WithoutAPageNothingIsStarted) {
  const Status printed = print_pdf_with(program("exit 0"), folder_ / "none.html", pdf_(), 5s);
  ASSERT_FALSE(printed.ok());
  EXPECT_EQ(printed.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(printed.error().text(), HasSubstr("none.html"));
}

TEST_F(PdfPrinter, FindsTheProgramInTheSearchPath) {
  program("exit 0", "google-chrome");
  const std::string path = "/nowhere::" + folder_.string();
  EXPECT_EQ(find_chromium(path), folder_ / "google-chrome");
  program("exit 0", "chromium");
  EXPECT_EQ(find_chromium(path), folder_ / "chromium");
  EXPECT_EQ(find_chromium("/nowhere"), std::nullopt);
  EXPECT_EQ(find_chromium(""), std::nullopt);
}

}  // namespace
}  // namespace parley::cli
