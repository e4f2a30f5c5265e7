// Whose eyes a tap looks through: every record says at which party it was made.
#pragma once

#include <string>

#include "harness/evidence/recorder.h"

namespace parley::mocks {

/// One party as an observer. The recorder outlives every tap that is made of it.
struct Observer {
  evidence::Recorder* recorder = nullptr;
  evidence::Role role = evidence::Role::kHarness;
  std::string party;  ///< actor id
};

}  // namespace parley::mocks
