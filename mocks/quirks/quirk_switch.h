// Quirks in force: an interceptor that applies one of them, or that only notes where each of many
// could have been applied.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "mocks/quirks/held_stanzas.h"
#include "mocks/quirks/quirk.h"
#include "mocks/tap/observer.h"

namespace parley::mocks::quirks {

/// Applies one quirk to the parties of its role. One per test case: it counts.
class QuirkSwitch final : public Interceptor {
 public:
  explicit QuirkSwitch(const Quirk& quirk) : quirk_(quirk) {}

  std::vector<wire::Node> stanza(const Observer& at, evidence::Direction direction,
                                 std::string_view operation, wire::Node node) override;
  bool request(const Observer& at, evidence::Direction direction, std::string_view host,
               net::HttpRequest& request) override;
  bool response(const Observer& at, evidence::Direction direction, std::string_view host,
                const net::HttpRequest& request, net::HttpResponse& response) override;
  bool departs(const Observer& at, std::string_view hook) override;

  /// How often it changed something.
  std::size_t applied() const { return applied_; }

 private:
  bool hits(const Observer& at, const WireQuirk& wire, Point point, std::string_view what,
            std::string_view host);

  const Quirk& quirk_;
  std::map<std::string, std::size_t, std::less<>> matched_;  ///< by party
  HeldStanzas held_;
  std::size_t applied_ = 0;
};

/// Changes nothing and notes which quirks would have found something to change. A case in which a
/// quirk finds nothing takes the same course with it, so that it need not be run.
class QuirkScout final : public Interceptor {
 public:
  explicit QuirkScout(std::span<const Quirk> quirks) : quirks_(quirks) {}

  std::vector<wire::Node> stanza(const Observer& at, evidence::Direction direction,
                                 std::string_view operation, wire::Node node) override;
  bool request(const Observer& at, evidence::Direction direction, std::string_view host,
               net::HttpRequest& request) override;
  bool response(const Observer& at, evidence::Direction direction, std::string_view host,
                const net::HttpRequest& request, net::HttpResponse& response) override;
  bool departs(const Observer& at, std::string_view hook) override;

  /// Indices into the quirks.
  const std::set<std::size_t>& found() const { return found_; }

 private:
  template <class Passing>
  void note(const Observer& at, Point point, std::string_view what, std::string_view host,
            const Passing& passing);

  const std::span<const Quirk> quirks_;
  std::set<std::size_t> found_;
};

}  // namespace parley::mocks::quirks
