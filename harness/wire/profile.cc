#include "harness/wire/profile.h"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/base/file.h"
#include "harness/wire/profile_reader.h"

namespace parley::wire {
namespace {

constexpr std::size_t kProfileBytes = 1024 * 1024;
constexpr std::size_t kShownMismatches = 3;

std::string join(const MatchOutcome& outcome) {
  std::string out;
  std::size_t shown = 0;
  for (const std::vector<Mismatch>* list : {&outcome.mismatches, &outcome.surplus}) {
    for (const Mismatch& mismatch : *list) {
      if (++shown > kShownMismatches) continue;
      out += (out.empty() ? "" : "; ") + mismatch.text();
    }
  }
  if (shown > kShownMismatches) {
    out += "; and " + std::to_string(shown - kShownMismatches) + " more";
  }
  return out;
}

}  // namespace

std::string_view to_string(Transport transport) {
  static constexpr std::string_view kNames[] = {"stanza", "http", "login"};
  return kNames[static_cast<std::size_t>(transport)];
}

std::string_view to_string(Direction direction) {
  static constexpr std::string_view kNames[] = {"client-to-server", "server-to-client"};
  return kNames[static_cast<std::size_t>(direction)];
}

std::string_view to_string(Basis basis) {
  static constexpr std::string_view kNames[] = {"public", "native-derived", "surrogate"};
  return kNames[static_cast<std::size_t>(basis)];
}

std::optional<Profile> Profile::parse(std::string name, std::string text,
                                      std::vector<Diagnostic>& diagnostics) {
  std::optional<ProfileFile> file =
      read_profile(std::move(name), std::move(text), ProfileKind::kBase, {}, diagnostics);
  if (!file) return std::nullopt;
  Profile profile;
  profile.id_ = std::move(file->id);
  profile.operations_ = std::move(file->operations);
  profile.index();
  return profile;
}

bool Profile::overlay(std::string name, std::string text, std::vector<Diagnostic>& diagnostics) {
  std::optional<ProfileFile> file = read_profile(std::move(name), std::move(text),
                                                 ProfileKind::kOverlay, operations_, diagnostics);
  if (!file) return false;
  std::vector<Operation> added;
  for (Operation& operation : file->operations) {
    auto old = std::find_if(operations_.begin(), operations_.end(),
                            [&](const Operation& o) { return o.name == operation.name; });
    if (old == operations_.end()) {
      added.push_back(std::move(operation));
    } else {
      *old = std::move(operation);
    }
  }
  // New operations come first, so that a general one further down does not claim their stanzas.
  operations_.insert(operations_.begin(), std::make_move_iterator(added.begin()),
                     std::make_move_iterator(added.end()));
  id_ += "+" + file->id;
  index();
  return true;
}

std::optional<Profile> Profile::load(std::span<const std::filesystem::path> files,
                                     std::vector<Diagnostic>& diagnostics) {
  std::optional<Profile> profile;
  for (const std::filesystem::path& path : files) {
    Result<std::string> text = read_text_file(path, kProfileBytes);
    if (!text.ok()) {
      Diagnostic diagnostic;
      diagnostic.file = path.string();
      diagnostic.code = "unreadable";
      diagnostic.message = text.error().message;
      diagnostics.push_back(std::move(diagnostic));
      return std::nullopt;
    }
    if (!profile) {
      profile = parse(path.string(), *std::move(text), diagnostics);
      if (!profile) return std::nullopt;
    } else if (!profile->overlay(path.string(), *std::move(text), diagnostics)) {
      return std::nullopt;
    }
  }
  return profile;
}

void Profile::index() {
  by_tag_.clear();
  for (std::size_t i = 0; i < operations_.size(); ++i) {
    if (!operations_[i].stanza) continue;
    const Slot& tag = operations_[i].stanza->tag;
    for (const std::string& word : tag.is_literal() ? tag.literals : tag.type.words) {
      by_tag_[word].push_back(i);
    }
  }
}

const Operation* Profile::find(std::string_view name) const {
  auto it = std::find_if(operations_.begin(), operations_.end(),
                         [&](const Operation& o) { return o.name == name; });
  return it == operations_.end() ? nullptr : &*it;
}

std::optional<json::object> Profile::match(std::string_view operation, const Node& node) const {
  const Operation* found = find(operation);
  if (!found || !found->stanza) return std::nullopt;
  MatchOutcome outcome = match_template(*found->stanza, node);
  if (!outcome.matches()) return std::nullopt;
  return std::move(outcome.values);
}

Result<Node> Profile::render(std::string_view operation, const json::object& values) const {
  const Operation* found = find(operation);
  if (!found || !found->stanza) {
    return make_error(ErrorCode::kNotFound,
                      "wire profile " + id_ + " has no stanza \"" + std::string(operation) + "\"");
  }
  Result<Node> node = render_template(*found->stanza, values);
  if (!node.ok()) return at(operation, std::move(node).error());
  return node;
}

Profile::Classified Profile::classify_how(const Node& node, Direction direction) const {
  auto candidates = by_tag_.find(node.tag);
  if (candidates == by_tag_.end()) return {};
  const Operation* tolerant = nullptr;
  for (std::size_t i : candidates->second) {
    const Operation& operation = operations_[i];
    if (operation.direction != direction) continue;
    MatchOutcome outcome = match_template(*operation.stanza, node, MatchMode::kQuick);
    if (outcome.matches_strictly()) return {&operation, true};
    if (outcome.matches() && !tolerant) tolerant = &operation;
  }
  return {tolerant, false};
}

const Operation* Profile::classify(const Node& node, Direction direction) const {
  return classify_how(node, direction).operation;
}

Status Profile::validate(const Node& node, Direction direction) const {
  if (classify_how(node, direction).strictly) return {};
  const Operation* nearest = nullptr;
  MatchOutcome best;
  auto troubles = [](const MatchOutcome& o) { return o.mismatches.size() + o.surplus.size(); };
  auto candidates = by_tag_.find(node.tag);
  if (candidates != by_tag_.end()) {
    for (std::size_t i : candidates->second) {
      if (operations_[i].direction != direction) continue;
      MatchOutcome outcome = match_template(*operations_[i].stanza, node, MatchMode::kDiagnose);
      bool nearer = !nearest || troubles(outcome) < troubles(best) ||
                    (troubles(outcome) == troubles(best) && outcome.agreements > best.agreements);
      if (!nearer) continue;
      nearest = &operations_[i];
      best = std::move(outcome);
    }
  }
  std::string prefix =
      "not valid against wire profile " + id_ + ", " + std::string(to_string(direction)) + ": ";
  if (!nearest) {
    return make_error(ErrorCode::kInvalid, prefix + "no operation sends <" + node.tag + ">");
  }
  return make_error(ErrorCode::kInvalid,
                    prefix + "nearest is \"" + nearest->name + "\"; " + join(best));
}

}  // namespace parley::wire
