#include "harness/cli/run_file.h"

#include <algorithm>
#include <utility>

#include "harness/base/clock.h"
#include "harness/base/encoding.h"
#include "harness/base/file.h"
#include "harness/cli/endpoint_address.h"
#include "harness/cli/run_file_keys.h"
#include "harness/cli/run_file_parts.h"
#include "harness/crypto/hash.h"

namespace parley::cli {
namespace {

using scenario::YamlReader;

constexpr std::size_t kMaxFile = 256 * 1024;
constexpr YamlLimits kLimits{.bytes = kMaxFile, .nodes = 20'000, .depth = 12};
constexpr std::uint64_t kMaxWorkers = 256;

std::string relative_to(const std::filesystem::path& folder, const std::string& path) {
  return path.empty() ? path : (folder / path).lexically_normal().string();
}

class Reading {
 public:
  Reading(YamlReader& in, const YamlNode& root, RunFile& out) : in_(in), root_(root), out_(out) {}

  void read(const RunFileKey& key) {
    const YamlNode* node = root_.find(key.name);
    if (node == nullptr) return;
    switch (key.shape) {
      case RunFileShape::kCount:
        out_.*key.count = whole_number(*node, key.name);
        return;
      case RunFileShape::kPaths:
      case RunFileShape::kTexts:
        out_.*key.list = texts(key);
        return;
      case RunFileShape::kWord:
        out_.*key.text = word(*node, key);
        return;
      case RunFileShape::kDate:
        out_.*key.text = date(*node, key.name);
        return;
      case RunFileShape::kPath:
        out_.*key.text = relative_to(out_.folder, text(key.name));
        return;
      case RunFileShape::kText:
        out_.*key.text = text(key.name);
        return;
    }
  }

  void check_whole() {
    if (out_.workers && (*out_.workers == 0 || *out_.workers > kMaxWorkers)) {
      in_.error(root_.find("workers")->mark, "out-of-range", "\"workers\" is 1 to 256");
    }
    const bool real = out_.network == "sockets";
    if (out_.clock.empty() || (out_.clock == "real") == real) return;
    in_.error(root_.find("clock")->mark, "clock-and-network",
              real ? "over sockets the clock is real: nobody can move a product's clock"
                   : "in simulation the clock is virtual",
              real ? "write clock: real" : "write network: sockets, or clock: virtual");
  }

 private:
  std::string text(std::string_view key) {
    std::string out = in_.text(root_, key);
    if (out.size() <= kMaxRunFileText) return out;
    in_.error(root_.find(key)->mark, "too-long", "\"" + std::string(key) + "\" is too long");
    return {};
  }
  std::uint64_t whole_number(const YamlNode& node, std::string_view key) {
    const auto number = node.as_int();
    if (number && *number >= 0) return static_cast<std::uint64_t>(*number);
    in_.error(node.mark, "wrong-type", "\"" + std::string(key) + "\" must be a whole number");
    return 1;
  }
  std::vector<std::string> texts(const RunFileKey& key) {
    std::vector<std::string> out = in_.texts(root_, key.name);
    if (out.size() > kMaxRunFileEntries) {
      in_.error(root_.find(key.name)->mark, "too-many", "at most 1000 entries");
      return {};
    }
    if (key.shape != RunFileShape::kPaths) return out;
    for (std::string& one : out) one = relative_to(out_.folder, one);
    return out;
  }
  std::string word(const YamlNode& node, const RunFileKey& key) {
    const std::vector<std::string> words(key.words.begin(), key.words.end());
    if (node.is_scalar() && std::ranges::find(words, node.scalar) != words.end()) {
      return node.scalar;
    }
    std::string choices;
    for (const std::string& one : words) choices += (choices.empty() ? "" : ", ") + one;
    in_.error(node.mark, "unknown-word",
              "\"" + std::string(key.name) + "\" must be one of " + choices,
              node.is_scalar() ? did_you_mean(node.scalar, words) : "");
    return {};
  }
  std::string date(const YamlNode& node, std::string_view key) {
    std::string out = text(key);
    if (out.empty()) return out;
    const auto day = parse_date(out);
    if (day.ok()) return out;
    in_.error(node.mark, "bad-date", day.error().message);
    return {};
  }

  YamlReader& in_;
  const YamlNode& root_;
  RunFile& out_;
};

// A line of the file must not be shown where a secret may stand in it: everything in the parts in
// which secrets are asked for, and every line of a file that could not be read as a tree.
void hide_lines(const YamlNode* root, std::span<Diagnostic> diagnostics) {
  for (Diagnostic& one : diagnostics) {
    bool hidden = root == nullptr;
    if (root != nullptr) {
      for (std::size_t i = 0; i < root->entries.size(); ++i) {
        const std::string& key = root->entries[i].key;
        const int begin = root->entries[i].mark.line;
        const bool last = i + 1 == root->entries.size();
        const bool within =
            one.mark.line >= begin &&
            (last || one.mark.line < root->entries[i + 1].mark.line || one.mark.line == begin);
        const auto keys = run_file_keys();
        const bool plain = std::ranges::find(keys, key, &RunFileKey::name) != keys.end();
        hidden = hidden || (within && !plain && key != "ics");
      }
    }
    if (hidden) one.source_line.clear();
  }
}

}  // namespace

bool RunFile::allows(std::string_view host, std::uint16_t port) const {
  return may_be_contacted(addresses, host, port);
}

std::vector<scenario::IxitAnswer> RunFile::stated_ixit() const {
  std::vector<scenario::IxitAnswer> out = ixit;
  for (const RunFileAccount& one : accounts) {
    std::string value = one.identifier;
    if (one.password) value += ", password " + one.password->text();
    if (one.token) value += ", token " + one.token->text();
    out.push_back({"accounts." + one.id, std::move(value)});
  }
  return out;
}

RunFile read_run_file(const YamlFile& file, std::vector<Diagnostic>& diagnostics) {
  RunFile out;
  const std::filesystem::path path(file.name);
  out.name = path.filename().string();
  out.folder = path.parent_path();
  out.digest = hex(crypto::sha256(as_bytes(file.text)));
  const std::size_t before = diagnostics.size();
  YamlReader in(file, diagnostics);
  std::vector<std::string> known;
  for (const RunFileKey& key : run_file_keys()) known.emplace_back(key.name);
  for (const std::string_view part : run_file_parts()) known.emplace_back(part);
  if (only_keys(in, file.root, "a run file", known)) {
    Reading reading(in, file.root, out);
    for (const RunFileKey& key : run_file_keys()) reading.read(key);
    reading.check_whole();
    read_run_file_seats(in, file.root, out);
    read_run_file_claim(in, file.root, out);
    read_run_file_ixit(in, file.root, out);
    check_addresses(in, file.root, out);
  }
  hide_lines(&file.root, std::span(diagnostics).subspan(before));
  return out;
}

std::optional<RunFile> load_run_file(const std::string& path,
                                     std::vector<Diagnostic>& diagnostics) {
  const std::size_t before = diagnostics.size();
  Result<std::string> text = read_text_file(path, kMaxFile);
  if (!text.ok()) {
    diagnostics.push_back({path, {}, "unreadable", text.error().message, {}, {}});
    return std::nullopt;
  }
  const auto file = parse_yaml(path, *std::move(text), diagnostics, kLimits);
  if (!file) {
    hide_lines(nullptr, std::span(diagnostics).subspan(before));
    return std::nullopt;
  }
  RunFile out = read_run_file(*file, diagnostics);
  if (diagnostics.size() != before) return std::nullopt;
  return out;
}

}  // namespace parley::cli
