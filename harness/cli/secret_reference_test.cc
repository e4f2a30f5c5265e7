// The world: a machine with a variable and a file that hold secrets, and people who write where
// they are.
#include "harness/cli/secret_reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/base/file.h"

namespace parley::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

std::optional<std::string> environment(const std::string& name) {
  if (name == "SET") return "open sesame";
  if (name == "EMPTY") return "";
  return std::nullopt;
}

TEST(SecretReference, IsAReferenceOrNothing) {
  EXPECT_EQ(parse_secret_reference("env:BOB_PASSWORD")->text(), "env:BOB_PASSWORD");
  EXPECT_EQ(parse_secret_reference("file:secrets/bob")->text(), "file:secrets/bob");
  for (const char* text :
       {"", "hunter2", "env:", "file:", "env:1X", "env:A B", "ENV:X", "env:x=y"}) {
    EXPECT_FALSE(parse_secret_reference(text).has_value()) << text;
  }
}

TEST(SecretReference, IsFollowed) {
  const auto set = resolve(*parse_secret_reference("env:SET"), environment, ".");
  ASSERT_TRUE(set.ok());
  EXPECT_EQ(*set, "open sesame");
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / ("parley-secret-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  ASSERT_TRUE(write_file_atomically(folder / "bob", "open sesame\n").ok());
  ASSERT_TRUE(write_file_atomically(folder / "big", std::string(70'000, 'x')).ok());
  EXPECT_EQ(resolve(*parse_secret_reference("file:bob"), environment, folder).value(),
            "open sesame");
  const auto big = resolve(*parse_secret_reference("file:big"), environment, folder);
  EXPECT_EQ(big.error().code, ErrorCode::kLimit);
  EXPECT_THAT(big.error().text(), Not(HasSubstr("xxx")));
  std::filesystem::remove_all(folder);
}

TEST(SecretReference, SaysWhichOneLeadsNowhere) {
  const auto unset = resolve(*parse_secret_reference("env:UNSET"), environment, ".");
  EXPECT_EQ(unset.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(unset.error().text(), HasSubstr("env:UNSET"));
  EXPECT_EQ(resolve(*parse_secret_reference("env:EMPTY"), environment, ".").error().code,
            ErrorCode::kInvalid);
  EXPECT_EQ(resolve(*parse_secret_reference("file:not-there"), environment, ".").error().code,
            ErrorCode::kNotFound);
}

}  // namespace
}  // namespace parley::cli
