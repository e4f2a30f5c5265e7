#include "harness/judge/waiver_file.h"

#include <algorithm>
#include <string_view>

#include "harness/judge/check.h"
#include "harness/scenario/catalogue_reader.h"
#include "harness/scenario/in_force.h"

namespace parley::judge {
namespace {

constexpr std::size_t kMaxWaivers = 1000;
constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxText = 2000;

// "W-12", "acme.2026-03": what reports and labels can show as it is.
bool is_name(std::string_view text) {
  return text.size() <= kMaxName && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                  c == '.' || c == '-' || c == '_';
         });
}

// What the files of scenarios take for a pattern. Brackets are a part of test cases' ids.
bool is_pattern(std::string_view text) { return text.find_first_of("*?") != std::string::npos; }

std::vector<std::string> check_ids(const scenario::TestCase& test_case) {
  std::vector<std::string> out;
  for (const scenario::Check& check : test_case.checks) out.push_back(check.id);
  for (const CheckKind& kind : check_kinds()) {
    if (kind.invariant) out.emplace_back(kind.name);
  }
  return out;
}

std::vector<std::string> examination_ids(const scenario::Library& library) {
  std::vector<std::string> out;
  for (const scenario::Requirement& row : library.requirements) {
    for (const scenario::Examination& one : row.examinations) {
      out.push_back(row.id + "/" + one.kind);
    }
  }
  return out;
}

class Reading {
 public:
  Reading(scenario::YamlReader& in, const scenario::Library& library)
      : in_(in), library_(library) {}

  Waiver operator()(const YamlNode& node) const {
    Waiver out;
    out.id = in_.need_text(node, "id");
    if (!is_name(out.id)) {
      in_.error(node.find("id")->mark, "bad-id",
                "the id of a waiver has at most 64 letters, digits and \".-_\"");
    }
    out.owner = limited(node, "owner");
    out.reason = limited(node, "reason");
    const TimePoint expires = scenario::need_date(in_, node, "expires");
    out.expires = scenario::date_text(expires);
    out.requirement = exact(node, "requirement");
    out.case_id = exact(node, "case");
    out.check_id = exact(node, "check");
    out.finding = exact(node, "finding");
    check_requirement(node, out.requirement);
    check_place(node, out);
    return out;
  }

 private:
  std::string limited(const YamlNode& node, std::string_view key) const {
    std::string out = in_.need_text(node, key);
    if (out.size() > kMaxText) {
      in_.error(node.find(key)->mark, "too-long",
                "\"" + std::string(key) + "\" has at most 2000 bytes");
    }
    return out;
  }

  // One thing, named in full.
  std::string exact(const YamlNode& node, std::string_view key) const {
    const YamlNode* value = node.find(key);
    if (value != nullptr && (value->is_sequence() || value->is_mapping())) {
      in_.error(value->mark, "too-wide",
                "a waiver covers one finding: \"" + std::string(key) + "\" names one thing",
                "write a waiver for each");
      return {};
    }
    std::string out = in_.need_text(node, key);
    if (is_pattern(out)) {
      in_.error(value->mark, "too-wide",
                "a waiver covers one finding: \"" + std::string(key) + "\" is no pattern",
                "name it in full, as result.json does");
      return {};
    }
    return out;
  }

  void unknown(const YamlNode& node, std::string_view key, const std::string& word,
               const std::string& what, const std::vector<std::string>& words) const {
    in_.error(node.find(key)->mark, "unknown-" + std::string(key),
              "there is no " + what + " \"" + word + "\"", did_you_mean(word, words));
  }

  void check_requirement(const YamlNode& node, const std::string& id) const {
    if (id.empty() || library_.find_requirement(id) != nullptr) return;
    std::vector<std::string> words;
    for (const scenario::Requirement& row : library_.requirements) words.push_back(row.id);
    unknown(node, "requirement", id, "requirement", words);
  }

  void check_place(const YamlNode& node, const Waiver& waiver) const {
    if (waiver.case_id.empty() || waiver.check_id.empty()) return;
    std::vector<std::string> checks;
    if (waiver.case_id == kRegister) {
      checks = examination_ids(library_);
    } else {
      const scenario::TestCase* test_case = library_.find_case(waiver.case_id);
      if (test_case == nullptr) {
        std::vector<std::string> words;
        for (const scenario::Scenario& one : library_.scenarios) {
          for (const scenario::TestCase& other : one.cases) words.push_back(other.id);
        }
        unknown(node, "case", waiver.case_id, "test case", words);
        return;
      }
      checks = check_ids(*test_case);
    }
    if (std::ranges::find(checks, waiver.check_id) != checks.end()) return;
    unknown(node, "check", waiver.check_id, "check in \"" + waiver.case_id + "\" named", checks);
  }

  scenario::YamlReader& in_;
  const scenario::Library& library_;
};

bool same_finding(const Waiver& a, const Waiver& b) {
  return a.requirement == b.requirement && a.case_id == b.case_id && a.check_id == b.check_id &&
         a.finding == b.finding;
}

}  // namespace

void read_waivers(const YamlFile& file, const scenario::Library& library,
                  std::vector<Waiver>& waivers, std::vector<Diagnostic>& diagnostics) {
  scenario::YamlReader in(file, diagnostics);
  if (!in.mapping(file.root, "a file of waivers", {"waivers"})) return;
  in.need(file.root, "waivers");
  const Reading reading(in, library);
  for (const YamlNode& node : scenario::list_of(in, "waivers")) {
    if (waivers.size() >= kMaxWaivers) {
      in.error(node.mark, "too-many", "at most 1000 waivers");
      return;
    }
    if (!in.mapping(
            node, "a waiver",
            {"id", "owner", "reason", "expires", "requirement", "case", "check", "finding"})) {
      continue;
    }
    Waiver one = reading(node);
    for (const Waiver& other : waivers) {
      if (!one.id.empty() && other.id == one.id) {
        in.error(node.mark, "repeated-id", "there is another waiver \"" + one.id + "\"");
      } else if (!one.finding.empty() && same_finding(one, other)) {
        in.error(node.mark, "repeated-finding", "\"" + other.id + "\" covers the same finding");
      }
    }
    waivers.push_back(std::move(one));
  }
}

}  // namespace parley::judge
