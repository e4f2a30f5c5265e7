#include "mocks/quirks/quirk_switch.h"

#include <utility>

#include "harness/base/glob.h"
#include "mocks/quirks/wire_edit.h"

namespace parley::mocks::quirks {
namespace {

using evidence::Direction;

Point stanza_point(Direction direction) {
  return direction == Direction::kOut ? Point::kStanzaOut : Point::kStanzaIn;
}
Point request_point(Direction direction) {
  return direction == Direction::kOut ? Point::kRequestOut : Point::kRequestIn;
}
Point response_point(Direction direction) {
  return direction == Direction::kOut ? Point::kResponseOut : Point::kResponseIn;
}

std::string name_of(const net::HttpRequest& request) {
  return request.method + " " + request.target;
}

bool concerns(const Quirk& quirk, const WireQuirk& wire, const Observer& at, Point point,
              std::string_view what, std::string_view host) {
  return quirk.role == at.role && wire.at == point && glob_match(wire.match, what) &&
         glob_match(wire.host, host);
}

}  // namespace

bool QuirkSwitch::hits(const Observer& at, const WireQuirk& wire, Point point,
                       std::string_view what, std::string_view host) {
  if (!concerns(quirk_, wire, at, point, what, host)) return false;
  const std::size_t number = ++matched_[at.party];
  return number >= wire.first && (!wire.count || number < wire.first + *wire.count);
}

std::vector<wire::Node> QuirkSwitch::stanza(const Observer& at, Direction direction,
                                            std::string_view operation, wire::Node node) {
  std::vector<wire::Node> out;
  const auto* wire = std::get_if<WireQuirk>(&quirk_.deviation);
  const Point point = stanza_point(direction);
  const bool hit =
      wire != nullptr && concerned(*wire, node) && hits(at, *wire, point, operation, {});
  if (hit && wire->act == Action::kHold) {
    ++applied_;
    held_.hold(at, std::move(node));
    return out;
  }
  if (hit && wire->act == Action::kDrop) {
    ++applied_;
    return out;
  }
  if (hit && wire->act == Action::kDuplicate) {
    ++applied_;
    out.push_back(node);
  } else if (hit && edit(*wire, node)) {
    ++applied_;
  }
  held_.saw(at, node);
  out.push_back(std::move(node));
  if (wire == nullptr || wire->at != point) return out;
  for (wire::Node& late : held_.release(at)) out.push_back(std::move(late));
  return out;
}

bool QuirkSwitch::request(const Observer& at, Direction direction, std::string_view host,
                          net::HttpRequest& request) {
  const auto* wire = std::get_if<WireQuirk>(&quirk_.deviation);
  if (wire == nullptr || !concerned(*wire, request) ||
      !hits(at, *wire, request_point(direction), name_of(request), host)) {
    return true;
  }
  if (wire->act == Action::kDrop) {
    ++applied_;
    return false;
  }
  if (edit(*wire, request)) ++applied_;
  return true;
}

bool QuirkSwitch::response(const Observer& at, Direction direction, std::string_view host,
                           const net::HttpRequest& request, net::HttpResponse& response) {
  const auto* wire = std::get_if<WireQuirk>(&quirk_.deviation);
  if (wire == nullptr || !concerned(*wire, response) ||
      !hits(at, *wire, response_point(direction), name_of(request), host)) {
    return true;
  }
  if (wire->act == Action::kDrop) {
    ++applied_;
    return false;
  }
  if (edit(*wire, response)) ++applied_;
  return true;
}

bool QuirkSwitch::departs(const Observer& at, std::string_view hook) {
  const auto* policy = std::get_if<PolicyQuirk>(&quirk_.deviation);
  if (policy == nullptr || quirk_.role != at.role || policy->hook != hook) return false;
  ++applied_;
  return true;
}

template <class Passing>
void QuirkScout::note(const Observer& at, Point point, std::string_view what, std::string_view host,
                      const Passing& passing) {
  for (std::size_t i = 0; i < quirks_.size(); ++i) {
    const auto* wire = std::get_if<WireQuirk>(&quirks_[i].deviation);
    if (wire == nullptr || !concerns(quirks_[i], *wire, at, point, what, host)) continue;
    if (concerned(*wire, passing)) found_.insert(i);
  }
}

std::vector<wire::Node> QuirkScout::stanza(const Observer& at, Direction direction,
                                           std::string_view operation, wire::Node node) {
  note(at, stanza_point(direction), operation, {}, node);
  std::vector<wire::Node> out;
  out.push_back(std::move(node));
  return out;
}

bool QuirkScout::request(const Observer& at, Direction direction, std::string_view host,
                         net::HttpRequest& request) {
  note(at, request_point(direction), name_of(request), host, request);
  return true;
}

bool QuirkScout::response(const Observer& at, Direction direction, std::string_view host,
                          const net::HttpRequest& request, net::HttpResponse& response) {
  note(at, response_point(direction), name_of(request), host, response);
  return true;
}

bool QuirkScout::departs(const Observer& at, std::string_view hook) {
  for (std::size_t i = 0; i < quirks_.size(); ++i) {
    const auto* policy = std::get_if<PolicyQuirk>(&quirks_[i].deviation);
    if (policy != nullptr && quirks_[i].role == at.role && policy->hook == hook) found_.insert(i);
  }
  return false;
}

}  // namespace parley::mocks::quirks
