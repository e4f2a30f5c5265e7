#include "harness/scenario/sources.h"

#include <algorithm>

#include "harness/scenario/catalogue_reader.h"

namespace parley::scenario {
namespace {

constexpr std::array<std::string_view, kPhases> kPhaseWords = {"base", "groups", "calls"};
constexpr std::array<std::string_view, 7> kDocumentKinds = {
    "law", "reference-offer", "statement", "standard", "research", "code", "design"};
constexpr std::int64_t kMaxRows = 999;

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= 16 && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::vector<DocumentVersion> read_versions(YamlReader& in, const YamlNode& node) {
  std::vector<DocumentVersion> out;
  const YamlNode* list = in.need(node, "versions");
  if (list == nullptr) return out;
  if (!list->is_sequence() || list->items.empty()) {
    in.error(list->mark, "wrong-type", "\"versions\" must list at least one version");
    return out;
  }
  for (const YamlNode& item : list->items) {
    if (!in.mapping(item, "a version", {"version", "date"})) continue;
    DocumentVersion version;
    version.version = in.need_text(item, "version");
    if (item.find("date") != nullptr) version.date = need_date(in, item, "date");
    if (version.date && !out.empty() && out.back().date > version.date) {
      in.error(item.mark, "contradiction", "versions stand from the oldest to the newest");
    }
    out.push_back(std::move(version));
  }
  return out;
}

Document read_document(YamlReader& in, const YamlNode& node) {
  Document out;
  out.file = in.file().name;
  out.mark = node.mark;
  out.key = in.need_text(node, "key");
  if (!out.key.empty() && !is_key(out.key)) {
    in.error(node.find("key")->mark, "bad-id", "\"" + out.key + "\" is no key of a document",
             "write it like DMA or MIMI-P");
  }
  out.title = in.need_text(node, "title");
  in.need(node, "kind");
  const std::string kind =
      in.word(node, "kind",
              {"law", "reference-offer", "statement", "standard", "research", "code", "design"});
  out.kind = index_of(kDocumentKinds, kind, DocumentKind::kStatement);
  out.versions = read_versions(in, node);
  return out;
}

Service read_service(YamlReader& in, const YamlNode& node) {
  Service out;
  out.file = in.file().name;
  out.mark = node.mark;
  out.id = in.need_text(node, "id");
  if (!out.id.empty() && !is_slug(out.id)) {
    in.error(node.find("id")->mark, "bad-id", "\"" + out.id + "\" is no service");
  }
  out.title = in.need_text(node, "title");
  out.designated = need_date(in, node, "designated");
  out.reference_offer = need_date(in, node, "reference_offer");
  const YamlNode* due = in.need(node, "due");
  if (due != nullptr && in.mapping(*due, "\"due\"", {"base", "groups", "calls"})) {
    for (std::size_t i = 0; i < kPhases; ++i) out.due[i] = need_date(in, *due, kPhaseWords[i]);
  }
  return out;
}

Extension read_extension(YamlReader& in, const YamlNode& node) {
  Extension out;
  out.file = in.file().name;
  out.mark = node.mark;
  out.obligation = in.need_text(node, "obligation");
  out.service = in.need_text(node, "service");
  out.until = need_date(in, node, "until");
  out.decision = in.text(node, "decision");
  return out;
}

Area read_area(YamlReader& in, const YamlNode& node) {
  Area out;
  out.file = in.file().name;
  out.mark = node.mark;
  out.id = in.need_text(node, "id");
  out.title = in.need_text(node, "title");
  const YamlNode* rows = in.need(node, "rows");
  out.rows = rows == nullptr ? 0 : rows->as_int().value_or(0);
  if (rows != nullptr && (out.rows < 1 || out.rows > kMaxRows)) {
    in.error(rows->mark, "wrong-type", "\"rows\" is a number from 1 to 999");
    out.rows = 0;
  }
  return out;
}

/// Appends what `read` makes of each item of the file's list; items that are no mapping of these
/// keys are reported and left out.
template <class Item>
void read_each(const YamlFile& file, std::vector<Diagnostic>& diagnostics, std::string_view list,
               std::string_view what, std::initializer_list<std::string_view> keys,
               Item (*read)(YamlReader&, const YamlNode&), std::vector<Item>& into) {
  YamlReader in(file, diagnostics);
  for (const YamlNode& node : list_of(in, list)) {
    if (in.mapping(node, what, keys)) into.push_back(read(in, node));
  }
}

}  // namespace

std::string_view to_string(Phase phase) { return kPhaseWords[static_cast<std::size_t>(phase)]; }
std::string_view to_string(DocumentKind kind) {
  return kDocumentKinds[static_cast<std::size_t>(kind)];
}

const DocumentVersion* Document::find_version(std::string_view version) const {
  const auto it = std::find_if(versions.begin(), versions.end(),
                               [&](const DocumentVersion& one) { return one.version == version; });
  return it == versions.end() ? nullptr : &*it;
}

std::string citations_text(const std::vector<Citation>& citations) {
  std::string out;
  for (const Citation& citation : citations) {
    if (!out.empty()) out += "; ";
    out += citation.document;
    if (!citation.clause.empty()) out += " " + citation.clause;
    if (!citation.version.empty()) out += " (" + citation.version + ")";
  }
  return out;
}

void read_documents(const YamlFile& file, std::vector<Document>& documents,
                    std::vector<Diagnostic>& diagnostics) {
  read_each(file, diagnostics, "documents", "a document", {"key", "title", "kind", "versions"},
            read_document, documents);
}

void read_services(const YamlFile& file, std::vector<Service>& services,
                   std::vector<Diagnostic>& diagnostics) {
  read_each(file, diagnostics, "services", "a service",
            {"id", "title", "designated", "reference_offer", "due"}, read_service, services);
}

void read_extensions(const YamlFile& file, std::vector<Extension>& extensions,
                     std::vector<Diagnostic>& diagnostics) {
  read_each(file, diagnostics, "extensions", "an extension",
            {"obligation", "service", "until", "decision"}, read_extension, extensions);
}

void read_areas(const YamlFile& file, std::vector<Area>& areas,
                std::vector<Diagnostic>& diagnostics) {
  read_each(file, diagnostics, "areas", "an area", {"id", "title", "rows"}, read_area, areas);
}

}  // namespace parley::scenario
