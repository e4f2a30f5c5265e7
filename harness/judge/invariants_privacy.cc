// What servers, and readers of a transcript, must never get to see.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/base/encoding.h"
#include "harness/evidence/token_redaction.h"
#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/disguises.h"
#include "harness/judge/finding.h"
#include "harness/judge/multi_search.h"
#include "harness/judge/record_text.h"
#include "harness/judge/user_report.h"

namespace parley::judge {
namespace {

// A shorter canary could turn up by chance in ciphertext.
constexpr std::size_t kShortestCanary = 6;
// Of a long text its beginning gives it away.
constexpr std::size_t kSearchedBytes = 64;

struct Canary {
  std::string value;
  std::string of;
  std::string actor;    ///< who sent it; empty where the label tells nothing
  std::string message;  ///< the id of the message that carries it; empty where there is none
  std::uint64_t seq = 0;
};

// A canary is recorded right before the step that carries it.
const StepView* carrier_of(const CaseView& view, const Record& canary) {
  for (const StepView& step : view.steps()) {
    if (step.begin != nullptr && step.begin->seq > canary.seq) return &step;
  }
  return nullptr;
}

std::vector<Canary> canaries_of(const CaseView& view) {
  std::vector<Canary> canaries;
  for (const Record& record : view.records()) {
    if (record.tap != evidence::Tap::kStep || record.kind != "canary") continue;
    Canary canary;
    canary.value = get_string(record.facts, "value").value_or("");
    if (const auto encoded = get_string(record.facts, "base64")) {
      if (const auto bytes = decode_base64(*encoded); bytes.ok()) canary.value = as_text(*bytes);
    }
    canary.of = get_string(record.facts, "of").value_or("");
    if (const StepView* carrier = carrier_of(view, record)) {
      canary.actor = carrier->actor;
      canary.message = carrier->message_id();
    }
    canary.seq = record.seq;
    canaries.push_back(std::move(canary));
  }
  return canaries;
}

std::string beginning(std::string_view text) {
  if (text.size() <= kSearchedBytes) return std::string(text);
  std::size_t end = kSearchedBytes;  // not inside a character
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

// The digests of stored files that their receivers decrypted and showed as they were sent. Such a
// file is a ciphertext from beginning to end, even where a record keeps only its beginning: its MAC
// held.
std::set<std::string, std::less<>> ciphertexts_of(const CaseView& view) {
  std::set<std::string, std::less<>> digests;
  for (const Record& record : view.records()) {
    if (record.kind != "message" || record.direction != evidence::Direction::kIn) continue;
    const auto digest = get_string(record.facts, "encrypted_sha256");
    if (!digest) continue;
    for (const Record* shown : view.events(record.party, "message")) {
      const bool same = get_string(shown->facts, "id") == get_string(record.facts, "id") &&
                        get_string(shown->facts, "sha256") == get_string(record.facts, "sha256");
      if (same) digests.emplace(*digest);
    }
  }
  return digests;
}

struct Leak {
  const Record* record = nullptr;
  std::string place;
  const Canary* canary = nullptr;
  std::string encoding;
};

// Looks for canaries in every form in which they could travel.
class CanarySearch {
 public:
  struct Form {
    const Canary* canary;
    std::string encoding;
  };

  explicit CanarySearch(const std::vector<const Canary*>& canaries)
      : search_(needles_of(canaries)) {}

  // The first that the record holds.
  std::optional<Leak> find(const Record& record) const {
    std::optional<Leak> leak;
    visit_texts(record, [&](std::string_view text, std::string_view place) {
      const auto hit = search_.find(text);
      if (!hit) return false;
      const Form& form = forms_[hit->needle];
      leak = Leak{&record, std::string(place), form.canary, form.encoding};
      return true;
    });
    return leak;
  }

 private:
  std::vector<std::string> needles_of(const std::vector<const Canary*>& canaries) {
    std::vector<std::string> needles;
    for (const Canary* canary : canaries) {
      for (Disguise& disguise : disguises(beginning(canary->value))) {
        needles.push_back(std::move(disguise.bytes));
        forms_.push_back({canary, std::move(disguise.encoding)});
      }
    }
    return needles;
  }

  std::vector<Form> forms_;
  MultiSearch search_;
};

// What a user reports it shows to the gatekeeper on purpose: in that report, the messages that were
// selected may stand, and nothing else.
std::map<const Record*, CanarySearch> searches_of_reports(const CaseView& view,
                                                          const std::vector<Canary>& canaries) {
  std::map<const Record*, CanarySearch> searches;
  for (const UserReport& report : user_reports(view)) {
    std::vector<const Canary*> kept;
    for (const Canary& canary : canaries) {
      if (canary.message.empty() || !report.selects(canary.message)) kept.push_back(&canary);
    }
    searches.emplace(report.stanza, CanarySearch(kept));
  }
  return searches;
}

// Who let it out: whoever sent it where it was first seen, or else whoever wrote it.
Blame blame_for(const CaseView& view, const Canary& canary, const Record& record) {
  const Blame sender = view.blame(sender_of(record));
  return sender.party.empty() ? view.blame(canary.actor) : sender;
}

std::string device_host(std::string_view actor) { return std::string(actor) + ".device.test"; }

// How a network names a connection of an external program, which has no name in the World. The only
// external programs of a run are products under test.
constexpr std::string_view kExternalPeer = "external";

// Header fields by which an intermediary tells where a request came from (RFC 7239 and its
// forerunners).
constexpr std::array<std::string_view, 7> kForwardingHeaders{
    "forwarded", "x-forwarded-for", "x-real-ip",       "x-client-ip",
    "client-ip", "true-client-ip",  "cf-connecting-ip"};

bool is_partner_server(const Record& record) {
  return record.role == evidence::Role::kPartnerServer ||
         record.role == evidence::Role::kPartnerProxy;
}

// Whether a server answered the request with 413: of a body that it did not take, what the
// transcript keeps is all that has to be searched.
bool is_refused_as_too_large(const CaseView& view, const Record& request) {
  if (request.kind != "http.request") return false;
  const auto target = get_string(request.facts, "target");
  const auto answer = std::ranges::find_if(view.records(), [&](const Record& record) {
    return record.seq > request.seq && record.kind == "http.response" &&
           record.party == request.party && record.direction != request.direction &&
           get_string(record.facts, "target") == target;
  });
  constexpr std::int64_t kContentTooLarge = 413;
  return answer != view.records().end() && get_int(answer->facts, "status") == kContentTooLarge;
}

}  // namespace

Finding judge_canary_contained(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string expected = "nothing that users write appears at a server";
  const std::vector<Canary> canaries = canaries_of(view);
  std::vector<const Canary*> all;
  for (const Canary& canary : canaries) {
    if (canary.value.size() < kShortestCanary) {
      return harness_error("canary-too-short", expected,
                           "a canary of " + plural(canary.value.size(), "byte") + " proves nothing",
                           {canary.seq});
    }
    all.push_back(&canary);
  }
  const CanarySearch search(all);
  const std::map<const Record*, CanarySearch> reports = searches_of_reports(view, canaries);

  std::vector<Leak> leaks;
  const std::set<std::string, std::less<>> ciphertexts = ciphertexts_of(view);
  Evidence cut;
  std::size_t searched = 0;
  for (const Record& record : view.records()) {
    if (!evidence::is_server(record.role)) continue;
    ++searched;
    if (record.body.size() < record.body_size && !ciphertexts.contains(record.body_sha256) &&
        !is_refused_as_too_large(view, record)) {
      cut.push_back(record.seq);
    }
    const auto report = reports.find(&record);
    auto leak = (report == reports.end() ? search : report->second).find(record);
    if (leak) leaks.push_back(*std::move(leak));
  }
  const std::string scope = plural(searched, "record") + " at servers searched for " +
                            std::to_string(canaries.size()) +
                            (canaries.size() == 1 ? " canary" : " canaries");
  if (!leaks.empty()) {
    const Leak& first = leaks.front();
    const Canary& canary = *first.canary;
    Evidence evidence;
    for (const Leak& leak : leaks) evidence.push_back(leak.record->seq);
    return failed("plaintext-at-server", expected,
                  "the " + (canary.of.empty() ? std::string("content") : canary.of) +
                      " of a message is in record " + std::to_string(first.record->seq) + " (" +
                      std::string(evidence::to_string(first.record->tap)) + " tap of " +
                      first.record->party + ", " + first.place + ", as " + first.encoding + ")" +
                      (leaks.size() > 1 ? " and in " + plural(leaks.size() - 1, "more record")
                                        : std::string()) +
                      "; " + scope,
                  evidence, blame_for(view, canary, *first.record));
  }
  if (!cut.empty() && !canaries.empty()) {
    return undecided("body-cut-off", expected,
                     "the transcript keeps only the beginning of " + cite(cut) + "; " + scope, cut,
                     Attribution::kHarness);
  }
  return upheld(expected, scope + ": none found", canaries.empty() ? 0 : searched);
}

Finding judge_client_address_hidden(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string expected = "no partner server sees the address of a WhatsApp client";
  const std::vector<std::string_view> users = view.actors_of_kind("whatsapp-user");
  std::vector<std::string> hosts;
  for (const std::string_view user : users) hosts.push_back(device_host(user));
  const MultiSearch search(hosts);
  const bool external_user = std::any_of(users.begin(), users.end(),
                                         [&](std::string_view user) { return view.is_iut(user); });
  const std::vector<std::string_view> partner_users = view.actors_of_kind("partner-user");
  const auto is_one_of = [&](const std::vector<std::string_view>& actors, std::string_view who) {
    if (view.actor(who) == nullptr) who = view.actor_at(who);
    return std::find(actors.begin(), actors.end(), who) != actors.end();
  };
  const auto is_user = [&](std::string_view who) {
    return (external_user && who == kExternalPeer) || is_one_of(users, who);
  };
  // A client that connects and a server that tells are the gatekeeper's, one as the other.
  const Blame clients = view.blame("whatsapp-user");
  const Blame blame = clients.attribution == Attribution::kIut ? clients : view.blame("gatekeeper");

  std::size_t searched = 0;
  for (const Record& record : view.records()) {
    if (!is_partner_server(record)) continue;
    ++searched;
    const std::string where =
        " (record " + std::to_string(record.seq) + " at " + record.party + ")";
    if (is_user(record.peer)) {
      return failed("client-connected", expected, record.peer + " is the other end" + where,
                    {record.seq}, blame);
    }
    const json::object* headers = get_object(record.facts, "headers");
    const bool inbound = record.kind == "http.request" &&
                         record.direction == evidence::Direction::kIn &&
                         !is_one_of(partner_users, record.peer);
    for (const std::string_view header : kForwardingHeaders) {
      if (!inbound || headers == nullptr || !headers->contains(header)) continue;
      return failed("forwarding-header", expected,
                    "the request carries \"" + std::string(header) + "\"" + where, {record.seq},
                    blame);
    }
    std::string found;
    visit_texts(record, [&](std::string_view text, std::string_view place) {
      const auto hit = search.find(text);
      if (hit) found = hosts[hit->needle] + " stands in " + std::string(place);
      return hit.has_value();
    });
    if (!found.empty()) {
      return failed("address-in-content", expected, found + where, {record.seq}, blame);
    }
  }
  return upheld(expected,
                plural(searched, "record") + " at partner servers searched for " +
                    plural(users.size(), "client") + ": none found",
                users.empty() ? 0 : searched);
}

Finding judge_tokens_redacted(const CheckInput& input) {
  const std::string expected = "no JSON Web Token is in the transcript";
  // A token that is encoded once more escapes the recorder's search, but not this one: these are
  // the beginnings of the headers that occur.
  std::vector<std::string> needles;
  for (const std::string_view header : {"eyJhbGciOi", "eyJ0eXAiOi", "eyJraWQiOi"}) {
    for (Disguise& disguise : disguises(header)) {
      if (disguise.encoding != "plain text") needles.push_back(std::move(disguise.bytes));
    }
  }
  const MultiSearch search(std::move(needles));
  for (const Record& record : input.records) {
    std::string found;
    visit_texts(record, [&](std::string_view text, std::string_view place) {
      if (!evidence::find_token(text) && !search.find(text)) return false;
      found = place;
      return true;
    });
    if (found.empty()) continue;
    return harness_error("token-in-transcript", expected,
                         "one is in record " + std::to_string(record.seq) + ", " + found,
                         {record.seq});
  }
  return upheld(expected, plural(input.records.size(), "record") + " searched: none found",
                input.records.size());
}

}  // namespace parley::judge
