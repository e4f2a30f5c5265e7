#include "harness/attest/public_result.h"

#include <utility>

namespace parley::attest {
namespace {

constexpr const char* kNotShown = "not shown in this edition";

// Of the measures, numbers stay: a text may be a name.
void redact(judge::Finding& finding) {
  finding.expected.clear();
  finding.observed.clear();
  json::object numbers;
  for (const auto& member : finding.measures) {
    if (member.value().is_int64() || member.value().is_uint64()) {
      numbers[member.key()] = member.value();
    }
  }
  finding.measures = std::move(numbers);
}

}  // namespace

judge::RunResult public_result(judge::RunResult result) {
  for (judge::CaseResult& one : result.cases) {
    if (!one.engine_error.empty()) one.engine_error = kNotShown;
    for (judge::AttemptResult& attempt : one.attempts) attempt.reason.clear();
    for (judge::CheckResult& check : one.checks) redact(check.finding);
  }
  for (judge::ExaminationResult& one : result.examinations) {
    redact(one.finding);
    one.documents.clear();
  }
  for (judge::Waiver& one : result.waivers) {
    one.owner = kNotShown;
    one.reason = kNotShown;
  }
  // Where a product listens and who its test accounts are is nobody else's business.
  for (judge::IxitStated& one : result.run.ixit) one.value = kNotShown;
  // Who tested and who answers for it is for everybody; whom to ring up, and what somebody thinks
  // beyond what was observed, is for the customer.
  judge::Identification& stated = result.run.identification;
  if (!stated.contact.empty()) stated.contact = kNotShown;
  for (judge::Opinion& one : stated.opinions) one = {kNotShown, kNotShown};
  return result;
}

}  // namespace parley::attest
