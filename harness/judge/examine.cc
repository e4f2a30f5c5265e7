#include "harness/judge/examine.h"

#include <algorithm>
#include <array>
#include <exception>

#include "harness/judge/examine_findings.h"

namespace parley::judge {
namespace {

struct Row {
  std::string_view kind;
  Examined (*judge)(const ExamineInput&);  ///< null: it looks at other rows
};
constexpr std::string_view kRowsSatisfied = "rows-satisfied";
constexpr std::array<Row, 12> kTable{{{"complete", examine_complete},
                                      {"document-present", examine_document_present},
                                      {"each-service", examine_each_service},
                                      {"in-order", examine_in_order},
                                      {"in-time", examine_in_time},
                                      {"never", examine_never},
                                      {"no-worse", examine_no_worse},
                                      {"published-together", examine_published_together},
                                      {"renewed", examine_renewed},
                                      {"requests-operational", examine_requests_operational},
                                      {kRowsSatisfied, nullptr},
                                      {"versions-rise", examine_versions_rise}}};

Examined judged(std::string_view kind, const ExamineInput& input) {
  for (const Row& row : kTable) {
    if (row.kind != kind || row.judge == nullptr) continue;
    try {
      return row.judge(input);
    } catch (const std::exception& e) {
      return {harness_error("check-broke", std::string(kind), e.what()), {}};
    }
  }
  return {harness_error("no-such-check", "a kind of examination that exists",
                        "there is no \"" + std::string(kind) + "\""),
          {}};
}

std::vector<std::string> strings_of(const json::value* list) {
  std::vector<std::string> out;
  if (list == nullptr || !list->is_array()) return out;
  for (const json::value& one : list->get_array()) {
    if (one.is_string()) out.emplace_back(one.get_string());
  }
  return out;
}

}  // namespace

Entries ExamineInput::of_kind(std::string_view kind) const {
  Entries out;
  for (const scenario::RegisterEntry& entry : all) {
    const bool fits = entry.service.empty() || service == nullptr || entry.service == service->id;
    if (entry.kind == kind && fits && entry.date <= as_of) out.push_back(&entry);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto* a, const auto* b) { return a->date < b->date; });
  return out;
}

std::string ExamineInput::text(std::string_view argument) const {
  const json::value* value = arguments.if_contains(argument);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

int ExamineInput::number(std::string_view argument) const {
  const json::value* value = arguments.if_contains(argument);
  return value != nullptr && value->is_int64() ? static_cast<int>(value->get_int64()) : 0;
}

std::vector<std::string> ExamineInput::texts(std::string_view argument) const {
  return strings_of(arguments.if_contains(argument));
}

std::vector<std::string_view> examined_kinds() {
  std::vector<std::string_view> out;
  for (const Row& row : kTable) out.push_back(row.kind);
  return out;
}

std::vector<ExaminationResult> examine(const scenario::Library& library,
                                       const scenario::Requirement& row,
                                       std::span<const scenario::RegisterEntry> entries,
                                       std::string_view service, TimePoint as_of) {
  std::vector<ExaminationResult> out;
  for (const scenario::Examination& one : row.examinations) {
    ExaminationResult result;
    result.id = row.id + "/" + one.kind;
    // Two of one kind are told apart by their number.
    const auto same = std::count_if(out.begin(), out.end(), [&](const ExaminationResult& other) {
      return other.kind == one.kind;
    });
    if (same > 0) result.id += "-" + std::to_string(same + 1);
    result.kind = one.kind;
    result.requirement = row.id;
    if (one.kind == kRowsSatisfied) {
      result.rows = strings_of(one.arguments.if_contains("rows"));
      out.push_back(std::move(result));
      continue;
    }
    const ExamineInput input{row,  one.arguments, entries, library, library.find_service(service),
                             as_of};
    Examined examined = judged(one.kind, input);
    result.finding = std::move(examined.finding);
    for (const scenario::RegisterEntry* entry : examined.documents) {
      result.documents.push_back(
          {entry->document, scenario::date_text(entry->date), entry->digest, entry->attested_by});
    }
    out.push_back(std::move(result));
  }
  return out;
}

void judge_rows(std::vector<ExaminationResult>& examinations,
                std::span<const RequirementResult> rows) {
  for (ExaminationResult& one : examinations) {
    if (one.kind != kRowsSatisfied) continue;
    const std::string expected = "all of these are satisfied: " + [&] {
      std::string all;
      for (const std::string& id : one.rows) all += (all.empty() ? "" : ", ") + id;
      return all;
    }();
    one.finding = passed(expected, "they are");
    if (one.rows.empty()) one.finding = harness_error("bad-arguments", "rows to look at", "none");
    for (const std::string& id : one.rows) {
      const auto row = std::find_if(rows.begin(), rows.end(),
                                    [&](const RequirementResult& r) { return r.id == id; });
      const RequirementStatus status =
          row == rows.end() ? RequirementStatus::kUndetermined : row->status;
      if (status == RequirementStatus::kNotSatisfied) {
        const bool one_side = row->failed_by.size() == 1 && row->failed_by[0] != "unknown";
        one.finding = failed("row-not-satisfied", expected, id + " is not", {},
                             Blame(Attribution::kIut, one_side ? row->failed_by[0] : ""));
        break;
      }
      if (status == RequirementStatus::kUndetermined && one.finding.verdict == Verdict::kPass) {
        one.finding = undecided("row-undetermined", expected, id + " is undetermined", {},
                                Blame(Attribution::kUnknown));
      }
    }
  }
}

}  // namespace parley::judge
