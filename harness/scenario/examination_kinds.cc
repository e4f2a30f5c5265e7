#include "harness/scenario/examination_kinds.h"

#include <algorithm>

namespace parley::scenario {

std::span<const ExaminationKind> examination_kinds() {
  static const std::vector<ExaminationKind> kKinds = {
      {"complete", "every document of the kind states all the facts", {"document", "has"}, {}},
      {"document-present",
       "there is a document of the kind with these facts, and none contradicts them",
       {"document"},
       {"has", "facts"}},
      {"each-service",
       "there is a document of the kind for each core platform service",
       {"document"},
       {}},
      {"in-order",
       "within each document of the kind the dates follow one another",
       {"document", "dates"},
       {}},
      {"in-time",
       "the first document of the kind is not later than the service's date",
       {"document", "phase"},
       {}},
      {"never",
       "no document of the kind states one of these values",
       {"document", "fact", "values"},
       {}},
      {"no-worse",
       "in each document one number is not below another, up to a tolerance",
       {"document", "fact", "than", "tolerance"},
       {}},
      {"published-together",
       "each document of the kind has one of the other kind of its day",
       {"document", "with"},
       {}},
      {"renewed",
       "documents of the kind follow one another within so many months",
       {"document", "months"},
       {}},
      {"requests-operational",
       "each reasonable request is operational within so many months, or extended by a decision",
       {"document", "months"},
       {}},
      {"rows-satisfied", "all these requirements are satisfied in the run", {"rows"}, {}},
      {"versions-rise", "later documents of the kind have higher versions", {"document"}, {}},
  };
  return kKinds;
}

const ExaminationKind* find_examination_kind(std::string_view name) {
  const auto kinds = examination_kinds();
  const auto it = std::find_if(kinds.begin(), kinds.end(),
                               [&](const ExaminationKind& one) { return one.name == name; });
  return it == kinds.end() ? nullptr : &*it;
}

}  // namespace parley::scenario
