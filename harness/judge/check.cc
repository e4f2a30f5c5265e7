#include "harness/judge/check.h"

#include <algorithm>

#include "harness/judge/checks.h"

namespace parley::judge {
namespace {

// Sorted by name; a test holds it so.
const std::vector<CheckKind>& table() {
  static const std::vector<CheckKind> kTable = {
      {"canary-contained",
       "What a user writes is seen by no server, in no encoding.",
       true,
       judge_canary_contained,
       {},
       {}},
      {"content-intact",
       "A message arrives with exactly the content that was sent.",
       false,
       judge_content_intact,
       {"message", "at", "blames"},
       {}},
      {"delivered-once",
       "A message is shown to its receiver exactly once.",
       false,
       judge_delivered_once,
       {"message", "at", "blames"},
       {}},
      {"event-absent",
       "Something does not happen, while a sentinel shows that it could have.",
       false,
       judge_event_absent,
       {"actor", "event", "blames"},
       {"where", "after", "before", "sentinel"}},
      {"event-seen",
       "Something happens at a party, in time and as often as demanded.",
       false,
       judge_event_seen,
       {"actor", "event", "blames"},
       {"where", "after", "within", "count"}},
      {"http-exchange",
       "An HTTP exchange takes place at a party.",
       false,
       judge_http_exchange,
       {"at", "blames"},
       {"direction", "method", "target", "status", "count"}},
      {"media-refused",
       "A damaged file is fetched and not shown, while its undamaged twins are shown.",
       false,
       judge_media_refused,
       {"message", "at", "twins", "blames"},
       {}},
      {"noise-nonces-unique",
       "No nonce is used twice with one key on the chat connection.",
       true,
       judge_noise_nonces_unique,
       {},
       {}},
      {"one-time-prekeys-used-once",
       "Each one-time prekey is handed out at most once and used at most once.",
       true,
       judge_one_time_prekeys_used_once,
       {},
       {}},
      {"order",
       "One step's outcome comes before another's.",
       false,
       judge_order,
       {"first", "then"},
       {"blames"}},
      {"push-body-minimal",
       "A push says whom to wake and nothing else.",
       true,
       judge_push_body_minimal,
       {},
       {}},
      {"quote-intact",
       "A reply arrives with a reference to the message that it answers.",
       false,
       judge_quote_intact,
       {"message", "quoted", "at", "blames"},
       {}},
      {"receipt-for",
       "Receipts of one type arrive for messages.",
       false,
       judge_receipt_for,
       {"messages", "type", "at", "blames"},
       {"aggregated"}},
      {"refused-with",
       "A request is refused openly and for the right reason, while its twins succeed.",
       false,
       judge_refused_with,
       {"step", "reason", "twins", "blames"},
       {}},
      {"served-over",
       "A partner's server answers requests over a version of HTTP.",
       false,
       judge_served_over,
       {"at", "targets", "version", "blames"},
       {}},
      {"stanza-seen",
       "A stanza of some operation passes at a party.",
       false,
       judge_stanza_seen,
       {"at", "operation", "blames"},
       {"direction", "where", "count"}},
      {"step-result",
       "A step ends with a given result.",
       false,
       judge_step_result,
       {"step", "equals", "blames"},
       {}},
      {"tokens-redacted",
       "The transcript holds no usable token.",
       true,
       judge_tokens_redacted,
       {},
       {}},
      {"whatsapp-client-address-hidden",
       "A partner's server learns no network address of a WhatsApp client.",
       true,
       judge_client_address_hidden,
       {},
       {}},
      {"wire-profile-valid",
       "Every stanza is one that the wire profile allows.",
       true,
       judge_wire_profile_valid,
       {},
       {}},
  };
  return kTable;
}

}  // namespace

Verdict worse(Verdict a, Verdict b) { return std::max(a, b); }

std::string_view side_of(std::string_view party) {
  for (const std::string_view side : {"gatekeeper", "partner"}) {
    if (party == side || party.starts_with(std::string(side) + "-")) return side;
  }
  return party == "whatsapp-user" ? "gatekeeper" : std::string_view();
}

std::span<const CheckKind> check_kinds() { return table(); }

const CheckKind* find_check_kind(std::string_view name) {
  const auto it = std::lower_bound(
      table().begin(), table().end(), name,
      [](const CheckKind& kind, std::string_view wanted) { return kind.name < wanted; });
  return it != table().end() && it->name == name ? &*it : nullptr;
}

}  // namespace parley::judge
