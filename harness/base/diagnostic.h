// What is wrong with a file that a person wrote, shown so that the person can mend it:
//
//   scenarios/cases/text.yaml:12:5: error[unknown-key]: no such key "requirments"
//       requirments: [MSG-001]
//       ^
//     hint: did you mean "requirements"?
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

/// Line and column count from 1; 0 means that the place is unknown.
struct SourceMark {
  int line = 0;
  int column = 0;
};

/// `code` is stable ("unknown-key"); scripts and tests may rely on it.
struct Diagnostic {
  std::string file;
  SourceMark mark;
  std::string code;
  std::string message;
  std::string hint;
  std::string source_line;
};

/// The rendering shown above, each diagnostic ended by a newline.
std::string render(const Diagnostic& diagnostic);
std::string render(std::span<const Diagnostic> diagnostics);

/// The line of `text` with that number (from 1), without its end; empty where there is none.
std::string_view line_of(std::string_view text, int line);

/// The candidate nearest to `word` by edit distance, if near enough to be a slip; else empty.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// `did you mean "x"?` for the nearest candidate, or empty.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace parley
