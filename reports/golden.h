// For tests: the golden files of reports/testdata. PARLEY_UPDATE_GOLDEN=1 rewrites them after a
// change that was meant.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "harness/base/file.h"

namespace parley::reports {

inline void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(PARLEY_SOURCE_DIR) + "/reports/testdata/" + name;
  if (std::getenv("PARLEY_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file_atomically(path, text).ok());
  }
  const Result<std::string> golden = read_text_file(path);
  ASSERT_TRUE(golden.ok()) << golden.error().text();
  EXPECT_EQ(text, *golden) << "differs from " << path;
}

}  // namespace parley::reports
