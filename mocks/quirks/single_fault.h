// One fault in one run: the n-th stanza that anybody sends is dropped, doubled or passed on behind
// the next, or the n-th answer that any server gives says that it is out of service.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mocks/quirks/fault_counter.h"
#include "mocks/quirks/held_stanzas.h"
#include "mocks/tap/observer.h"

namespace parley::mocks::quirks {

enum class FaultAct {
  kNone,        ///< nothing: opportunities are counted only
  kDrop,        ///< a stanza does not leave
  kDuplicate,   ///< it leaves twice
  kReorder,     ///< it leaves behind the next one of its connection; not at all where none follows
  kUnavailable  ///< an answer is 503 without a body; what was asked for was done
};

/// Counts at the sender only, so that what passes between two parties is counted once. One per run.
class SingleFault final : public Interceptor {
 public:
  /// The fault happens at the opportunity of that number, from 0. `beneath` interferes first where
  /// it is not null, and outlives this: a quirk under the fault.
  SingleFault(FaultAct act, std::optional<std::size_t> number, Interceptor* beneath = nullptr);

  std::vector<wire::Node> stanza(const Observer& at, evidence::Direction direction,
                                 std::string_view operation, wire::Node node) override;
  bool request(const Observer& at, evidence::Direction direction, std::string_view host,
               net::HttpRequest& request) override;
  bool response(const Observer& at, evidence::Direction direction, std::string_view host,
                const net::HttpRequest& request, net::HttpResponse& response) override;
  bool departs(const Observer& at, std::string_view hook) override;

  const FaultCounter& stanzas() const { return stanzas_; }
  const FaultCounter& answers() const { return answers_; }

 private:
  std::vector<wire::Node> sent(const Observer& at, std::string_view operation, wire::Node node);

  const FaultAct act_;
  Interceptor* const beneath_;
  FaultCounter stanzas_;
  FaultCounter answers_;
  HeldStanzas held_;
};

}  // namespace parley::mocks::quirks
