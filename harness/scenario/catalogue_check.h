// What must hold across the files of a catalogue.
#pragma once

#include <string>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/scenario/library.h"

namespace parley::scenario {

/// A diagnostic whose source line is still to be looked up.
struct CatalogueFault {
  std::string file;
  SourceMark mark;
  std::string code;
  std::string message;
  std::string hint;
};

/// Every id is there once; every row that the areas count is there and no other; every document,
/// version, service, obligation, requirement and kind of examination that is named exists.
/// `library.requirements` must be sorted by id.
std::vector<CatalogueFault> catalogue_faults(const Library& library);

}  // namespace parley::scenario
