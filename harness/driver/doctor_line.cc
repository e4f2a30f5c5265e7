#include "harness/driver/doctor_line.h"

#include <algorithm>

namespace parley::driver {
namespace {

constexpr std::size_t kMaxSeen = 2000;

// What a product says must not steer the terminal that it is printed on.
std::string printable(std::string_view text) {
  std::string out(text.substr(0, kMaxSeen));
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == '\n') c = ' ';
    if (byte < 0x20 || byte == 0x7f) c = c == ' ' ? ' ' : '?';
  }
  return text.size() > kMaxSeen ? out + "..." : out;
}

}  // namespace

std::string_view to_string(DoctorOutcome outcome) {
  switch (outcome) {
    case DoctorOutcome::kOk:
      return "OK";
    case DoctorOutcome::kFail:
      return "FAIL";
    case DoctorOutcome::kSkipped:
      return "SKIPPED";
  }
  return "FAIL";
}

bool healthy(const std::vector<DoctorLine>& lines) {
  return std::ranges::none_of(
      lines, [](const DoctorLine& line) { return line.outcome == DoctorOutcome::kFail; });
}

std::string to_text(const std::vector<DoctorLine>& lines) {
  std::string out;
  for (const DoctorLine& line : lines) {
    std::string outcome(to_string(line.outcome));
    outcome.resize(8, ' ');
    out.append(line.id).append(" ").append(outcome).append(line.rule);
    if (line.outcome == DoctorOutcome::kSkipped) out.append(": ").append(printable(line.seen));
    out.push_back('\n');
    if (line.outcome != DoctorOutcome::kFail) continue;
    out.append("       seen: ").append(printable(line.seen)).push_back('\n');
    out.append("       ").append(line.owner).append(": ").append(line.fix).push_back('\n');
  }
  return out;
}

}  // namespace parley::driver
