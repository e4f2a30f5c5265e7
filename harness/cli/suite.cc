#include "harness/cli/suite.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "harness/base/encoding.h"
#include "harness/base/file.h"
#include "harness/cli/embedded_files.h"
#include "harness/crypto/hash.h"
#include "harness/judge/check.h"

namespace parley::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxUserFiles = 10'000;

// The folder media/ beside cases/, not one of the same name below it.
bool is_media(std::string_view path) {
  return path.find("/media/") != std::string_view::npos &&
         path.find("/cases/") == std::string_view::npos;
}
bool is_wire(std::string_view path) { return path.starts_with("schemas/wire/"); }
constexpr std::string_view kExcuses = "mocks/quirks/impostors.yaml";
constexpr std::string_view kSeparations = "mocks/quirks/separation.yaml";
constexpr std::string_view kUnshown = "mocks/quirks/unshown.yaml";
bool is_quirk(std::string_view path) { return path.starts_with("mocks/quirks/"); }
std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

Diagnostic plain(std::string file, std::string code, std::string message, std::string hint = {}) {
  Diagnostic out;
  out.file = std::move(file);
  out.code = std::move(code);
  out.message = std::move(message);
  out.hint = std::move(hint);
  return out;
}

bool read_folder(const std::string& folder, std::vector<NamedFile>& files,
                 std::vector<Diagnostic>& diagnostics) {
  std::error_code ec;
  fs::recursive_directory_iterator entry(folder, ec);
  if (ec) {
    diagnostics.push_back(plain(folder, "unreadable", ec.message(),
                                "--scenarios takes a folder with cases/, media/, ... in it"));
    return false;
  }
  std::vector<std::string> paths;
  for (; entry != fs::recursive_directory_iterator(); entry.increment(ec)) {
    if (ec) break;
    const std::string path = entry->path().generic_string();
    const bool wanted = path.ends_with(".yaml") || is_media(path);
    if (entry->is_regular_file(ec) && wanted) paths.push_back(path);
    if (paths.size() > kMaxUserFiles) {
      diagnostics.push_back(plain(folder, "too-large", "more than 10000 files"));
      return false;
    }
  }
  if (ec) {
    diagnostics.push_back(plain(folder, "unreadable", ec.message()));
    return false;
  }
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    Result<Bytes> content = read_file(path);
    if (!content.ok()) {
      diagnostics.push_back(plain(path, "unreadable", content.error().message));
      return false;
    }
    auto owned = std::make_shared<const Bytes>(*std::move(content));
    const BytesView view = *owned;
    files.push_back({path, view, std::move(owned)});
  }
  return true;
}

scenario::Surroundings surroundings(const std::vector<NamedFile>& files) {
  scenario::Surroundings out;
  for (const NamedFile& file : files) {
    if (is_media(file.path)) out.media.emplace_back(file_name(file.path));
  }
  for (const judge::CheckKind& kind : judge::check_kinds()) {
    out.checks.push_back({kind.name, kind.required, kind.optional, kind.invariant});
  }
  return out;
}

std::string digest_of(const std::vector<scenario::SourceFile>& files) {
  crypto::Sha256 hash;
  for (const scenario::SourceFile& file : files) {
    hash.update(crypto::sha256(as_bytes(file.path)));
    hash.update(crypto::sha256(as_bytes(file.text)));
  }
  return hex(hash.finish());
}

}  // namespace

std::optional<BytesView> Suite::media(std::string_view name) const {
  // The last one wins: a user's file stands in front of an embedded one of the same name.
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    if (is_media(file->path) && file_name(file->path) == name) return file->content;
  }
  return std::nullopt;
}

std::vector<mocks::quirks::Quirk> Suite::quirks(std::vector<Diagnostic>& diagnostics) const {
  std::vector<mocks::quirks::Quirk> out;
  for (const NamedFile& file : files) {
    if (!is_quirk(file.path) || !file.path.ends_with(".yaml")) continue;
    if (file.path == kExcuses || file.path == kSeparations || file.path == kUnshown) continue;
    for (mocks::quirks::Quirk& quirk :
         mocks::quirks::read_quirks(file.path, std::string(as_text(file.content)), diagnostics)) {
      out.push_back(std::move(quirk));
    }
  }
  return out;
}

std::vector<prove::Excuse> Suite::excuses(std::vector<Diagnostic>& diagnostics) const {
  const auto file = std::ranges::find(files, kExcuses, &NamedFile::path);
  if (file == files.end()) return {};
  return prove::read_excuses(file->path, std::string(as_text(file->content)), diagnostics);
}

std::vector<mocks::quirks::Separation> Suite::separations(
    std::vector<Diagnostic>& diagnostics) const {
  const auto file = std::ranges::find(files, kSeparations, &NamedFile::path);
  if (file == files.end()) return {};
  return mocks::quirks::read_separations(file->path, std::string(as_text(file->content)),
                                         diagnostics);
}

std::vector<mocks::quirks::Unshown> Suite::unshown(std::vector<Diagnostic>& diagnostics) const {
  const auto file = std::ranges::find(files, kUnshown, &NamedFile::path);
  if (file == files.end()) return {};
  return mocks::quirks::read_unshown(file->path, std::string(as_text(file->content)), diagnostics);
}

std::optional<wire::Profile> Suite::wire_profile(std::string_view id,
                                                 std::vector<Diagnostic>& diagnostics) const {
  const std::string path = "schemas/wire/" + std::string(id) + ".yaml";
  for (const NamedFile& file : files) {
    if (file.path == path) {
      return wire::Profile::parse(file.path, std::string(as_text(file.content)), diagnostics);
    }
  }
  diagnostics.push_back(plain(path, "missing-file", "there is no such wire profile"));
  return std::nullopt;
}

std::optional<Suite> load_suite(const std::vector<std::string>& folders,
                                std::vector<Diagnostic>& diagnostics, bool headers) {
  Suite suite;
  for (const EmbeddedFile& file : embedded_files()) {
    suite.files.push_back({std::string(file.path), file.content, nullptr});
  }
  for (const std::string& folder : folders) {
    if (!read_folder(folder, suite.files, diagnostics)) return std::nullopt;
  }
  std::vector<scenario::SourceFile> sources;
  for (const NamedFile& file : suite.files) {
    if (is_media(file.path) || is_wire(file.path) || is_quirk(file.path)) continue;
    sources.push_back({file.path, as_text(file.content)});
  }
  scenario::Surroundings around = surroundings(suite.files);
  around.headers = headers;
  auto library = scenario::load_library(sources, around, diagnostics);
  if (!library) return std::nullopt;
  suite.library = *std::move(library);
  suite.digest = digest_of(sources);
  return suite;
}

}  // namespace parley::cli
