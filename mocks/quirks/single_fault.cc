#include "mocks/quirks/single_fault.h"

namespace parley::mocks::quirks {
namespace {

using evidence::Direction;

constexpr unsigned kServiceUnavailable = 503;

std::optional<std::size_t> only_if(bool concerned, std::optional<std::size_t> number) {
  return concerned ? number : std::nullopt;
}

}  // namespace

SingleFault::SingleFault(FaultAct act, std::optional<std::size_t> number, Interceptor* beneath)
    : act_(act),
      beneath_(beneath),
      stanzas_(only_if(act != FaultAct::kUnavailable && act != FaultAct::kNone, number)),
      answers_(only_if(act == FaultAct::kUnavailable, number)) {}

std::vector<wire::Node> SingleFault::stanza(const Observer& at, Direction direction,
                                            std::string_view operation, wire::Node node) {
  std::vector<wire::Node> passing;
  if (beneath_ != nullptr) {
    passing = beneath_->stanza(at, direction, operation, std::move(node));
  } else {
    passing.push_back(std::move(node));
  }
  for (const wire::Node& one : passing) held_.saw(at, one);
  if (direction != Direction::kOut) return passing;
  std::vector<wire::Node> out;
  for (wire::Node& one : passing) {
    for (wire::Node& leaving : sent(at, operation, std::move(one))) {
      out.push_back(std::move(leaving));
    }
  }
  return out;
}

std::vector<wire::Node> SingleFault::sent(const Observer& at, std::string_view operation,
                                          wire::Node node) {
  std::vector<wire::Node> out;
  std::string name = operation.empty() ? "<" + node.tag + ">" : std::string(operation);
  const bool strikes = stanzas_.strikes(at.party, std::move(name));
  if (strikes && act_ == FaultAct::kDrop) return out;
  if (strikes && act_ == FaultAct::kReorder) {
    held_.hold(at, std::move(node));
    return out;
  }
  if (strikes) out.push_back(node);  // kDuplicate
  out.push_back(std::move(node));
  for (wire::Node& late : held_.release(at)) out.push_back(std::move(late));
  return out;
}

bool SingleFault::request(const Observer& at, Direction direction, std::string_view host,
                          net::HttpRequest& request) {
  return beneath_ == nullptr || beneath_->request(at, direction, host, request);
}

bool SingleFault::response(const Observer& at, Direction direction, std::string_view host,
                           const net::HttpRequest& request, net::HttpResponse& response) {
  if (beneath_ != nullptr && !beneath_->response(at, direction, host, request, response)) {
    return false;
  }
  if (direction != Direction::kOut) return true;
  if (answers_.strikes(at.party, request.method + " " + request.target)) {
    response = net::HttpResponse();
    response.status = kServiceUnavailable;
  }
  return true;
}

bool SingleFault::departs(const Observer& at, std::string_view hook) {
  return beneath_ != nullptr && beneath_->departs(at, hook);
}

}  // namespace parley::mocks::quirks
