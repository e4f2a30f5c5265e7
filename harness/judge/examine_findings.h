// The few ends that examinations have.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "harness/judge/examine.h"
#include "harness/judge/finding.h"
#include "harness/scenario/in_force.h"

namespace parley::judge {

/// Who is bound, if it is one side only.
inline std::string bound_side(const scenario::Requirement& row) {
  std::string side;
  for (const std::string& bound : row.binds) {
    const std::string_view one = side_of(bound);
    if (!side.empty() && side != one) return {};
    side = one;
  }
  return side;
}

inline Examined contradicted(const ExamineInput& input, std::string code, std::string expected,
                             std::string observed, Entries documents) {
  return {failed(std::move(code), std::move(expected), std::move(observed), {},
                 Blame(Attribution::kIut, bound_side(input.row))),
          std::move(documents)};
}

inline Examined missing(std::string code, std::string expected, std::string observed,
                        Entries documents = {}) {
  return {undecided(std::move(code), std::move(expected), std::move(observed), {},
                    Blame(Attribution::kUnknown)),
          std::move(documents)};
}

/// A pass, if one of the documents says that it supports the row.
inline Examined shown(const ExamineInput& input, std::string expected, std::string observed,
                      Entries documents) {
  if (std::none_of(documents.begin(), documents.end(), [&](const scenario::RegisterEntry* one) {
        return one->supports_row(input.row);
      })) {
    return missing("not-said-to-support", std::move(expected),
                   "no document says that it supports " + input.row.id, std::move(documents));
  }
  return {passed(std::move(expected), std::move(observed)), std::move(documents)};
}

inline Examined no_document(const std::string& kind) {
  return missing(std::string(kNoDocument), "a document of the kind " + kind,
                 "the register has none");
}

/// "offer 1.0.1 (2024-09-06)".
inline std::string named(const scenario::RegisterEntry& entry) {
  return entry.document + " (" + scenario::date_text(entry.date) + ")";
}

/// The only document of its kind, which states that nothing of the kind has happened.
inline bool says_none(const Entries& entries) {
  if (entries.size() != 1) return false;
  const json::value* none = entries[0]->facts.if_contains("none");
  return none != nullptr && none->is_bool() && none->get_bool();
}

}  // namespace parley::judge
