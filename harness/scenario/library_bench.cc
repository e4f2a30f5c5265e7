// How long the program takes before its first word: loading everything under scenarios/.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/scenario/library.h"

namespace parley::scenario {
namespace {

struct File {
  std::string path;
  std::string text;
};

std::vector<File> read_files() {
  std::vector<File> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("scenarios")) {
    if (entry.path().extension() != ".yaml") continue;
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    files.push_back({entry.path().generic_string(), text.str()});
  }
  return files;
}

/// Run from the repository's root. Diagnostics about checks are part of the work: the judge's table
/// is not linked here.
void BM_LoadLibrary(benchmark::State& state) {
  const std::vector<File> files = read_files();
  if (files.empty()) {
    state.SkipWithError("no scenarios/ here: run this from the repository's root");
    return;
  }
  std::vector<SourceFile> sources;
  std::size_t bytes = 0;
  for (const File& file : files) {
    sources.push_back({file.path, file.text});
    bytes += file.text.size();
  }
  for (auto _ : state) {
    std::vector<Diagnostic> diagnostics;
    benchmark::DoNotOptimize(load_library(sources, {}, diagnostics));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes));
}
BENCHMARK(BM_LoadLibrary)->Unit(benchmark::kMillisecond);

void BM_ParseYaml(benchmark::State& state) {
  const std::vector<File> files = read_files();
  std::size_t bytes = 0;
  for (const File& file : files) bytes += file.text.size();
  for (auto _ : state) {
    std::vector<Diagnostic> diagnostics;
    for (const File& file : files) {
      benchmark::DoNotOptimize(parse_yaml(file.path, file.text, diagnostics));
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes));
}
BENCHMARK(BM_ParseYaml)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace parley::scenario
