// Every field that crosses a leg between the parties must be one that is declared for it.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/field_inventory.h"
#include "harness/judge/finding.h"
#include "harness/wire/overlay.h"
#include "harness/wire/profile.h"

namespace parley::judge {
namespace {

constexpr std::size_t kShownFields = 40;

struct Undeclared {
  Leg leg;
  std::string field;
  const Record* record;
};

// Walks the fields of records and keeps those that are not declared, each once per leg.
class Walk {
 public:
  void set(Leg leg, const Record& record) {
    leg_ = leg;
    record_ = &record;
  }
  std::size_t seen() const { return seen_; }
  const std::vector<Undeclared>& undeclared() const { return undeclared_; }

  void field(std::string_view place, std::string_view name) {
    spelled_.assign(place);
    spelled_ += ' ';
    spelled_ += name;
    note();
  }

  // "stanza message", "stanza message@to", "stanza message/enc@type", ...
  void stanza(const json::object& node) {
    spelled_ = "stanza ";
    element(node);
  }

  void members(std::string_view place, const json::value& value) {
    spelled_.assign(place);
    spelled_ += ' ';
    member(value, spelled_.size());
  }

 private:
  void note() {
    ++seen_;
    if (FieldInventory::built_in().declares(leg_, spelled_)) return;
    for (const Undeclared& known : undeclared_) {
      if (known.leg == leg_ && known.field == spelled_) return;
    }
    undeclared_.push_back({leg_, spelled_, record_});
  }

  void element(const json::object& node) {
    const std::size_t length = spelled_.size();
    spelled_ += get_string(node, "tag").value_or("");
    note();
    const std::size_t named = spelled_.size();
    if (const json::object* attributes = get_object(node, "attrs")) {
      for (const auto& attribute : *attributes) {
        spelled_ += '@';
        spelled_ += attribute.key();
        note();
        spelled_.resize(named);
      }
    }
    const json::value* children = node.if_contains("children");
    if (children != nullptr && children->is_array()) {
      spelled_ += '/';
      for (const json::value& child : children->get_array()) {
        if (const json::object* object = child.if_object()) element(*object);
      }
    }
    spelled_.resize(length);
  }

  // Members of JSON by their path; elements of a list share one.
  void member(const json::value& value, std::size_t begin) {
    if (const json::array* list = value.if_array()) {
      for (const json::value& item : *list) member(item, begin);
      return;
    }
    const json::object* object = value.if_object();
    if (object == nullptr) return;
    const std::size_t length = spelled_.size();
    for (const auto& [key, inner] : *object) {
      if (length > begin) spelled_ += '.';
      spelled_ += key;
      note();
      member(inner, begin);
      spelled_.resize(length);
    }
  }

  Leg leg_ = Leg::kPartnerClientToGatekeeper;
  const Record* record_ = nullptr;
  std::string spelled_;
  std::size_t seen_ = 0;
  std::vector<Undeclared> undeclared_;
};

// Who is at the other end of what the gatekeeper's servers record.
class Peers {
 public:
  explicit Peers(const CaseView& view) : view_(view) {}

  std::optional<Leg> leg_of(const Record& record) {
    if (record.role == evidence::Role::kPartnerProxy) return Leg::kSeenByProxy;
    if (record.role != evidence::Role::kGatekeeperServer) return std::nullopt;
    const bool in = record.direction == evidence::Direction::kIn;
    std::string_view kind = kind_of(record.peer);
    // Behind a proxy there is a client; until it has said who it is, only the proxy is known.
    if (kind == "partner" && record.tap == evidence::Tap::kStanza) kind = "partner-user";
    if (kind == "partner-user") {
      return in ? Leg::kPartnerClientToGatekeeper : Leg::kGatekeeperToPartnerClient;
    }
    if (kind == "partner") {
      return in ? Leg::kPartnerServerToGatekeeper : Leg::kGatekeeperToPartnerServer;
    }
    if (kind == "whatsapp-user") {
      return in ? Leg::kWhatsappClientToGatekeeper : Leg::kGatekeeperToWhatsappClient;
    }
    return std::nullopt;
  }

 private:
  // Native products speak of much that is between them and their own server alone.
  std::string_view kind_of(const std::string& peer) {
    const auto known = kinds_.find(peer);
    if (known != kinds_.end()) return known->second;
    std::string_view who = peer;
    if (view_.actor(who) == nullptr) who = view_.actor_at(peer);
    std::string_view kind;
    if (const json::object* actor = view_.actor(who))
      kind = get_string(*actor, "kind").value_or("");
    if (kind == "whatsapp-user" && view_.is_iut(who)) kind = {};
    return kinds_.emplace(peer, kind).first->second;
  }

  const CaseView& view_;
  std::map<std::string, std::string_view> kinds_;
};

bool is_json(const json::object& headers) {
  return get_string(headers, "content-type").value_or("").starts_with("application/json");
}

// "a=1&b=2": the names.
void query_fields(std::string_view target, Walk& walk) {
  const std::size_t mark = target.find('?');
  if (mark == std::string_view::npos) return;
  target.remove_prefix(mark + 1);
  while (!target.empty()) {
    const std::string_view pair = target.substr(0, target.find('&'));
    walk.field("query", pair.substr(0, pair.find('=')));
    target.remove_prefix(std::min(target.size(), pair.size() + 1));
  }
}

void http_fields(const Record& record, Walk& walk) {
  if (record.kind == "http.request") {
    query_fields(get_string(record.facts, "target").value_or(""), walk);
  }
  const json::object* headers = get_object(record.facts, "headers");
  if (headers == nullptr) return;
  for (const auto& header : *headers) walk.field("header", header.key());
  if (const json::object* form = get_object(record.facts, "form")) {
    for (const auto& field : *form) walk.field("form", field.key());
  }
  if (is_json(*headers)) {
    if (const auto body = parse_json(as_text(record.body), "body", {64 * 1024, 16})) {
      walk.members("json", *body);
    }
  }
}

void fields_of(const Record& record, Walk& walk) {
  switch (record.tap) {
    case evidence::Tap::kHttp:
      return http_fields(record, walk);
    case evidence::Tap::kStanza:
      if (const json::object* node = get_object(record.facts, "node")) return walk.stanza(*node);
      for (const auto& fact : record.facts) {
        if (fact.key() != "conn") walk.field("login", fact.key());
      }
      return;
    case evidence::Tap::kNoise:
      if (record.role != evidence::Role::kPartnerProxy) return;
      for (const auto& fact : record.facts) walk.field("fact", fact.key());
      return;
    default:
      return;
  }
}

// A stanza whose shape a private overlay of the wire profile defines: that overlay is its
// declaration, and wire-profile-valid holds the stanza to it.
bool declared_by_overlay(const wire::Profile& profile, const Record& record) {
  const wire::Operation* operation =
      profile.find(get_string(record.facts, "operation").value_or(""));
  return operation != nullptr && !wire::overlay_of(profile, *operation).empty();
}

Blame blame_for(const CaseView& view, const Undeclared& found) {
  if (found.leg == Leg::kSeenByProxy) return view.blame("partner");
  return view.blame(sender_of(*found.record));
}

}  // namespace

Finding judge_fields_declared(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string expected = "every field that passes between the parties is declared";
  Peers peers(view);
  Walk walk;
  for (const Record& record : view.records()) {
    const std::optional<Leg> leg = peers.leg_of(record);
    if (!leg || declared_by_overlay(input.profile, record)) continue;
    walk.set(*leg, record);
    fields_of(record, walk);
  }
  const std::string scope = plural(walk.seen(), "field");
  if (walk.undeclared().empty()) return upheld(expected, scope + ": all declared", walk.seen());
  std::string observed;
  Evidence evidence;
  for (const Undeclared& found : walk.undeclared()) {
    evidence.push_back(found.record->seq);
    if (evidence.size() > kShownFields) continue;
    observed += (observed.empty() ? "" : "; ") + std::string(to_string(found.leg)) + ": " +
                found.field + " (record " + std::to_string(found.record->seq) + ")";
  }
  if (evidence.size() > kShownFields) observed += "; and more";
  return failed("undeclared-field", expected, observed, evidence,
                blame_for(view, walk.undeclared().front()));
}

}  // namespace parley::judge
