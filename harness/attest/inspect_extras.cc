#include <algorithm>
#include <chrono>
#include <utility>

#include "harness/attest/inspection.h"
#include "harness/attest/seal_run.h"
#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"
#include "harness/evidence/bundle.h"

namespace parley::attest {
namespace {

/// Between lab and authority: who dates back does so by more.
constexpr std::chrono::minutes kClockDifference(1);

}  // namespace

void read_time_stamp(Inspection& in) {
  const auto response = in.file(evidence::kTimeStampFile);
  const auto envelope = in.file(evidence::kEnvelopeFile);
  if (!response || !envelope || !in.options.tsa_roots_pem) return;
  in.stamp = crypto::verify_time_stamp(as_bytes(*response), crypto::sha256(as_bytes(*envelope)),
                                       *in.options.tsa_roots_pem);
}

Verdict check_time_stamp(Inspection& in) {
  const auto response = in.file(evidence::kTimeStampFile);
  if (!response) {
    return in.options.tsa_roots_pem ? fails("no time stamp in this bundle")
                                    : skipped("no time stamp in this bundle");
  }
  if (!in.stamp) {
    // Nobody to believe: but one of something else is one too many.
    const auto claimed = crypto::read_time_stamp(
        as_bytes(*response), crypto::sha256(as_bytes(*in.file(evidence::kEnvelopeFile))));
    if (!claimed.ok()) return fails(claimed.error().text());
    return skipped("it says " + utc_text(claimed->time) + ", by \"" + claimed->authority +
                   "\"; whether that is so needs the authority's root (--tsa)");
  }
  if (!in.stamp->ok()) return fails(in.stamp->error().text());
  const crypto::TimeStamp& stamp = in.stamp->value();
  if (in.closed && stamp.time + kClockDifference < *in.closed) {
    return fails("it was stamped at " + utc_text(stamp.time) +
                 ", before the ledger closed the run, " + utc_text(*in.closed));
  }
  return holds(utc_text(stamp.time) + ", by " + stamp.authority);
}

Verdict check_harness(Inspection& in) {
  const std::string digest = hex(harness_digest(in.result->run));
  if (!in.options.harnesses)
    return skipped("no list of sound harnesses was given; it is " + digest);
  const auto found = std::ranges::find(*in.options.harnesses, digest, &HarnessListing::sha256);
  if (found != in.options.harnesses->end()) return holds(found->name);
  return fails("its program, " + digest + ", is not on your list");
}

}  // namespace parley::attest
