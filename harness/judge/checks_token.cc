// What the tokens of calls say of themselves. Taps record a token's header and claims, never its
// signature; whether that holds is for the party that verifies it.
#include <string>

#include "harness/base/clock.h"
#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"
#include "harness/judge/service_view.h"

namespace parley::judge {
namespace {

constexpr std::int64_t kLongestLife = 3600;  // seconds; the framework's sample, part 3.2.2

bool is_push(const Record& record) {
  return record.kind == "http.request" && record.direction == evidence::Direction::kIn &&
         get_string(record.facts, "target") == "/push";
}

// A caller that is of no other service has to be WhatsApp.
std::string_view issuer_of(const CaseView& view, const Record& call) {
  return service_of_peer(view, call) == "messenger" ? "MESSENGER" : "WHATSAPP";
}

// What is wrong with the token of this call; empty where nothing is.
std::string trouble_of(const CaseView& view, const Record& call) {
  const json::object* token = get_object(call.facts, "token");
  if (token == nullptr) return "no token";
  if (get_string(*token, "alg") != "RS256") return "not signed with RS256";
  if (get_string(*token, "kid").value_or("").empty()) return "no key id";
  const std::string_view issuer = issuer_of(view, call);
  if (get_string(*token, "iss") != issuer) return "not issued by " + std::string(issuer);
  const std::string audience =
      "https://" + std::string(get_string(call.facts, "host").value_or(""));
  if (get_string(*token, "aud") != audience) return "not for " + audience;
  const auto issued = whole_number(*token, "iat");
  const auto expires = whole_number(*token, "exp");
  if (!issued || !expires) return "no time of issue or of expiry";
  if (*expires <= *issued || *expires - *issued > kLongestLife) {
    return "valid for " + std::to_string(*expires - *issued) + " s";
  }
  return {};
}

}  // namespace

Finding judge_push_token(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string at = text_argument(input.arguments, "at");
  const std::string expected =
      "every push to " + at +
      " carries an RS256 token of its caller for it, with a key id, valid for an hour at most";
  if (view.actor(at) == nullptr) {
    return harness_error("no-such-actor", expected, "the case has no actor \"" + at + "\"");
  }
  Evidence evidence;
  for (const Record& record : view.records()) {
    if (record.party != at || !is_push(record)) continue;
    const std::string trouble = trouble_of(view, record);
    if (!trouble.empty()) {
      return failed("bad-push-token", expected,
                    trouble + " (record " + std::to_string(record.seq) + ")", {record.seq},
                    view.blame(text_argument(input.arguments, "blames")));
    }
    evidence.push_back(record.seq);
  }
  if (evidence.empty()) {
    return undecided("no-push", expected, "no push came", {}, Attribution::kUnknown);
  }
  return passed(expected, plural(evidence.size(), "call") + ", " + cite(evidence), evidence);
}

}  // namespace parley::judge
