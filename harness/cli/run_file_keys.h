// The words of a run file, each with its meaning: reader, schema and `parley init` share them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/cli/run_file.h"

namespace parley::cli {

enum class RunFileShape {
  kText,
  kWord,   ///< one of RunFileKey::words
  kCount,  ///< a whole number that is not negative
  kDate,
  kPath,  ///< relative to the run file
  kPaths,
  kTexts,
};

/// One key at the top of the file.
struct RunFileKey {
  std::string_view name;
  RunFileShape shape;
  std::string_view about;
  std::string_view example;  ///< as YAML
  std::vector<std::string_view> words{};
  std::string_view option{};  ///< of `parley run` that says the same; empty: none
  std::string RunFile::* text = nullptr;
  std::optional<std::uint64_t> RunFile::* count = nullptr;
  std::vector<std::string> RunFile::* list = nullptr;
};

/// All of them but the parts below, in the order in which `parley init` writes them.
std::span<const RunFileKey> run_file_keys();

/// Whether the file says something there.
bool is_stated(const RunFile& file, const RunFileKey& key);

/// The parts of the file that are more than one value: "seats", "ics", "ixit".
std::span<const std::string_view> run_file_parts();

inline constexpr std::size_t kMaxRunFileEntries = 1000;
inline constexpr std::size_t kMaxRunFileText = 4096;

}  // namespace parley::cli
