// Examinations of when something happened.
#include <algorithm>
#include <optional>

#include "harness/judge/calendar.h"
#include "harness/judge/examine_findings.h"

namespace parley::judge {
namespace {

using scenario::date_text;
using scenario::RegisterEntry;

// A fact that is a date; nullopt where it is absent or none.
std::optional<TimePoint> date_of(const json::object& facts, std::string_view name) {
  const json::value* value = facts.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  const Result<TimePoint> date = parse_date(std::string_view(value->get_string()));
  return date.ok() ? std::optional<TimePoint>(*date) : std::nullopt;
}

// When all that a request asks for was operational; nullopt where something is not yet. The fact is
// a date, or maps each function to its date.
std::optional<TimePoint> operational_since(const RegisterEntry& entry) {
  const json::value* value = entry.facts.if_contains("operational");
  if (value == nullptr || !value->is_object()) return date_of(entry.facts, "operational");
  const json::value* functions = entry.facts.if_contains("functions");
  if (functions == nullptr || !functions->is_array()) return std::nullopt;
  std::optional<TimePoint> last;
  for (const json::value& function : functions->get_array()) {
    if (!function.is_string()) return std::nullopt;
    const auto date = date_of(value->get_object(), std::string_view(function.get_string()));
    if (!date) return std::nullopt;
    last = std::max(last.value_or(*date), *date);
  }
  return last;
}

bool says(const RegisterEntry& entry, std::string_view name, bool wanted) {
  const json::value* value = entry.facts.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool() == wanted;
}

// The last day for a request: so many months, or longer by a decision of the Commission.
TimePoint limit_of(const RegisterEntry& entry, TimePoint received, int months) {
  const TimePoint limit = add_months(received, months);
  const json::value* decision = entry.facts.if_contains("decision");
  const auto until = date_of(entry.facts, "extended_until");
  const bool decided = decision != nullptr && decision->is_string() &&
                       !decision->get_string().empty() && until.has_value();
  return decided ? std::max(limit, *until) : limit;
}

}  // namespace

Examined examine_in_time(const ExamineInput& input) {
  const std::string kind = input.text("document");
  if (input.service == nullptr) {
    return missing("no-date", "a date of the service", "the catalogue does not know the service");
  }
  const std::string phase = input.text("phase");
  std::size_t index = 0;
  while (index + 1 < scenario::kPhases &&
         scenario::to_string(static_cast<scenario::Phase>(index)) != phase) {
    ++index;
  }
  const TimePoint limit = input.service->due[index];
  const std::string expected =
      "the first document of the kind " + kind + " is not of a day after " + date_text(limit);
  const Entries entries = input.of_kind(kind);
  if (entries.empty()) return no_document(kind);
  const RegisterEntry* first = entries.front();
  if (first->date > limit) return contradicted(input, "late", expected, named(*first), {first});
  return shown(input, expected, named(*first), {first});
}

Examined examine_renewed(const ExamineInput& input) {
  const std::string kind = input.text("document");
  const int months = input.number("months");
  const std::string expected =
      "documents of the kind " + kind + " are renewed within " + std::to_string(months) + " months";
  const Entries entries = input.of_kind(kind);
  if (entries.empty()) return no_document(kind);
  for (std::size_t i = 1; i < entries.size(); ++i) {
    if (entries[i]->date <= add_months(entries[i - 1]->date, months)) continue;
    return contradicted(input, "late", expected,
                        named(*entries[i]) + " follows " + named(*entries[i - 1]),
                        {entries[i - 1], entries[i]});
  }
  if (input.as_of > add_months(entries.back()->date, months)) {
    return contradicted(input, "late", expected,
                        named(*entries.back()) + " is the last one on " + date_text(input.as_of),
                        {entries.back()});
  }
  return shown(input, expected, std::to_string(entries.size()) + " documents", entries);
}

Examined examine_published_together(const ExamineInput& input) {
  const std::string kind = input.text("document");
  const std::string other = input.text("with");
  const std::string expected =
      "each document of the kind " + kind + " has one of the kind " + other + " of its day";
  const Entries entries = input.of_kind(kind);
  const Entries others = input.of_kind(other);
  if (entries.empty()) return no_document(kind);
  if (others.empty()) return no_document(other);
  Entries found;
  for (const RegisterEntry* entry : entries) {
    const auto twin = std::find_if(others.begin(), others.end(), [&](const RegisterEntry* one) {
      return one->date == entry->date &&
             (entry->service.empty() || one->service.empty() || one->service == entry->service);
    });
    if (twin == others.end()) {
      return contradicted(input, "not-together", expected, named(*entry) + " has none", {entry});
    }
    found.push_back(*twin);
  }
  return shown(input, expected, std::to_string(found.size()) + " pairs", found);
}

Examined examine_in_order(const ExamineInput& input) {
  const std::string kind = input.text("document");
  const std::vector<std::string> names = input.texts("dates");
  std::string expected = "in documents of the kind " + kind + " these follow one another:";
  for (const std::string& name : names) expected += " " + name;
  const Entries entries = input.of_kind(kind);
  if (entries.empty()) return no_document(kind);
  if (says_none(entries)) return shown(input, expected, "it is attested that none exists", entries);
  for (const RegisterEntry* entry : entries) {
    std::optional<TimePoint> before;
    for (const std::string& name : names) {
      const auto date = date_of(entry->facts, name);
      if (!date) {
        return missing("fact-missing", expected, named(*entry) + " has no date \"" + name + "\"",
                       {entry});
      }
      if (before && *date < *before) {
        return contradicted(input, "out-of-order", expected,
                            named(*entry) + ": " + name + " on " + date_text(*date) +
                                " is before " + date_text(*before),
                            {entry});
      }
      before = date;
    }
  }
  return shown(input, expected, "so in " + std::to_string(entries.size()) + " documents", entries);
}

Examined examine_requests_operational(const ExamineInput& input) {
  const std::string kind = input.text("document");
  const int months = input.number("months");
  const std::string expected = "each reasonable request is operational within " +
                               std::to_string(months) +
                               " months of its receipt, or was extended by a decision";
  const Entries entries = input.of_kind(kind);
  if (entries.empty()) return no_document(kind);
  if (says_none(entries)) return missing("no-request", expected, "no request was made", entries);
  Entries operational;
  Entries open;
  for (const RegisterEntry* entry : entries) {
    if (says(*entry, "reasonable", false)) continue;  // its refusal is judged by other rows
    const auto received = date_of(entry->facts, "received");
    if (!received) {
      return missing("fact-missing", expected, named(*entry) + " has no date of receipt", {entry});
    }
    const TimePoint limit = limit_of(*entry, *received, months);
    const auto since = operational_since(*entry);
    const bool late = since ? *since > limit : input.as_of > limit;
    if (late) {
      return contradicted(input, "late", expected,
                          named(*entry) + ": received " + date_text(*received) + ", due " +
                              date_text(limit) + ", " +
                              (since ? "operational " + date_text(*since)
                                     : "not operational on " + date_text(input.as_of)),
                          {entry});
    }
    (since ? operational : open).push_back(entry);
  }
  if (operational.empty()) {
    return missing(
        "still-open", expected,
        open.empty() ? "there is no reasonable request" : "all requests are still in time", open);
  }
  return shown(input, expected,
               std::to_string(operational.size()) + " in time, " + std::to_string(open.size()) +
                   " still in time",
               operational);
}

}  // namespace parley::judge
