// The course of a test case as its records tell it, read without any of the suite's checks: what a
// sweep judges by.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/evidence/record.h"

namespace parley::prove {

/// A text or a file that a step sent.
struct SentMessage {
  std::size_t step = 0;
  std::string sender;
  std::string id;
  bool acknowledged = false;  ///< the gatekeeper took it, and its sender heard so
  /// The gatekeeper says that its rules forbid to deliver it, or that it disturbed it as the
  /// scenario told it to: with the fault of the sweep, that makes two.
  bool withheld = false;
  /// actor -> how often it showed the message; the sender's own devices are not among them
  std::map<std::string, std::size_t, std::less<>> shown;
};

struct Course {
  bool completed = false;  ///< every step went as the scenario demands
  std::vector<SentMessage> messages;

  const SentMessage* sent_by_step(std::size_t step) const;
};

Course course_of(std::span<const evidence::Record> records);

}  // namespace parley::prove
