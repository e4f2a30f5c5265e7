// What a doctor says before a run: one line for each thing that was looked at, with whose business
// it is and what to do.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace parley::driver {

enum class DoctorOutcome { kOk, kFail, kSkipped };
std::string_view to_string(DoctorOutcome outcome);  ///< "OK", "FAIL", "SKIPPED"

/// Something that a doctor looks at.
struct DoctorRule {
  std::string_view id;     ///< "DRV-04"; never given to another rule
  std::string_view rule;   ///< what should be so
  std::string_view owner;  ///< who can mend it: "driver", "product", "run file", "machine"
  std::string_view fix;    ///< what they would do
};

struct DoctorLine {
  std::string_view id;
  std::string_view rule;
  std::string_view owner;
  std::string_view fix;
  DoctorOutcome outcome = DoctorOutcome::kFail;
  std::string seen{};  ///< what was so; of a line that was skipped, why
};

/// The line of that rule for what a look at it brought: ok, or what was so. kUnsupported says that
/// it could not be seen: the line is skipped.
DoctorLine line_for(const DoctorRule& rule, const Status& finding);
/// It was not looked at, because the rule `needed` does not hold.
DoctorLine skipped_line(const DoctorRule& rule, std::string_view needed);

/// What to do where `sign` is in what was seen.
struct Remedy {
  std::string_view sign;
  std::string_view fix;
};
/// Puts the first that fits in the place of the rule's general fix; leaves it where none does.
void choose_fix(DoctorLine& line, std::span<const Remedy> remedies);

/// How long it is, roughly, whatever its sign: "45 s", "10 min", "3 h", "12 d".
std::string roughly(Duration time);

/// Whether nothing failed. What was skipped is not known to be sound, and not known to be wrong.
bool healthy(const std::vector<DoctorLine>& lines);

/// "DRV-04 OK      it answers ...", and where it failed what was seen, whose it is and the fix,
/// each on a line of its own; what comes from outside is made fit for a terminal.
std::string to_text(const std::vector<DoctorLine>& lines);

}  // namespace parley::driver
