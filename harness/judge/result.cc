#include "harness/judge/result.h"

#include <algorithm>
#include <array>

namespace parley::judge {
namespace {

template <class Enum>
struct Word {
  Enum value;
  std::string_view text;
};

// The words of every enumeration; both directions read the same tables.
constexpr std::array<Word<Attribution>, 8> kAttributionWords{{{Attribution::kNone, "none"},
                                                              {Attribution::kIut, "iut"},
                                                              {Attribution::kPeer, "peer"},
                                                              {Attribution::kNetwork, "network"},
                                                              {Attribution::kConfig, "config"},
                                                              {Attribution::kDriver, "driver"},
                                                              {Attribution::kHarness, "harness"},
                                                              {Attribution::kUnknown, "unknown"}}};
constexpr std::array<Word<Disposition>, 3> kDispositionWords{
    {{Disposition::kExecuted, "executed"},
     {Disposition::kNotApplicable, "not-applicable"},
     {Disposition::kNotTested, "not-tested"}}};
constexpr std::array<Word<Basis>, 3> kBasisWords{{{Basis::kPublic, "public"},
                                                  {Basis::kNativeDerived, "native-derived"},
                                                  {Basis::kSurrogate, "surrogate"}}};
constexpr std::array<Word<CheckRole>, 4> kCheckRoleWords{{{CheckRole::kPurpose, "purpose"},
                                                          {CheckRole::kInvariant, "invariant"},
                                                          {CheckRole::kPreamble, "preamble"},
                                                          {CheckRole::kPostamble, "postamble"}}};
constexpr std::array<Word<Modality>, 3> kModalityWords{
    {{Modality::kMust, "must"}, {Modality::kShould, "should"}, {Modality::kMay, "may"}}};
constexpr std::array<Word<RequirementStatus>, 5> kRequirementStatusWords{
    {{RequirementStatus::kSatisfied, "satisfied"},
     {RequirementStatus::kSatisfiedWithWaiver, "satisfied-with-waiver"},
     {RequirementStatus::kNotSatisfied, "not-satisfied"},
     {RequirementStatus::kUndetermined, "undetermined"},
     {RequirementStatus::kNotApplicable, "not-applicable"}}};
constexpr std::array<Word<Statement>, 4> kStatementWords{
    {{Statement::kConformant, "conformant"},
     {Statement::kConformantWithWaivers, "conformant-with-waivers"},
     {Statement::kNotConformant, "not-conformant"},
     {Statement::kNoStatement, "no-statement"}}};
constexpr std::array<Word<RunState>, 2> kRunStateWords{
    {{RunState::kComplete, "complete"}, {RunState::kInterrupted, "interrupted"}}};
constexpr std::array<Word<Mode>, 2> kModeWords{
    {{Mode::kNightly, "nightly"}, {Mode::kCertification, "certification"}}};
constexpr std::array<Word<Verdict>, 4> kVerdictWords{{{Verdict::kPass, "pass"},
                                                      {Verdict::kInconclusive, "inconclusive"},
                                                      {Verdict::kError, "error"},
                                                      {Verdict::kFail, "fail"}}};

constexpr std::array<Word<WaiverState>, 4> kWaiverStateWords{
    {{WaiverState::kApplied, "applied"},
     {WaiverState::kExpired, "expired"},
     {WaiverState::kStale, "stale"},
     {WaiverState::kNotJudged, "not-judged"}}};

constexpr std::array<Word<MilestoneState>, 4> kMilestoneStateWords{
    {{MilestoneState::kReached, "reached"},
     {MilestoneState::kNotReached, "not-reached"},
     {MilestoneState::kUndetermined, "undetermined"},
     {MilestoneState::kNotClaimed, "not-claimed"}}};

template <class Words, class Enum>
std::string_view text_of(const Words& words, Enum value) {
  for (const auto& word : words) {
    if (word.value == value) return word.text;
  }
  return "unknown";
}

template <class Enum, std::size_t N>
std::optional<Enum> value_of(const std::array<Word<Enum>, N>& words, std::string_view text) {
  for (const auto& word : words) {
    if (word.text == text) return word.value;
  }
  return std::nullopt;
}

}  // namespace

Basis weaker(Basis a, Basis b) { return std::max(a, b); }

std::string_view to_string(Attribution value) { return text_of(kAttributionWords, value); }
std::string_view to_string(Disposition value) { return text_of(kDispositionWords, value); }
std::string_view to_string(Basis value) { return text_of(kBasisWords, value); }
std::string_view to_string(CheckRole value) { return text_of(kCheckRoleWords, value); }
std::string_view to_string(Modality value) { return text_of(kModalityWords, value); }
std::string_view to_string(RequirementStatus value) {
  return text_of(kRequirementStatusWords, value);
}
std::string_view to_string(Statement value) { return text_of(kStatementWords, value); }
std::string_view to_string(RunState value) { return text_of(kRunStateWords, value); }
std::string_view to_string(Mode value) { return text_of(kModeWords, value); }
std::string_view to_string(Verdict value) { return text_of(kVerdictWords, value); }
std::string_view to_string(WaiverState value) { return text_of(kWaiverStateWords, value); }
std::string_view to_string(MilestoneState value) { return text_of(kMilestoneStateWords, value); }

template <>
std::optional<Attribution> parse_enum(std::string_view text) {
  return value_of(kAttributionWords, text);
}
template <>
std::optional<Disposition> parse_enum(std::string_view text) {
  return value_of(kDispositionWords, text);
}
template <>
std::optional<scenario::Coverage> parse_enum(std::string_view text) {
  return scenario::parse_coverage(text);
}
template <>
std::optional<Basis> parse_enum(std::string_view text) {
  return value_of(kBasisWords, text);
}
template <>
std::optional<CheckRole> parse_enum(std::string_view text) {
  return value_of(kCheckRoleWords, text);
}
template <>
std::optional<Modality> parse_enum(std::string_view text) {
  return value_of(kModalityWords, text);
}
template <>
std::optional<RequirementStatus> parse_enum(std::string_view text) {
  return value_of(kRequirementStatusWords, text);
}
template <>
std::optional<Statement> parse_enum(std::string_view text) {
  return value_of(kStatementWords, text);
}
template <>
std::optional<RunState> parse_enum(std::string_view text) {
  return value_of(kRunStateWords, text);
}
template <>
std::optional<Mode> parse_enum(std::string_view text) {
  return value_of(kModeWords, text);
}
template <>
std::optional<Verdict> parse_enum(std::string_view text) {
  return value_of(kVerdictWords, text);
}
template <>
std::optional<WaiverState> parse_enum(std::string_view text) {
  return value_of(kWaiverStateWords, text);
}
template <>
std::optional<MilestoneState> parse_enum(std::string_view text) {
  return value_of(kMilestoneStateWords, text);
}

}  // namespace parley::judge
