// All places of one run where a fault is possible, and the one fault that happens there.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/net/stream_watch.h"
#include "harness/prove/fault.h"
#include "harness/prove/watched_party.h"
#include "harness/run/case_run.h"
#include "harness/scenario/scenario.h"
#include "mocks/quirks/single_fault.h"

namespace parley::prove {

using mocks::quirks::Opportunity;
using PartyMaker = std::function<driver::PartyFactory(mocks::Interceptor& interceptor)>;

/// The opportunities of a run, by what they are opportunities for.
struct Opportunities {
  std::vector<Opportunity> stanzas;
  std::vector<Opportunity> answers;
  std::vector<Opportunity> writes;
  std::vector<Opportunity> calls;

  const std::vector<Opportunity>& of(FaultKind kind) const;
};

/// One per run, and outlives it.
class FaultRig final : public net::StreamWatch {
 public:
  /// Without a fault it only counts. `beneath` is a quirk that is in force as well, or null.
  FaultRig(const scenario::TestCase& test_case, std::optional<Fault> fault,
           mocks::Interceptor* beneath = nullptr);

  /// `base` with this fault in it, a run that ends with an error once `bound` of World time has
  /// passed, and every kind of actor as one under test, so that any may be blamed.
  run::CaseEnvironment environment(run::CaseEnvironment base, const PartyMaker& make_parties,
                                   Duration bound, Epilogue* epilogue);

  Opportunities seen() const;
  /// Where the fault happened; null where it did not.
  const Opportunity* struck() const;

  Fate writes(const std::string& from, const std::string& to, std::size_t size) override;

 private:
  CallFate calls(const std::string& party, const std::string& operation);
  std::string name_write(const std::string& from, const std::string& to);
  bool lives_at(const std::string& party, const std::string& host) const;

  const std::optional<Fault> fault_;
  mocks::quirks::SingleFault taps_;
  mocks::quirks::FaultCounter writes_;
  mocks::quirks::FaultCounter calls_;
  const CallWatch watch_;
  std::set<std::string, std::less<>> servers_;         ///< actors that are no user's client
  std::map<std::string, std::size_t> named_;           ///< host -> stanzas that its writes had
  std::map<std::string, std::size_t> without_stanza_;  ///< way -> writes of no stanza
};

/// The longest World time that the test case can take where every step and every wait ends by its
/// deadline.
Duration longest_course(const scenario::TestCase& test_case);

}  // namespace parley::prove
