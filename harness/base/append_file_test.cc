// A file that is written to while a run goes on, in a folder of the test's own.
#include "harness/base/append_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "harness/base/file.h"

namespace parley {
namespace {

class AppendFileTest : public testing::Test {
 protected:
  AppendFileTest() : path_(testing::TempDir() + "append_file_test") {}
  ~AppendFileTest() override { std::filesystem::remove(path_); }
  const std::string path_;
};

TEST_F(AppendFileTest, WhatWasAppendedIsThereAtOnce) {
  auto file = AppendFile::create(path_);
  ASSERT_TRUE(file.ok()) << file.error().text();
  EXPECT_TRUE(file->append("one\n").ok());
  EXPECT_EQ(*read_text_file(path_), "one\n");
  AppendFile moved = std::move(*file);
  EXPECT_TRUE(moved.append("two\n").ok());
  EXPECT_TRUE(moved.append("").ok());
  EXPECT_EQ(*read_text_file(path_), "one\ntwo\n");
}

TEST_F(AppendFileTest, CreatingEmptiesWhatWasThere) {
  EXPECT_TRUE(AppendFile::create(path_)->append("old").ok());
  EXPECT_TRUE(AppendFile::create(path_)->append("new").ok());
  EXPECT_EQ(*read_text_file(path_), "new");
}

TEST_F(AppendFileTest, AFailureNamesThePlace) {
  const auto none = AppendFile::create(path_ + "/no/folder");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, ErrorCode::kIo);
  EXPECT_NE(none.error().text().find(path_), std::string::npos);
  // A device that is always full.
  auto full = AppendFile::create("/dev/full");
  ASSERT_TRUE(full.ok()) << full.error().text();
  const Status appended = full->append("text");
  ASSERT_FALSE(appended.ok());
  EXPECT_EQ(appended.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace parley
