#include "harness/scenario/catalogue_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "harness/scenario/examination_kinds.h"

namespace parley::scenario {
namespace {

class Checker {
 public:
  explicit Checker(const Library& library) : library_(library) {
    for (const Requirement& row : library.requirements) ids_.push_back(row.id);
    for (const Document& document : library.documents) keys_.push_back(document.key);
    for (const Service& service : library.services) services_.push_back(service.id);
    for (const Obligation& obligation : library.obligations) {
      obligations_.push_back(obligation.id);
    }
    for (const ExaminationKind& kind : examination_kinds()) kinds_.emplace_back(kind.name);
  }

  std::vector<CatalogueFault> check() {
    once(library_.documents, keys_);
    once(library_.services, services_);
    once(library_.obligations, obligations_);
    once(library_.requirements, ids_);
    for (const Requirement& row : library_.requirements) check_row(row);
    for (const Area& area : library_.areas) check_area(area);
    for (const Obligation& obligation : library_.obligations) {
      for (const std::string& id : obligation.requirements) {
        known(obligation, ids_, id, "requirement");
      }
    }
    for (const Extension& extension : library_.extensions) {
      known(extension, obligations_, extension.obligation, "obligation");
      known(extension, services_, extension.service, "service");
    }
    return std::move(faults_);
  }

 private:
  template <class Item>
  void report(const Item& item, SourceMark mark, std::string code, std::string message,
              std::string hint = {}) {
    faults_.push_back({item.file, mark, std::move(code), std::move(message), std::move(hint)});
  }

  template <class Item>
  void once(const std::vector<Item>& items, const std::vector<std::string>& names) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (seen.insert(names[i]).second) continue;
      report(items[i], items[i].mark, "duplicate-id", "\"" + names[i] + "\" exists twice");
    }
  }

  template <class Item>
  void known(const Item& item, const std::vector<std::string>& names, const std::string& name,
             const std::string& what) {
    if (std::find(names.begin(), names.end(), name) != names.end()) return;
    report(item, item.mark, "unknown-" + what, "the catalogue has no " + what + " \"" + name + "\"",
           did_you_mean(name, names));
  }

  void check_row(const Requirement& row) {
    for (const Citation& citation : row.citations) {
      const Document* document = library_.find_document(citation.document);
      if (document == nullptr) {
        report(row, citation.mark, "unknown-document",
               row.id + " cites \"" + citation.document + "\", which is no document",
               did_you_mean(citation.document, keys_));
      } else if (!citation.version.empty() && !document->find_version(citation.version)) {
        std::vector<std::string> versions;
        for (const DocumentVersion& one : document->versions) versions.push_back(one.version);
        report(row, citation.mark, "unknown-document",
               document->key + " has no version \"" + citation.version + "\"",
               did_you_mean(citation.version, versions));
      }
    }
    for (const Examination& one : row.examinations) check_examination(row, one);
    check_counted(row);
  }

  // Ids that are no ids were reported when they were read.
  void check_counted(const Requirement& row) {
    const std::size_t hyphen = row.id.find('-');
    if (hyphen == std::string::npos) return;
    const std::string area = row.id.substr(0, hyphen);
    std::int64_t number = 0;
    const char* const end = row.id.data() + row.id.size();
    if (std::from_chars(row.id.data() + hyphen + 1, end, number).ptr != end) return;
    if (std::any_of(library_.areas.begin(), library_.areas.end(),
                    [&](const Area& one) { return one.id == area && number <= one.rows; })) {
      return;
    }
    report(row, row.mark, "unlisted-row", "no area of the catalogue counts " + row.id,
           "say under \"areas\" how many rows " + area + " has");
  }

  void check_examination(const Requirement& row, const Examination& one) {
    const ExaminationKind* spec = find_examination_kind(one.kind);
    if (spec == nullptr) {
      report(row, one.mark, "unknown-check",
             row.id + ": no examination is called \"" + one.kind + "\"",
             did_you_mean(one.kind, kinds_));
      return;
    }
    for (const std::string_view name : spec->required) {
      if (one.arguments.contains(name)) continue;
      report(row, one.mark, "missing-argument",
             row.id + ": \"" + one.kind + "\" needs \"" + std::string(name) + "\"");
    }
    for (const auto& argument : one.arguments) {
      const std::string_view name = argument.key();
      const auto in = [&](const std::vector<std::string_view>& names) {
        return std::find(names.begin(), names.end(), name) != names.end();
      };
      if (in(spec->required) || in(spec->optional)) continue;
      report(row, one.mark, "unknown-argument",
             row.id + ": \"" + one.kind + "\" takes no \"" + std::string(name) + "\"");
    }
  }

  void check_area(const Area& area) {
    for (std::int64_t i = 1; i <= area.rows; ++i) {
      const std::string id = fmt::format("{}-{:03}", area.id, i);
      if (std::binary_search(ids_.begin(), ids_.end(), id)) continue;
      report(area, area.mark, "missing-row", id + " is missing from the catalogue");
    }
  }

  const Library& library_;
  std::vector<std::string> ids_, keys_, services_, obligations_, kinds_;
  std::vector<CatalogueFault> faults_;
};

}  // namespace

std::vector<CatalogueFault> catalogue_faults(const Library& library) {
  return Checker(library).check();
}

}  // namespace parley::scenario
