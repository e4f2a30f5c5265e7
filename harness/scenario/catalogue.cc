#include "harness/scenario/catalogue.h"

#include <algorithm>
#include <array>

#include "harness/scenario/yaml_reader.h"

namespace parley::scenario {
namespace {

constexpr std::array<std::string_view, 4> kBases = {"F", "F2", "K", "I"};
constexpr std::array<std::string_view, 3> kModalities = {"must", "should", "may"};
constexpr std::array<std::string_view, 3> kVoices = {"law", "reference-offer", "advisory"};
constexpr std::array<std::string_view, 3> kPhases = {"base", "groups", "calls"};
constexpr std::array<std::string_view, 2> kMethods = {"test", "examine"};
constexpr std::array<std::string_view, 7> kBound = {
    "gatekeeper",     "gatekeeper-server", "gatekeeper-client", "partner",
    "partner-server", "partner-client",    "partner-proxy"};

/// The position of `word` in the table of an enumeration; the word was checked before.
template <class Enum, std::size_t N>
Enum index_of(const std::array<std::string_view, N>& words, std::string_view word, Enum absent) {
  const auto it = std::find(words.begin(), words.end(), word);
  return it == words.end() ? absent : static_cast<Enum>(it - words.begin());
}

/// "MSG-001", "E2E-003": two to five capitals and digits, a hyphen, three digits.
bool is_requirement_id(std::string_view id) {
  const std::size_t hyphen = id.find('-');
  if (hyphen == std::string_view::npos || hyphen < 2 || hyphen > 5) return false;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto capital = [&](char c) { return (c >= 'A' && c <= 'Z') || digit(c); };
  const std::string_view number = id.substr(hyphen + 1);
  return std::all_of(id.begin(), id.begin() + static_cast<std::ptrdiff_t>(hyphen), capital) &&
         number.size() == 3 && std::all_of(number.begin(), number.end(), digit);
}

void check_binds(YamlReader& in, const YamlNode& node, const std::vector<std::string>& binds) {
  if (node.find("binds") != nullptr && binds.empty()) {
    in.error(node.find("binds")->mark, "missing-key", "\"binds\" must name at least one party");
  }
  for (const std::string& bound : binds) {
    if (std::find(kBound.begin(), kBound.end(), bound) != kBound.end()) continue;
    in.error(node.find("binds")->mark, "unknown-word", "\"" + bound + "\" is no party",
             did_you_mean(bound, std::vector<std::string>(kBound.begin(), kBound.end())));
  }
}

Requirement read_requirement(YamlReader& in, const YamlNode& node) {
  Requirement out;
  out.file = in.file().name;
  out.mark = node.mark;
  out.id = in.need_text(node, "id");
  if (!out.id.empty() && !is_requirement_id(out.id)) {
    in.error(node.find("id")->mark, "bad-id", "\"" + out.id + "\" is no requirement id",
             "write it like MSG-001");
  }
  out.title = in.need_text(node, "title");
  out.statement = in.need_text(node, "statement");
  in.need(node, "binds");
  out.binds = in.texts(node, "binds");
  check_binds(in, node, out.binds);
  out.source = in.need_text(node, "source");
  for (const std::string_view key : {"basis", "modality", "voice"}) in.need(node, key);
  out.basis = index_of(kBases, in.word(node, "basis", {"F", "F2", "K", "I"}), Basis::kInference);
  out.modality =
      index_of(kModalities, in.word(node, "modality", {"must", "should", "may"}), Modality::kMay);
  out.voice = index_of(kVoices, in.word(node, "voice", {"law", "reference-offer", "advisory"}),
                       Voice::kAdvisory);
  out.phase = index_of(kPhases, in.word(node, "phase", {"base", "groups", "calls"}), Phase::kBase);
  out.method = index_of(kMethods, in.word(node, "method", {"test", "examine"}), Method::kTest);
  out.excluded = in.text(node, "excluded");
  if (const YamlNode* flag = node.find("concretisation")) {
    if (!flag->as_bool()) in.error(flag->mark, "wrong-type", "\"concretisation\" is true or false");
    out.concretisation = flag->as_bool().value_or(false);
    if (out.concretisation && out.voice != Voice::kLaw) {
      in.error(flag->mark, "misplaced-concretisation",
               "only a requirement whose voice is the law can concretise it");
    }
  }
  return out;
}

void read_in_force(YamlReader& in, const YamlNode& node, Obligation& out) {
  const YamlNode* dates = in.need(node, "in_force");
  if (dates == nullptr) return;
  if (!dates->is_mapping()) {
    in.error(dates->mark, "wrong-type", "\"in_force\" must map services to dates");
    return;
  }
  for (const YamlNode::Entry& entry : dates->entries) {
    const Result<TimePoint> date = parse_date(entry.value.scalar);
    if (!is_slug(entry.key)) in.error(entry.mark, "bad-id", "\"" + entry.key + "\" is no service");
    if (date.ok()) {
      out.in_force.emplace(entry.key, date.value());
    } else {
      in.error(entry.value.mark, "bad-date", date.error().message, "write it like 2024-03-07");
    }
  }
}

Obligation read_obligation(YamlReader& in, const YamlNode& node) {
  Obligation out;
  out.file = in.file().name;
  out.mark = node.mark;
  out.id = in.need_text(node, "id");
  if (!out.id.empty() && !is_slug(out.id)) {
    in.error(node.find("id")->mark, "bad-id", "\"" + out.id + "\" is no obligation id",
             "write it like art-7-2-a");
  }
  out.article = in.need_text(node, "article");
  out.title = in.need_text(node, "title");
  out.statement = in.need_text(node, "statement");
  in.need(node, "binds");
  out.binds = in.word(node, "binds", {"gatekeeper", "commission"});
  in.need(node, "basis");
  out.basis = index_of(kBases, in.word(node, "basis", {"F", "F2", "K", "I"}), Basis::kKnown);
  read_in_force(in, node, out);
  out.requirements = in.texts(node, "requirements");
  return out;
}

/// The items of the one list in a catalogue file.
const std::vector<YamlNode>& items_of(YamlReader& in, std::string_view key) {
  static const std::vector<YamlNode> kNone;
  if (!in.mapping(in.file().root, "a catalogue file", {key})) return kNone;
  const YamlNode* list = in.need(in.file().root, key);
  if (list == nullptr) return kNone;
  if (!list->is_sequence()) {
    in.error(list->mark, "wrong-type", "\"" + std::string(key) + "\" must be a list");
    return kNone;
  }
  return list->items;
}

}  // namespace

std::string_view to_string(Basis basis) { return kBases[static_cast<std::size_t>(basis)]; }
std::string_view to_string(Modality modality) {
  return kModalities[static_cast<std::size_t>(modality)];
}
std::string_view to_string(Voice voice) { return kVoices[static_cast<std::size_t>(voice)]; }
std::string_view to_string(Phase phase) { return kPhases[static_cast<std::size_t>(phase)]; }
std::string_view to_string(Method method) { return kMethods[static_cast<std::size_t>(method)]; }

void read_requirements(const YamlFile& file, std::vector<Requirement>& requirements,
                       std::vector<Diagnostic>& diagnostics) {
  YamlReader in(file, diagnostics);
  for (const YamlNode& node : items_of(in, "requirements")) {
    if (in.mapping(node, "a requirement",
                   {"id", "title", "statement", "binds", "source", "basis", "modality", "voice",
                    "concretisation", "phase", "method", "excluded"})) {
      requirements.push_back(read_requirement(in, node));
    }
  }
}

void read_obligations(const YamlFile& file, std::vector<Obligation>& obligations,
                      std::vector<Diagnostic>& diagnostics) {
  YamlReader in(file, diagnostics);
  for (const YamlNode& node : items_of(in, "obligations")) {
    if (in.mapping(node, "an obligation",
                   {"id", "article", "title", "statement", "binds", "basis", "in_force",
                    "requirements"})) {
      obligations.push_back(read_obligation(in, node));
    }
  }
}

}  // namespace parley::scenario
