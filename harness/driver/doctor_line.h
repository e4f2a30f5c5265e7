// What a doctor says before a run: one line for each thing that was looked at, with whose business
// it is and what to do.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley::driver {

enum class DoctorOutcome { kOk, kFail, kSkipped };
std::string_view to_string(DoctorOutcome outcome);  ///< "OK", "FAIL", "SKIPPED"

struct DoctorLine {
  std::string_view id;     ///< "DRV-04"; never given to another rule
  std::string_view rule;   ///< what should be so
  std::string_view owner;  ///< who can mend it: "driver", "product", "network", "run file"
  std::string_view fix;    ///< what they would do
  DoctorOutcome outcome = DoctorOutcome::kFail;
  std::string seen{};  ///< what was so; of a line that was skipped, why
};

/// Whether nothing failed. What was skipped is not known to be sound, and not known to be wrong.
bool healthy(const std::vector<DoctorLine>& lines);

/// "DRV-04 OK      it answers ...", and where it failed what was seen, whose it is and the fix,
/// each on a line of its own; what comes from outside is made fit for a terminal.
std::string to_text(const std::vector<DoctorLine>& lines);

}  // namespace parley::driver
