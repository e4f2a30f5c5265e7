#include "harness/scenario/catalogue.h"

#include <algorithm>
#include <array>

#include "harness/scenario/catalogue_reader.h"

namespace parley::scenario {
namespace {

constexpr std::array<std::string_view, 4> kBases = {"F", "F2", "K", "I"};
constexpr std::array<std::string_view, 3> kModalities = {"must", "should", "may"};
constexpr std::array<std::string_view, 3> kVoices = {"law", "reference-offer", "advisory"};
constexpr std::array<std::string_view, kPhases> kPhaseWords = {"base", "groups", "calls"};
constexpr std::array<std::string_view, 2> kMethods = {"test", "examine"};
constexpr std::array<std::string_view, 7> kBound = {
    "gatekeeper",     "gatekeeper-server", "gatekeeper-client", "partner",
    "partner-server", "partner-client",    "partner-proxy"};

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

// Reports every word of the list under `key` that is not in `known`.
void check_words(YamlReader& in, const YamlNode& node, std::string_view key,
                 const std::vector<std::string>& words, const std::vector<std::string>& known,
                 const std::string& what) {
  const YamlNode* list = node.find(key);
  if (list != nullptr && words.empty()) {
    in.error(list->mark, "missing-key",
             "\"" + std::string(key) + "\" must name at least one " + what);
  }
  for (const std::string& word : words) {
    if (std::find(known.begin(), known.end(), word) != known.end()) continue;
    in.error(list->mark, "unknown-word", "\"" + word + "\" is no " + what,
             did_you_mean(word, known));
  }
}

std::vector<Citation> read_citations(YamlReader& in, const YamlNode& node) {
  std::vector<Citation> out;
  const YamlNode* list = in.need(node, "source");
  if (list == nullptr) return out;
  if (!list->is_sequence() || list->items.empty()) {
    in.error(list->mark, "wrong-type", "\"source\" must list at least one citation",
             "write [{document: DMA, clause: 7(1)}]");
    return out;
  }
  for (const YamlNode& item : list->items) {
    if (!in.mapping(item, "a citation", {"document", "clause", "version"})) continue;
    out.push_back({in.need_text(item, "document"), in.text(item, "clause"),
                   in.text(item, "version"), item.mark});
  }
  return out;
}

std::optional<RowExclusion> read_exclusion(YamlReader& in, const YamlNode& node) {
  const YamlNode* exclusion = node.find("excluded");
  if (exclusion == nullptr ||
      !in.mapping(*exclusion, "an exclusion", {"reason", "reviewer", "date"})) {
    return std::nullopt;
  }
  return RowExclusion{in.need_text(*exclusion, "reason"), in.need_text(*exclusion, "reviewer"),
                      need_date(in, *exclusion, "date")};
}

std::vector<Examination> read_examinations(YamlReader& in, const YamlNode& node) {
  std::vector<Examination> out;
  const YamlNode* list = node.find("examine");
  if (list == nullptr) return out;
  if (!list->is_sequence()) {
    in.error(list->mark, "wrong-type", "\"examine\" must be a list");
    return out;
  }
  for (const YamlNode& item : list->items) {
    if (!item.is_mapping()) {
      in.error(item.mark, "wrong-type", "an examination is a mapping with a \"kind\"");
      continue;
    }
    Examination one;
    one.mark = item.mark;
    one.kind = in.need_text(item, "kind");
    for (const YamlNode::Entry& entry : item.entries) {
      if (entry.key != "kind") one.arguments[entry.key] = entry.value.to_json();
    }
    out.push_back(std::move(one));
  }
  return out;
}

// The seats of whom a test would look at: an organisation has all of its own.
std::vector<std::string> default_seats(const std::vector<std::string>& binds) {
  std::vector<std::string> out;
  for (const std::string& seat : seat_names()) {
    const bool optional = seat == "partner-proxy";  // stands in only where rows name it
    const bool bound = std::any_of(binds.begin(), binds.end(), [&](const std::string& one) {
      return seat == one || (!optional && seat.starts_with(one + "-"));
    });
    if (bound) out.push_back(seat);
  }
  return out;
}

// How the row is judged, and whether its parts agree with that.
void read_method(YamlReader& in, const YamlNode& node, Requirement& out) {
  out.method = index_of(kMethods, in.word(node, "method", {"test", "examine"}), Method::kTest);
  out.exclusion = read_exclusion(in, node);
  out.examinations = read_examinations(in, node);
  const YamlNode* examine = node.find("examine");
  if (examine != nullptr && out.exclusion) {
    in.error(examine->mark, "contradiction", "a row that is excluded is not examined");
  }
  if (examine == nullptr && out.method == Method::kExamine && !out.exclusion) {
    in.error(node.mark, "missing-key", "an examined row says in \"examine\" how");
  }
  if (node.find("seats") != nullptr) {
    out.seats = in.texts(node, "seats");
    check_words(in, node, "seats", out.seats, seat_names(), "seat");
  } else if (out.method == Method::kTest && !out.exclusion) {
    out.seats = default_seats(out.binds);
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
  check_words(in, node, "binds", out.binds, std::vector<std::string>(kBound.begin(), kBound.end()),
              "party");
  out.citations = read_citations(in, node);
  out.source = citations_text(out.citations);
  for (const std::string_view key : {"basis", "modality", "voice"}) in.need(node, key);
  out.basis = index_of(kBases, in.word(node, "basis", {"F", "F2", "K", "I"}), Basis::kInference);
  out.modality =
      index_of(kModalities, in.word(node, "modality", {"must", "should", "may"}), Modality::kMay);
  out.voice = index_of(kVoices, in.word(node, "voice", {"law", "reference-offer", "advisory"}),
                       Voice::kAdvisory);
  out.phase =
      index_of(kPhaseWords, in.word(node, "phase", {"base", "groups", "calls"}), Phase::kBase);
  read_method(in, node, out);
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
  in.need(node, "phase");
  out.phase =
      index_of(kPhaseWords, in.word(node, "phase", {"base", "groups", "calls"}), Phase::kBase);
  out.requirements = in.texts(node, "requirements");
  return out;
}

}  // namespace

std::string_view to_string(Basis basis) { return kBases[static_cast<std::size_t>(basis)]; }
std::string_view to_string(Modality modality) {
  return kModalities[static_cast<std::size_t>(modality)];
}
std::string_view to_string(Voice voice) { return kVoices[static_cast<std::size_t>(voice)]; }
std::string_view to_string(Method method) { return kMethods[static_cast<std::size_t>(method)]; }

const std::vector<std::string>& seat_names() {
  static const std::vector<std::string> kSeats = {"gatekeeper-server", "gatekeeper-client",
                                                  "partner-server", "partner-client",
                                                  "partner-proxy"};
  return kSeats;
}

void read_requirements(const YamlFile& file, std::vector<Requirement>& requirements,
                       std::vector<Diagnostic>& diagnostics) {
  YamlReader in(file, diagnostics);
  for (const YamlNode& node : list_of(in, "requirements")) {
    if (in.mapping(node, "a requirement",
                   {"id", "title", "statement", "binds", "source", "basis", "modality", "voice",
                    "concretisation", "phase", "method", "seats", "examine", "excluded"})) {
      requirements.push_back(read_requirement(in, node));
    }
  }
}

void read_obligations(const YamlFile& file, std::vector<Obligation>& obligations,
                      std::vector<Diagnostic>& diagnostics) {
  YamlReader in(file, diagnostics);
  for (const YamlNode& node : list_of(in, "obligations")) {
    if (in.mapping(
            node, "an obligation",
            {"id", "article", "title", "statement", "binds", "basis", "phase", "requirements"})) {
      obligations.push_back(read_obligation(in, node));
    }
  }
}

}  // namespace parley::scenario
