// For the tests of this folder: check kinds as the judge offers them, a library in memory, and the
// repository's own files.
#pragma once

#include <string>
#include <vector>

#include "harness/scenario/library.h"

namespace parley::scenario {

/// The kinds that the judge offers. The judge is a floor above: tests alone look up there.
std::vector<CheckSpec> test_checks();

struct NamedText {
  std::string path;
  std::string text;
};

/// A catalogue of two requirements, a set-up and a profile: with a scenario file beside them they
/// make a whole library.
std::vector<NamedText> small_library();

/// What small_library() needs beside it.
Surroundings small_surroundings();

/// `files` as the loader wants them; refers to `files`.
std::vector<SourceFile> as_sources(const std::vector<NamedText>& files);

/// What the loader says about small_library() with this text as scenarios/cases/demo/one.yaml.
std::vector<Diagnostic> diagnose(const std::string& scenario);

/// The library of small_library() and that scenario; the test fails where it does not load.
Library load_small(const std::string& scenario);

/// The files of testdata/broken, by their names, sorted.
std::vector<NamedText> broken_files();

/// Every YAML file below the repository's scenarios/, sorted by path.
std::vector<NamedText> repository_files();
Surroundings repository_surroundings();

}  // namespace parley::scenario
