#include "harness/scenario/register.h"

#include <algorithm>
#include <set>

#include "harness/scenario/catalogue_reader.h"
#include "harness/scenario/filter.h"

namespace parley::scenario {
namespace {

constexpr std::size_t kMaxEntries = 10'000;
constexpr std::size_t kDigestLength = 64;

bool is_digest(std::string_view text) {
  return text.size() == kDigestLength && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

class Reading {
 public:
  Reading(YamlReader& in, const Library& library)
      : in_(in), library_(library), kinds_(document_kinds(library)) {
    for (const Requirement& row : library.requirements) supported_.push_back(row.id);
    for (const Service& service : library.services) services_.push_back(service.id);
  }

  RegisterEntry operator()(const YamlNode& node) const {
    RegisterEntry out;
    out.file = in_.file().name;
    out.mark = node.mark;
    out.document = in_.need_text(node, "document");
    out.kind = in_.need_text(node, "kind");
    known(node, "kind", out.kind, kinds_, "the catalogue asks for no document of the kind");
    out.date = need_date(in_, node, "date");
    out.digest = in_.need_text(node, "sha256");
    if (!out.digest.empty() && !is_digest(out.digest)) {
      in_.error(node.find("sha256")->mark, "bad-digest", "\"sha256\" is 64 digits of 0-9 and a-f");
    }
    in_.need(node, "supports");
    out.supports = in_.texts(node, "supports");
    for (const std::string& one : out.supports) check_supported(node, one);
    out.attested_by = in_.need_text(node, "attested_by");
    out.service = in_.text(node, "service");
    known(node, "service", out.service, services_, "the catalogue has no service");
    if (const YamlNode* facts = node.find("facts")) {
      if (facts->is_mapping()) {
        out.facts = facts->to_json().as_object();
      } else {
        in_.error(facts->mark, "wrong-type", "\"facts\" must map names to values");
      }
    }
    return out;
  }

 private:
  void known(const YamlNode& node, std::string_view key, const std::string& word,
             const std::vector<std::string>& words, const std::string& complaint) const {
    if (word.empty() || std::find(words.begin(), words.end(), word) != words.end()) return;
    in_.error(node.find(key)->mark, "unknown-word", complaint + " \"" + word + "\"",
              did_you_mean(word, words));
  }

  void check_supported(const YamlNode& node, const std::string& text) const {
    const std::size_t space = text.find(' ');
    const bool found = space == std::string::npos
                           ? library_.find_requirement(text) != nullptr
                           : library_.find_document(text.substr(0, space)) != nullptr;
    if (found) return;
    in_.error(node.find("supports")->mark, "unknown-requirement",
              "\"" + text + "\" is neither a requirement nor a clause of a known document",
              did_you_mean(text, supported_));
  }

  YamlReader& in_;
  const Library& library_;
  std::vector<std::string> kinds_, supported_, services_;
};

}  // namespace

bool RegisterEntry::supports_row(const Requirement& row) const {
  return std::any_of(supports.begin(), supports.end(), [&](const std::string& one) {
    return one == row.id ||
           std::any_of(row.citations.begin(), row.citations.end(), [&](const Citation& citation) {
             return one.find(' ') != std::string::npos &&
                    clause_matches(one, citation.document, citation.clause);
           });
  });
}

std::vector<std::string> document_kinds(const Library& library) {
  std::set<std::string> out;
  for (const Requirement& row : library.requirements) {
    for (const Examination& one : row.examinations) {
      for (const char* argument : {"document", "with"}) {
        if (const auto* kind = one.arguments.if_contains(argument); kind && kind->is_string()) {
          out.emplace(kind->get_string());
        }
      }
    }
  }
  return {out.begin(), out.end()};
}

void read_register(const YamlFile& file, const Library& library,
                   std::vector<RegisterEntry>& entries, std::vector<Diagnostic>& diagnostics) {
  YamlReader in(file, diagnostics);
  if (!in.mapping(file.root, "a document register", {"documents"})) return;
  in.need(file.root, "documents");
  const Reading reading(in, library);
  for (const YamlNode& node : list_of(in, "documents")) {
    if (entries.size() >= kMaxEntries) {
      in.error(node.mark, "too-many", "a register holds at most 10000 documents");
      return;
    }
    if (in.mapping(node, "a document",
                   {"document", "kind", "date", "sha256", "supports", "attested_by", "service",
                    "facts"})) {
      entries.push_back(reading(node));
    }
  }
}

}  // namespace parley::scenario
