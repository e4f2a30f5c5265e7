#include "harness/driver/doctor_line.h"

#include <algorithm>
#include <chrono>

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

DoctorLine line_for(const DoctorRule& rule, const Status& finding) {
  DoctorLine line{rule.id, rule.rule, rule.owner, rule.fix, DoctorOutcome::kOk, {}};
  if (finding.ok()) return line;
  const bool unseen = finding.error().code == ErrorCode::kUnsupported;
  line.outcome = unseen ? DoctorOutcome::kSkipped : DoctorOutcome::kFail;
  line.seen = finding.error().text();
  return line;
}

DoctorLine skipped_line(const DoctorRule& rule, std::string_view needed) {
  return {rule.id,
          rule.rule,
          rule.owner,
          rule.fix,
          DoctorOutcome::kSkipped,
          "needs " + std::string(needed)};
}

void choose_fix(DoctorLine& line, std::span<const Remedy> remedies) {
  for (const Remedy& one : remedies) {
    if (line.seen.find(one.sign) == std::string::npos) continue;
    line.fix = one.fix;
    return;
  }
}

std::string roughly(Duration time) {
  using Days = std::chrono::duration<std::int64_t, std::ratio<86400>>;
  const Duration d = time < Duration::zero() ? -time : time;
  const auto text = [](auto rounded, const char* unit) {
    return std::to_string(rounded.count()) + " " + unit;
  };
  if (d < std::chrono::minutes(2)) return text(std::chrono::round<std::chrono::seconds>(d), "s");
  if (d < std::chrono::hours(2)) return text(std::chrono::round<std::chrono::minutes>(d), "min");
  if (d < std::chrono::hours(48)) return text(std::chrono::round<std::chrono::hours>(d), "h");
  return text(std::chrono::round<Days>(d), "d");
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
