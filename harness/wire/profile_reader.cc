#include "harness/wire/profile_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/base/yaml.h"
#include "harness/wire/template_reader.h"

namespace parley::wire {
namespace {

using Words = std::vector<std::string>;

const Words kOperationKeys = {"transport", "direction", "basis", "source",
                              "answers",   "stanza",    "http"};
const Words kHttpKeys = {"method", "path"};
const Words kTransports = {"stanza", "http", "login"};
const Words kDirections = {"client-to-server", "server-to-client"};
const Words kBases = {"public", "native-derived", "surrogate"};
const Words kMethods = {"GET", "POST", "PUT", "DELETE"};

bool is_operation_name(std::string_view text) {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), allowed);
}

class Reader {
 public:
  Reader(const YamlFile& file, std::vector<Diagnostic>& diagnostics)
      : file_(file), diagnostics_(diagnostics) {}

  ProfileFile read(ProfileKind kind) {
    ProfileFile out;
    std::string id_key = kind == ProfileKind::kBase ? "profile" : "overlay";
    if (!file_.root.is_mapping()) {
      complain(file_.root.mark, "wrong-type", "a wire profile is a mapping");
      return out;
    }
    check_keys(file_.root, {id_key, "title", "operations"}, "a wire profile");
    out.id = text(file_.root, id_key, true);
    if (out.id.find('+') != std::string::npos) {
      complain(file_.root.find(id_key)->mark, "bad-value",
               "an id has no \"+\": it stands between a profile's and its overlays'");
    }
    const YamlNode* operations = file_.root.find("operations");
    if (!operations || !operations->is_mapping()) {
      complain(operations ? operations->mark : file_.root.mark, "missing-key",
               "\"operations\" maps names to operations");
      return out;
    }
    for (const YamlNode::Entry& entry : operations->entries) {
      out.operations.push_back(operation(entry, out.id));
    }
    return out;
  }

  void check_answers(const ProfileFile& read, std::span<const Operation> existing) {
    Words names;
    for (const Operation& o : existing) names.push_back(o.name);
    for (const Operation& o : read.operations) names.push_back(o.name);
    for (const YamlNode::Entry& entry : file_.root.find("operations")->entries) {
      const YamlNode* answers = entry.value.find("answers");
      if (!answers || std::find(names.begin(), names.end(), answers->scalar) != names.end()) {
        continue;
      }
      complain(answers->mark, "unknown-name", "no operation \"" + answers->scalar + "\"",
               did_you_mean(answers->scalar, names));
    }
  }

 private:
  void complain(SourceMark mark, std::string code, std::string message, std::string hint = {}) {
    diagnostics_.push_back(
        file_.diagnostic(mark, std::move(code), std::move(message), std::move(hint)));
  }

  void check_keys(const YamlNode& yaml, const Words& known, std::string_view what) {
    for (const YamlNode::Entry& entry : yaml.entries) {
      if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
      complain(entry.mark, "unknown-key",
               "no such key \"" + entry.key + "\" in " + std::string(what),
               did_you_mean(entry.key, known));
    }
  }

  std::string text(const YamlNode& yaml, std::string_view key, bool required) {
    const YamlNode* found = yaml.find(key);
    if (found && found->is_scalar() && !found->scalar.empty()) return found->scalar;
    if (found) {
      complain(found->mark, "wrong-type", "\"" + std::string(key) + "\" is text");
    } else if (required) {
      complain(yaml.mark, "missing-key", "\"" + std::string(key) + "\" is missing");
    }
    return {};
  }

  // The place of a word in `words`; `fallback` where the key is absent, else required.
  std::size_t word(const YamlNode& yaml, std::string_view key, const Words& words,
                   std::optional<std::size_t> fallback) {
    if (fallback && !yaml.find(key)) return *fallback;
    std::string found = text(yaml, key, true);
    if (found.empty()) return 0;
    auto it = std::find(words.begin(), words.end(), found);
    if (it != words.end()) return static_cast<std::size_t>(it - words.begin());
    std::string all;
    for (const std::string& w : words) all += (all.empty() ? "" : ", ") + w;
    complain(yaml.find(key)->mark, "bad-value",
             "\"" + found + "\" is no " + std::string(key) + "; there are " + all,
             did_you_mean(found, words));
    return 0;
  }

  Operation operation(const YamlNode::Entry& entry, const std::string& profile) {
    Operation out;
    out.name = entry.key;
    out.profile = profile;
    const YamlNode& yaml = entry.value;
    if (!is_operation_name(entry.key)) {
      complain(entry.mark, "bad-name", "an operation's name is of a-z, 0-9 and -");
    }
    if (!yaml.is_mapping()) {
      complain(entry.mark, "wrong-type", "an operation is a mapping");
      return out;
    }
    check_keys(yaml, kOperationKeys, "an operation");
    out.transport = static_cast<Transport>(word(yaml, "transport", kTransports, 0));
    out.direction = static_cast<Direction>(word(yaml, "direction", kDirections, std::nullopt));
    out.basis = static_cast<Basis>(word(yaml, "basis", kBases, std::nullopt));
    out.source = text(yaml, "source", true);
    out.answers = text(yaml, "answers", false);
    carrier(yaml, out);
    return out;
  }

  // What carries the operation must fit its transport.
  void carrier(const YamlNode& yaml, Operation& out) {
    const YamlNode* stanza = yaml.find("stanza");
    const YamlNode* http = yaml.find("http");
    if ((stanza != nullptr) != (out.transport == Transport::kStanza) ||
        (http != nullptr) != (out.transport == Transport::kHttp)) {
      complain(yaml.mark, "bad-value",
               "an operation over " + std::string(to_string(out.transport)) + " has " +
                   (out.transport == Transport::kLogin
                        ? "neither \"stanza\" nor \"http\""
                        : "\"" + std::string(to_string(out.transport)) + "\" alone"));
      return;
    }
    if (stanza) out.stanza = read_template(file_, *stanza, diagnostics_);
    if (!http) return;
    if (!http->is_mapping()) return complain(http->mark, "wrong-type", "\"http\" is a mapping");
    check_keys(*http, kHttpKeys, "\"http\"");
    out.method = kMethods[word(*http, "method", kMethods, std::nullopt)];
    out.path = text(*http, "path", true);
  }

  const YamlFile& file_;
  std::vector<Diagnostic>& diagnostics_;
};

}  // namespace

std::optional<ProfileFile> read_profile(std::string name, std::string text, ProfileKind kind,
                                        std::span<const Operation> existing,
                                        std::vector<Diagnostic>& diagnostics) {
  std::optional<YamlFile> file = parse_yaml(std::move(name), std::move(text), diagnostics);
  if (!file) return std::nullopt;
  std::size_t before = diagnostics.size();
  Reader reader(*file, diagnostics);
  ProfileFile out = reader.read(kind);
  if (diagnostics.size() == before) reader.check_answers(out, existing);
  if (diagnostics.size() != before) return std::nullopt;
  return out;
}

}  // namespace parley::wire
