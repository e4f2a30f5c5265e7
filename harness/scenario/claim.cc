#include "harness/scenario/claim.h"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <tuple>
#include <utility>

#include "harness/base/diagnostic.h"
#include "harness/scenario/filter.h"

namespace parley::scenario {
namespace {

constexpr std::array<std::string_view, 4> kGroups{"milestones", "media", "features", kOtherClaims};

const std::vector<ClaimItem>& items() {
  static const std::vector<ClaimItem> kItems = {
      {"milestones", "M1", "Identities: keys are published, users enlist", "", {}, ""},
      {"milestones", "M2", "The chat connection: handshake, ping, keys of others", "", {}, ""},
      {"milestones", "M3", "Texts, encrypted, in both directions", "", {}, ""},
      {"milestones", "M4", "Media, receipts, replies, reactions, typing, blocking", "", {}, ""},
      {"milestones", "M5", "Deletion of users", "", {}, ""},
      {"milestones", "M6", "Reachability, and service as good as for native users", "", {}, ""},
      {"media", "image", "Images", "", {"send-media"}, "image"},
      {"media", "voice", "Voice messages", "", {"send-media"}, "voice"},
      {"media", "video", "Videos", "", {"send-media"}, "video"},
      {"media", "file", "Other files", "", {"send-media"}, "file"},
      {"features", "block", "Users block one another", "block", {"block", "unblock"}, ""},
      {"features", "deletion", "Users delete their account", "", {"delete-account"}, ""},
      {"features", "ping", "Users ask whether somebody can be reached", "ping", {"ping-user"}, ""},
      {"features", "reactions", "Reactions, sent and shown", "reactions", {"react"}, ""},
      {"features", "read-receipts", "Read receipts, sent and shown", "", {"read"}, ""},
      {"features", "replies", "Replies that quote a message", "reply", {}, ""},
      {"features",
       "reports",
       "Users report messages and users",
       "report",
       {"report", "report-abuse"},
       ""},
      {"features", "typing", "Typing indicators, sent and shown", "typing", {"typing"}, ""}};
  return kItems;
}

const ClaimItem* find_item(std::string_view group, std::string_view name) {
  for (const ClaimItem& item : items()) {
    if (item.group == group && item.name == name) return &item;
  }
  return nullptr;
}

// Whether the step asks an actor for what the item is about.
bool performs(const Step& step, const ClaimItem& item) {
  const auto* operation = std::get_if<Operation>(&step.act);
  if (operation == nullptr) return false;
  if (std::ranges::find(item.operations, operation->operation) == item.operations.end()) {
    return false;
  }
  return item.kind.empty() || get_string(operation->arguments, "kind") == item.kind;
}

bool expects_unsupported(const Step& step) {
  const auto* operation = std::get_if<Operation>(&step.act);
  return operation != nullptr && operation->expect_error == ErrorCode::kUnsupported;
}

bool needs(const Scenario& scenario, const TestCase& test_case, const ClaimItem& item) {
  const auto& tags = scenario.tags;
  if (!item.tag.empty() && std::ranges::find(tags, item.tag) != tags.end()) return true;
  return std::ranges::any_of(test_case.steps, [&](const Step& step) {
    return performs(step, item) && !expects_unsupported(step);
  });
}

Result<std::set<const TestCase*>> selected_by(const Library& library, Filter filter) {
  const std::array filters{std::move(filter)};
  PARLEY_ASSIGN(const Selection selection, Selection::of(library, filters));
  return std::set<const TestCase*>(selection.cases().begin(), selection.cases().end());
}

// The cases that cannot be asked of who answers no.
Result<std::set<const TestCase*>> concerned(const Library& library, const ClaimAnswer& answer) {
  if (answer.group == kOtherClaims) {
    PARLEY_ASSIGN(Filter filter, parse_filter(answer.name));
    return selected_by(library, std::move(filter));
  }
  std::set<const TestCase*> out;
  const ClaimItem* item = find_item(answer.group, answer.name);
  for (const Scenario& scenario : library.scenarios) {
    const bool of_milestone = answer.group == "milestones" &&
                              std::ranges::count(milestones_of(scenario), answer.name) > 0;
    for (const TestCase& test_case : scenario.cases) {
      if (of_milestone || (item != nullptr && needs(scenario, test_case, *item))) {
        out.insert(&test_case);
      }
    }
  }
  return out;
}

std::string named(std::string_view group, std::string_view name) {
  return group == kOtherClaims ? std::string(name) : std::string(group) + "." + std::string(name);
}

Error unknown(std::string what, const std::string& word, const std::vector<std::string>& words) {
  const std::string hint = did_you_mean(word, words);
  return make_error(ErrorCode::kInvalid,
                    std::move(what) + " \"" + word + "\"" + (hint.empty() ? "" : "; " + hint));
}

Status check_answer(const ClaimAnswer& answer) {
  if (std::ranges::find(kGroups, answer.group) == kGroups.end()) {
    return unknown("a conformance statement has no part", answer.group,
                   {kGroups.begin(), kGroups.end()});
  }
  if (answer.group == kOtherClaims) {
    const Result<Filter> filter = parse_filter(answer.name);
    return filter.ok() ? Status() : Status(filter.error());
  }
  if (find_item(answer.group, answer.name) != nullptr) return {};
  std::vector<std::string> words;
  for (const ClaimItem& item : items()) {
    if (item.group == answer.group) words.emplace_back(item.name);
  }
  return unknown("a conformance statement asks nothing about " + answer.group, answer.name, words);
}

}  // namespace

std::span<const ClaimItem> claim_items() { return items(); }
std::span<const std::string_view> claim_groups() { return kGroups; }

std::optional<bool> Claim::find(std::string_view group, std::string_view name) const {
  for (const ClaimAnswer& one : answers) {
    if (one.group == group && one.name == name) return one.claimed;
  }
  return std::nullopt;
}

std::vector<std::string> Claim::unanswered() const {
  std::vector<std::string> out;
  for (const ClaimItem& item : items()) {
    if (!find(item.group, item.name)) out.push_back(named(item.group, item.name));
  }
  return out;
}

Result<Claim> make_claim(std::vector<ClaimAnswer> answers) {
  for (const ClaimAnswer& answer : answers) PARLEY_TRY(check_answer(answer));
  std::ranges::sort(answers, {},
                    [](const ClaimAnswer& one) { return std::tie(one.group, one.name); });
  for (std::size_t i = 1; i < answers.size(); ++i) {
    if (answers[i].group != answers[i - 1].group || answers[i].name != answers[i - 1].name)
      continue;
    return make_error(ErrorCode::kInvalid,
                      "\"" + named(answers[i].group, answers[i].name) + "\" is answered twice");
  }
  return Claim{std::move(answers)};
}

json::object to_json(const Claim& claim) {
  json::object out;
  for (const ClaimAnswer& one : claim.answers) {
    if (!out.contains(one.group)) out[one.group] = json::object();
    out[one.group].as_object()[one.name] = one.claimed;
  }
  return out;
}

Result<Claim> claim_from_json(const json::value& value, const std::string& where) {
  const auto wrong = [&where] {
    return make_error(ErrorCode::kInvalid, "is no conformance statement: groups of yes and no",
                      where);
  };
  std::vector<ClaimAnswer> answers;
  const json::object* groups = value.if_object();
  if (groups == nullptr) return wrong();
  for (const auto& group : *groups) {
    const json::object* members = group.value().if_object();
    if (members == nullptr) return wrong();
    for (const auto& member : *members) {
      const bool* claimed = member.value().if_bool();
      if (claimed == nullptr) return wrong();
      answers.push_back({std::string(group.key()), std::string(member.key()), *claimed});
    }
  }
  Result<Claim> claim = make_claim(std::move(answers));
  if (!claim.ok()) return at(where, std::move(claim).error());
  return claim;
}

Result<ClaimedCases> ClaimedCases::of(const Library& library, const Claim& claim) {
  ClaimedCases out;
  out.claim_ = claim;
  for (const ClaimAnswer& answer : claim.answers) {
    if (answer.claimed) continue;
    PARLEY_ASSIGN(auto cases, concerned(library, answer));
    out.denied_.push_back({named(answer.group, answer.name), std::move(cases)});
  }
  return out;
}

const ClaimItem* ClaimedCases::probed(const TestCase& test_case) const {
  for (const Step& step : test_case.steps) {
    if (!expects_unsupported(step)) continue;
    for (const ClaimItem& item : items()) {
      if (performs(step, item)) return &item;
    }
  }
  return nullptr;
}

bool ClaimedCases::is_unclaimed(const TestCase& test_case) const {
  return std::ranges::any_of(denied_,
                             [&](const Denied& one) { return one.cases.contains(&test_case); });
}

std::optional<std::string> ClaimedCases::leaves_out(const TestCase& test_case) const {
  for (const Denied& one : denied_) {
    if (one.cases.contains(&test_case)) return "not claimed (ICS): " + one.name;
  }
  const ClaimItem* item = probed(test_case);
  if (item == nullptr || claim_.find(item->group, item->name) == false) return std::nullopt;
  return "looks for the absence of " + named(item->group, item->name) +
         (claim_.stated() ? ", which is claimed (ICS)" : ", and no ICS says that it is absent");
}

}  // namespace parley::scenario
