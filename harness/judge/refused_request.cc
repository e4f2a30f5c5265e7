#include "harness/judge/refused_request.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include "harness/judge/finding.h"

namespace parley::judge {
namespace {

constexpr std::string_view kGatekeeper = "gatekeeper";

// Words of the gatekeeper's events `enlist-refused` and `login-refused`, which write some of them
// with hyphens: what lies with whoever issued the token, and what with who made the request. The
// others (a suspension, a limit) are the gatekeeper's own decisions.
constexpr std::array<std::string_view, 5> kAboutTokens{
    "bad_token", "expired_token", "keys_unavailable", "bad_integrator", "identifier_mismatch"};
constexpr std::array<std::string_view, 5> kAboutRequests{"bad_param", "bad_prekey_signature",
                                                         "bad_version", "no_token", "wrong_key"};

bool is_one_of(std::span<const std::string_view> words, std::string word) {
  std::ranges::replace(word, '-', '_');
  return std::ranges::find(words, word) != words.end();
}

bool is_spoilt(const StepView& step) {
  const json::object* arguments = step.arguments();
  return arguments != nullptr && (arguments->contains("fault") || arguments->contains("token"));
}

// How the gatekeeper says that it refused something while the step was under way; null where it
// refused nothing.
const Record* refusal_during(const CaseView& view, const StepView& step) {
  if (step.begin == nullptr || step.end == nullptr) return nullptr;
  const auto found = std::ranges::find_if(view.records(), [&](const Record& record) {
    return record.seq > step.begin->seq && record.seq < step.end->seq &&
           record.role == evidence::Role::kGatekeeperServer &&
           (record.kind == "event.enlist-refused" || record.kind == "event.login-refused");
  });
  return found == view.records().end() ? nullptr : &*found;
}

// The product that is answerable for what was refused; empty where none is.
std::string answerable(const CaseView& view, const StepView& step, const std::string& reason) {
  const json::object* actor = view.actor(step.actor);
  if (actor == nullptr) return {};
  const std::string server(get_string(*actor, "of").value_or(""));
  const bool about_token = is_one_of(kAboutTokens, reason);
  if (about_token && view.is_iut(server)) return server;
  // Who shows a good token may have spoilt it.
  const bool made_so = about_token || is_one_of(kAboutRequests, reason);
  return made_so && view.is_iut(step.actor) ? step.actor : std::string();
}

}  // namespace

void blame_whose_request_was_refused(const CaseView& view, const DeclaredCheck& declared,
                                     CheckResult& check) {
  Finding& finding = check.finding;
  if (finding.verdict != Verdict::kFail || finding.attribution != Attribution::kPeer ||
      finding.blamed != kGatekeeper) {
    return;
  }
  const StepView* step = view.step(optional_text(declared.arguments, "step").value_or(""));
  if (step == nullptr || is_spoilt(*step)) return;
  const Record* refusal = refusal_during(view, *step);
  if (refusal == nullptr) return;
  const std::string reason(get_string(refusal->facts, "reason").value_or(""));
  const std::string who = answerable(view, *step, reason);
  if (who.empty()) return;
  const Blame blame = view.blame(who);
  finding.attribution = blame.attribution;
  finding.blamed = blame.party;
  finding.evidence.push_back(refusal->seq);
  const std::string detail(get_string(refusal->facts, "detail").value_or(""));
  finding.observed += "; our mock of the gatekeeper refused what " + who +
                      ", who is under test, is answerable for: " + reason +
                      (detail.empty() ? "" : " (" + detail + ")");
}

}  // namespace parley::judge
