#include "mocks/quirks/impostor.h"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/crypto/hash.h"
#include "mocks/quirks/disobedient_party.h"

namespace parley::mocks::quirks {
namespace {

using evidence::Direction;

constexpr std::array<PretenceName, 10> kPretences{
    {{Pretence::kAcceptAll, "accept-all", "Says yes to everything."},
     {Pretence::kRejectAll, "reject-all", "Says no to everything."},
     {Pretence::kMute, "mute", "Says nothing."},
     {Pretence::kCloseOnFirst, "close-on-first", "Ends every connection on which it is spoken to."},
     {Pretence::kCrashOnNegative, "crash-on-negative", "Dies where it would have to say no."},
     {Pretence::kEcho, "echo", "Says what it was told."},
     {Pretence::kReplayLast, "replay-last", "Says what it said before."},
     {Pretence::kTooSlow, "too-slow", "Answers when nobody waits any more."},
     {Pretence::kLiar, "liar", "Claims that it did whatever it was told, and does nothing."},
     {Pretence::kRandomBytes, "random-bytes", "Says nothing that makes sense."}}};

/// Rules that would have an honest party say no, consulted only where they do.
constexpr std::array<std::string_view, 15> kRefusals{"account-of-token",
                                                     "chat-key",
                                                     "identifier",
                                                     "ping-refusal",
                                                     "prekey-signature",
                                                     "protocol-version",

                                                     "reach",
                                                     "receipt-consent",
                                                     "reserved-names",
                                                     "report-verification",
                                                     "show-malformed",
                                                     "show-plaintext",
                                                     "suspension",
                                                     "token",
                                                     "typing-consent"};
/// The same, where whoever consults them has not found out yet whether there is anything to refuse.
constexpr std::array<std::string_view, 5> kVerifications{
    "rate-limits", "follow-quotes", "ignore-media-mac", "trust-file-names", "trust-timestamps"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool is_retry(const wire::Node& node) {
  return node.tag == "receipt" && node.attribute("type") == "retry";
}

bool says_no(const wire::Node& node) {
  return node.has("error") || node.attribute("type") == "error" || node.tag == "failure" ||
         node.tag == "stream:error" || is_retry(node);
}

// Yes in place of no; false where it was none.
bool accept(wire::Node& node) {
  if (node.tag == "failure") {
    node = wire::Node("success");
    return true;
  }
  if (!says_no(node) || node.tag == "stream:error") return false;
  std::erase_if(node.attributes, [](const auto& pair) { return pair.first == "error"; });
  if (node.attribute("type") == "error") {
    node.set("type", "result");
    node.content = std::monostate();
  }
  if (is_retry(node)) {
    std::erase_if(node.attributes, [](const auto& pair) { return pair.first == "type"; });
    node.content = std::monostate();
  }
  return true;
}

// No in place of yes; false where there is nothing to say no to.
bool reject(wire::Node& node) {
  if (says_no(node)) return false;
  if (node.tag == "success") {
    node = wire::Node("failure", {{"reason", "403"}});
    return true;
  }
  if (node.tag == "iq" && node.attribute("type") == "result") {
    node.set("type", "error");
    node.content = wire::Nodes{wire::Node("error", {{"code", "403"}, {"text", "forbidden"}})};
    return true;
  }
  if (node.tag == "receipt") {
    const std::string id(node.attribute("id"));
    const std::string to(node.attribute("to"));
    node = wire::Node("ack", {{"id", id}, {"class", "message"}, {"to", to}, {"error", "488"}});
    return true;
  }
  if (node.tag != "ack") return false;
  node.set("error", "403");
  return true;
}

bool says_no(const net::HttpResponse& response) {
  if (response.status >= 400) return true;
  const auto parsed = parse_json(as_text(response.body), "body");
  return parsed.ok() && parsed->is_object() && get_string(parsed->get_object(), "status") == "fail";
}

void accept(net::HttpResponse& response) {
  response.status = 200;
  response.body = to_bytes(std::string_view(R"({"status":"ok"})"));
}

void reject(net::HttpResponse& response) {
  response.status = 403;
  response.body = to_bytes(std::string_view(R"({"status":"fail","reason":"forbidden"})"));
}

}  // namespace

std::vector<PretenceName> pretences() { return {kPretences.begin(), kPretences.end()}; }

std::string id_of(const Impostor& impostor) {
  const auto found = std::ranges::find(kPretences, impostor.pretence, &PretenceName::pretence);
  return std::string(evidence::to_string(impostor.role)) + "." + std::string(found->name);
}

Bytes ImpostorPlay::noise(std::size_t size) {
  Bytes out;
  for (std::size_t block = 0; out.size() < size; ++block) {
    const std::string seed = std::to_string(applied_) + "/" + std::to_string(block);
    append(out, crypto::sha256(to_bytes(std::string_view(seed))));
  }
  out.resize(size);
  return out;
}

std::vector<wire::Node> ImpostorPlay::outgoing(const Observer& at, wire::Node node) {
  const wire::Node honest = node;
  bool changed = false;
  switch (impostor_.pretence) {
    case Pretence::kAcceptAll:
      changed = accept(node);
      break;
    case Pretence::kRejectAll:
      changed = reject(node);
      break;
    case Pretence::kMute:
      ++applied_;
      return {};
    case Pretence::kCrashOnNegative:
      if (!says_no(node)) break;
      ++applied_;
      dead_.insert(at.party);
      return {};
    case Pretence::kEcho:
      if (const auto heard = heard_.find(at.party); heard != heard_.end()) {
        node = heard->second;
        changed = true;
      }
      break;
    case Pretence::kReplayLast:
      if (const auto said = said_.find(at.party); said != said_.end()) {
        node = said->second;
        changed = true;
      }
      said_.try_emplace(at.party, honest);
      break;
    case Pretence::kRandomBytes:
      node = wire::Node("iq", {{"id", "random"}, {"type", "result"}});
      node.content = noise(32);
      changed = true;
      break;
    default:
      break;
  }
  if (changed) ++applied_;
  return {std::move(node)};
}

std::vector<wire::Node> ImpostorPlay::stanza(const Observer& at, Direction direction,
                                             std::string_view, wire::Node node) {
  if (at.role != impostor_.role) return {std::move(node)};
  if (dead(at)) return {};
  if (direction == Direction::kOut) return outgoing(at, std::move(node));
  if (impostor_.pretence == Pretence::kEcho) heard_.insert_or_assign(at.party, node);
  // What it cannot read it will not show, and say so.
  if (impostor_.pretence == Pretence::kRejectAll && node.tag == "message") {
    ++applied_;
    node.content = noise(32);
  }
  return {std::move(node)};
}

bool ImpostorPlay::request(const Observer& at, Direction direction, std::string_view,
                           net::HttpRequest& request) {
  if (at.role != impostor_.role) return true;
  if (dead(at)) return false;
  if (direction == Direction::kIn) return true;
  if (impostor_.pretence == Pretence::kMute) {
    ++applied_;
    return false;
  }
  if (impostor_.pretence == Pretence::kRandomBytes) {
    request.body = noise(request.body.size());
    ++applied_;
  }
  if (impostor_.pretence == Pretence::kReplayLast) {
    const auto [first, fresh] = asked_.try_emplace(at.party, request);
    if (!fresh) {
      request.method = first->second.method;
      request.target = first->second.target;
      request.headers = first->second.headers;
      request.body = first->second.body;
      ++applied_;
    }
  }
  return true;
}

void ImpostorPlay::answer(const Observer& at, const net::HttpRequest& request,
                          net::HttpResponse& response) {
  const net::HttpResponse honest = response;
  switch (impostor_.pretence) {
    case Pretence::kAcceptAll:
      if (!says_no(response)) return;
      accept(response);
      break;
    case Pretence::kRejectAll:
      if (says_no(response)) return;
      reject(response);
      break;
    case Pretence::kEcho:
      response.status = 200;
      response.body = request.body;
      break;
    case Pretence::kReplayLast: {
      const auto [last, first] = answered_.try_emplace(at.party, honest);
      if (first) return;
      response = last->second;
      break;
    }
    case Pretence::kRandomBytes:
      response.body = noise(response.body.size());
      break;
    default:
      return;
  }
  ++applied_;
}

bool ImpostorPlay::response(const Observer& at, Direction direction, std::string_view,
                            const net::HttpRequest& request, net::HttpResponse& response) {
  if (at.role != impostor_.role) return true;
  if (dead(at)) return false;
  if (direction == Direction::kIn) return true;
  const bool dies = impostor_.pretence == Pretence::kCrashOnNegative && says_no(response);
  if (dies) dead_.insert(at.party);
  if (dies || impostor_.pretence == Pretence::kMute ||
      impostor_.pretence == Pretence::kCloseOnFirst) {
    ++applied_;
    return false;
  }
  answer(at, request, response);
  return true;
}

bool ImpostorPlay::departs(const Observer& at, std::string_view hook) {
  if (at.role != impostor_.role) return false;
  const Pretence pretence = impostor_.pretence;
  if (pretence == Pretence::kAcceptAll && contains(kVerifications, hook)) return true;
  const bool does = (pretence == Pretence::kAcceptAll && contains(kRefusals, hook)) ||
                    (hook == kHangsUp && (pretence == Pretence::kCloseOnFirst || dead(at))) ||
                    (hook == kLags && pretence == Pretence::kTooSlow);
  if (does) ++applied_;
  return does;
}

void ImpostorPlay::bytes(const Observer& at, Direction, Bytes& bytes) {
  if (at.role != impostor_.role) return;
  const Bytes honest = bytes;
  switch (impostor_.pretence) {
    case Pretence::kMute:
      bytes.clear();
      break;
    case Pretence::kRandomBytes:
      bytes = noise(bytes.size());
      break;
    case Pretence::kReplayLast:
      if (const auto last = passed_.find(at.party); last != passed_.end()) bytes = last->second;
      passed_.try_emplace(at.party, honest);
      break;
    default:
      break;
  }
  if (bytes != honest) ++applied_;
}

driver::PartyFactory ImpostorPlay::seat(driver::PartyFactory inner) {
  const bool lies = impostor_.pretence == Pretence::kLiar;
  // What the harness tells a server is how the world is, and not for it to refuse.
  const bool refuses =
      impostor_.pretence == Pretence::kRejectAll && !evidence::is_server(impostor_.role);
  if (!lies && !refuses) return inner;
  const Disobedience how = lies ? Disobedience::kLies : Disobedience::kRefuses;
  return [inner = std::move(inner), how, this](
             net::World& world, evidence::Recorder& recorder,
             const std::vector<driver::ActorSpec>& cast,
             std::size_t index) -> Result<std::unique_ptr<driver::Party>> {
    PARLEY_ASSIGN(auto honest, inner(world, recorder, cast, index));
    if (honest->role() != impostor_.role) return honest;
    return make_disobedient(how, world, recorder, std::move(honest), applied_);
  };
}

}  // namespace parley::mocks::quirks
