// Whose eyes a tap looks through: every record says at which party it was made.
#pragma once

#include <string>
#include <string_view>

#include "harness/evidence/recorder.h"
#include "mocks/tap/interceptor.h"

namespace parley::mocks {

/// One party as an observer. The recorder, and the interceptor where there is one, outlive every
/// tap that is made of it.
struct Observer {
  evidence::Recorder* recorder = nullptr;
  evidence::Role role = evidence::Role::kHarness;
  std::string party;  ///< actor id
  Interceptor* interceptor = nullptr;

  /// Whether this party departs from a rule; see Interceptor::departs.
  bool departs(std::string_view hook) const {
    return interceptor != nullptr && interceptor->departs(*this, hook);
  }
};

}  // namespace parley::mocks
