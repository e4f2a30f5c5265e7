// Checks on what an attacker can have: keys that leave their device, messages that a stolen state
// opens, identities that nobody compares.
#include <algorithm>
#include <bitset>
#include <map>
#include <string>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"
#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"

namespace parley::judge {
namespace {

bool names(const json::object& outcome, std::string_view list, std::string_view id) {
  const json::array* ids = get_array(outcome, list);
  return ids != nullptr && std::any_of(ids->begin(), ids->end(), [&](const json::value& each) {
           return each.is_string() && std::string_view(each.get_string()) == id;
         });
}

/// How one form of one key is recognised (docs/scenarios.md, `secret-digests`).
struct SecretDigest {
  std::string name;
  std::string sha256;
  std::size_t size = 0;
  bool is_public = false;
};
using DigestsByMark = std::multimap<std::uint16_t, SecretDigest>;

DigestsByMark digests_of(const json::object& outcome) {
  DigestsByMark digests;
  const json::array* list = get_array(outcome, "digests");
  for (const json::value& item : list == nullptr ? json::array() : *list) {
    const json::object* object = item.if_object();
    if (object == nullptr) continue;
    const std::int64_t size = whole_number(*object, "size").value_or(0);
    SecretDigest digest;
    digest.name = std::string(get_string(*object, "of").value_or("")) + " (" +
                  std::string(get_string(*object, "form").value_or("")) + ")";
    digest.sha256 = get_string(*object, "sha256").value_or("");
    digest.size = size < 0 ? 0 : static_cast<std::size_t>(size);
    digest.is_public = get_bool(*object, "public").value_or(false);
    const std::int64_t mark = whole_number(*object, "mark").value_or(0);
    if (digest.size >= 2) digests.emplace(static_cast<std::uint16_t>(mark), std::move(digest));
  }
  return digests;
}

/// Looks for the keys in bytes: the mark says where a digest is worth computing.
class SecretSearch {
 public:
  explicit SecretSearch(DigestsByMark digests) : digests_(std::move(digests)) {
    for (const auto& [mark, digest] : digests_) marks_.set(mark);
  }

  template <class Found>
  void search(BytesView bytes, Found found) const {
    for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
      const auto mark = static_cast<std::uint16_t>(bytes[i] << 8 | bytes[i + 1]);
      if (!marks_.test(mark)) continue;
      const auto [first, last] = digests_.equal_range(mark);
      for (auto it = first; it != last; ++it) {
        const SecretDigest& digest = it->second;
        if (digest.size > bytes.size() - i) continue;
        if (hex(crypto::sha256(bytes.subspan(i, digest.size))) == digest.sha256) found(digest);
      }
    }
  }

 private:
  DigestsByMark digests_;
  std::bitset<65536> marks_;
};

/// Whether the thief opened what it had to open, so that what it did not open means something.
std::optional<Finding> twin_closed(const CaseView& view, const json::object& outcome,
                                   const std::vector<std::string>& twins,
                                   const std::string& expected, const Evidence& evidence) {
  for (const std::string& label : twins) {
    const StepView* twin = view.step(label);
    if (twin == nullptr) return view.not_reached(label);
    if (!twin->ok()) return view.not_performed(*twin);
    if (names(outcome, "opened", twin->message_id())) continue;
    return undecided("theft-without-effect", expected,
                     "the thief did not open \"" + label + "\" either", evidence,
                     Attribution::kUnknown);
  }
  return std::nullopt;
}

}  // namespace

Finding judge_closed_to_thief(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string label = text_argument(input.arguments, "step");
  const std::vector<std::string> messages = texts_argument(input.arguments, "messages");
  const std::vector<std::string> twins = texts_argument(input.arguments, "twins");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::string expected =
      "a stolen state opens none of " + plural(messages.size(), "message") + ", but its twins";
  if (messages.empty() || twins.empty()) {
    return harness_error("bad-arguments", expected, "no message or no twin is named");
  }
  const StepView* step = view.step(label);
  if (step == nullptr) return view.not_reached(label);
  if (!step->ok()) return view.not_performed(*step);
  const json::object& outcome = *step->outcome();
  Evidence evidence = {step->end->seq};
  if (auto finding = twin_closed(view, outcome, twins, expected, evidence)) return *finding;
  for (const std::string& name : messages) {
    const StepView* message = view.step(name);
    if (message == nullptr) return view.not_reached(name);
    if (!message->ok()) return view.not_performed(*message);
    evidence.push_back(message->end->seq);
    if (names(outcome, "opened", message->message_id())) {
      return failed("opened-by-thief", expected, "the thief opened \"" + name + "\"", evidence,
                    blame);
    }
    if (!names(outcome, "closed", message->message_id())) {
      return harness_error("not-tried", expected, "\"" + name + "\" was not tried", evidence);
    }
  }
  return passed(expected, "the twins were opened, nothing else", evidence);
}

Finding judge_private_keys_absent(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string label = text_argument(input.arguments, "step");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::string expected = "no private key is in any traffic, while the public one is";
  const StepView* step = view.step(label);
  if (step == nullptr) return view.not_reached(label);
  if (!step->ok()) return view.not_performed(*step);
  const SecretSearch search(digests_of(*step->outcome()));
  Evidence leaks;
  std::string leaked;
  Evidence control;
  for (const Record& record : view.records()) {
    if (record.tap == evidence::Tap::kStep) continue;
    const auto found = [&](const SecretDigest& digest) {
      (digest.is_public ? control : leaks).push_back(record.seq);
      if (!digest.is_public && leaked.empty()) leaked = digest.name;
    };
    search.search(record.body, found);
    search.search(as_bytes(canonical(record.facts)), found);
  }
  if (!leaks.empty()) {
    return failed("private-key-leaves", expected, leaked + " is in " + cite({leaks.front()}), leaks,
                  blame);
  }
  if (control.empty()) {
    return undecided("public-key-not-found", expected,
                     "not even the public key was found, which had to be there", {},
                     Attribution::kUnknown);
  }
  return passed(expected, "only the public key was found: " + cite({control.front()}),
                {step->end->seq, control.front()});
}

Finding judge_results_differ(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string field = text_argument(input.arguments, "field");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  std::vector<json::value> values;
  Evidence evidence;
  const std::string first = text_argument(input.arguments, "first");
  const std::string then = text_argument(input.arguments, "then");
  const std::string expected = "\"" + first + "\" and \"" + then + "\" differ in " + field;
  for (const std::string& label : {first, then}) {
    const StepView* step = view.step(label);
    if (step == nullptr) return view.not_reached(label);
    if (!step->ok()) return view.not_performed(*step);
    const json::value* value = step->outcome()->if_contains(field);
    if (value == nullptr) {
      return undecided("no-such-field", expected, "\"" + label + "\" has no " + field,
                       {step->end->seq}, Attribution::kDriver);
    }
    values.push_back(*value);
    evidence.push_back(step->end->seq);
  }
  if (values[0] != values[1]) return passed(expected, "they differ", evidence);
  return failed("results-equal", expected, "both are " + canonical(values[0]), evidence, blame);
}

}  // namespace parley::judge
