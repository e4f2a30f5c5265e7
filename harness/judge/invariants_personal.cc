// What users' apps know of their owners and no party of the other side may get to see.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/disguises.h"
#include "harness/judge/finding.h"
#include "harness/judge/multi_search.h"
#include "harness/judge/record_text.h"

namespace parley::judge {
namespace {

// Shorter ones could turn up by chance.
constexpr std::size_t kShortest = 6;

bool is_of_partner(evidence::Role role) {
  return role == evidence::Role::kPartnerServer || role == evidence::Role::kPartnerProxy ||
         role == evidence::Role::kPartnerClient;
}

bool is_of_gatekeeper(evidence::Role role) {
  return role == evidence::Role::kGatekeeperServer || role == evidence::Role::kGatekeeperClient;
}

// Something that is known of a user.
struct Known {
  std::string value;
  std::string what;  // "the name", "a contact"
  std::string of;    // the user
};

struct Secrets {
  std::vector<Known> known;
  std::vector<std::string> needles;
  std::vector<std::size_t> meaning;  // index into `known`, by needle

  void add(std::string_view value, std::string_view what, std::string_view of) {
    for (Disguise& disguise : disguises(value)) {
      needles.push_back(std::move(disguise.bytes));
      meaning.push_back(known.size());
    }
    known.push_back({std::string(value), std::string(what), std::string(of)});
  }
};

// What the users of that kind have in their settings. A partner's users show their own names as
// they like; their contacts are others'.
Secrets secrets_of(const CaseView& view, std::string_view kind) {
  Secrets secrets;
  for (const std::string_view user : view.actors_of_kind(kind)) {
    const json::object& actor = *view.actor(user);
    const auto name = get_string(actor, "display_name");
    if (kind == "whatsapp-user" && name) secrets.add(*name, "the name", user);
    const json::value* contacts = actor.if_contains("contacts");
    if (contacts == nullptr || !contacts->is_array()) continue;
    for (const json::value& contact : contacts->get_array()) {
      if (const auto* text = contact.if_string()) secrets.add(*text, "a contact", user);
    }
  }
  return secrets;
}

struct Search {
  std::size_t searched = 0;
  std::optional<Finding> finding;
};

void search(const CaseView& view, const Secrets& secrets, bool (*is_other_side)(evidence::Role),
            const std::string& expected, Search& out) {
  for (const Known& known : secrets.known) {
    if (known.value.size() >= kShortest) continue;
    out.finding = harness_error("too-short", expected,
                                known.what + " of " + known.of + " is too short to prove anything");
    return;
  }
  if (secrets.needles.empty()) return;
  const MultiSearch needles(secrets.needles);
  for (const Record& record : view.records()) {
    if (!is_other_side(record.role)) continue;
    ++out.searched;
    visit_texts(record, [&](std::string_view text, std::string_view place) {
      const auto hit = needles.find(text);
      if (!hit) return false;
      const Known& known = secrets.known[secrets.meaning[hit->needle]];
      out.finding = failed("personal-data-passed-on", expected,
                           known.what + " of " + known.of + " is in record " +
                               std::to_string(record.seq) + " (" +
                               std::string(evidence::to_string(record.tap)) + " tap of " +
                               record.party + ", " + std::string(place) + ")",
                           {record.seq}, view.blame(known.of));
      return true;
    });
    if (out.finding) return;
  }
}

}  // namespace

Finding judge_personal_data_contained(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string expected =
      "no party of the other side sees names or contacts of users";
  Search result;
  search(view, secrets_of(view, "whatsapp-user"), is_of_partner, expected, result);
  if (!result.finding) {
    search(view, secrets_of(view, "partner-user"), is_of_gatekeeper, expected, result);
  }
  if (result.finding) return *result.finding;
  return upheld(expected, plural(result.searched, "record") + " searched: none found",
                result.searched);
}

}  // namespace parley::judge
