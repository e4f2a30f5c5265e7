// Checks on files between their sender, the hosts that keep them and their receiver.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "harness/base/encoding.h"
#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"
#include "harness/judge/message_trace.h"
#include "harness/wire/media_policy.h"

namespace parley::judge {
namespace {

using evidence::Direction;
using evidence::Role;

bool is_download(const Record& record, std::string_view target) {
  return record.kind == "http.response" && get_string(record.facts, "target") == target &&
         whole_number(record.facts, "status") == 200 && !record.facts.contains("cut");
}

/// Whole answers with the file, of one direction, for which `match` holds.
template <class Match>
std::vector<const Record*> downloads(const CaseView& view, Direction direction,
                                     std::string_view target, Match match) {
  std::vector<const Record*> found;
  for (const Record& record : view.records()) {
    if (record.direction == direction && is_download(record, target) && match(record)) {
      found.push_back(&record);
    }
  }
  return found;
}

std::vector<const Record*> received_at(const CaseView& view, std::string_view party,
                                       std::string_view path) {
  return downloads(view, Direction::kIn, path,
                   [party](const Record& record) { return record.party == party; });
}

/// What a proxied path asks the partner for: "/{reference}".
std::string partner_target(std::string_view path) {
  if (!path.ends_with('/')) return {};
  path.remove_suffix(1);
  return std::string(path.substr(path.rfind('/')));
}

/// The beginnings of files that are no ciphertext.
constexpr std::array<std::string_view, 6> kMagic = {"\xFF\xD8\xFF", "\x89PNG",    "OggS",
                                                    "\x25PDF",      "PK\x03\x04", "RIFF"};

bool looks_like_a_file(BytesView body) {
  const std::string_view text = as_text(body);
  const bool known = std::ranges::any_of(
      kMagic, [text](std::string_view magic) { return text.starts_with(magic); });
  return known || (text.size() > 8 && text.substr(4, 4) == "ftyp");
}

constexpr std::size_t kEnoughForEntropy = 4096;
/// Random bytes of that number have over 7.9; text, code and most raw pictures far less.
constexpr double kLeastEntropy = 7.5;

double bits_per_byte(BytesView body) {
  std::array<std::size_t, 256> counts{};
  for (const std::uint8_t byte : body) ++counts[byte];
  double bits = 0;
  for (const std::size_t count : counts) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / static_cast<double>(body.size());
    bits -= share * std::log2(share);
  }
  return bits;
}

/// What gives a body away that has plaintext in it; empty where nothing does.
std::string plaintext_in(const Record& record, std::string_view plain_sha256) {
  if (record.body_sha256 == plain_sha256) return "is the plain file";
  if (looks_like_a_file(record.body)) return "begins as a plain file does";
  if (record.body.size() >= kEnoughForEntropy && bits_per_byte(record.body) < kLeastEntropy) {
    return "is too regular for a ciphertext";
  }
  return {};
}

/// Something was given to the record's party to keep.
bool is_stored(const Record& record) {
  return record.kind == "http.request" && record.direction == Direction::kIn;
}

/// The record's party gave out what it had. Of a product's server nobody sees more: what its own
/// clients store there passes between the two.
bool is_served(const Record& record) {
  return record.kind == "http.response" && record.direction == Direction::kOut &&
         whole_number(record.facts, "status") == 200;
}

bool is_client_error(const Record& response) {
  const std::int64_t status = whole_number(response.facts, "status").value_or(0);
  return status >= 400 && status <= 499;
}

/// The gatekeeper's answer to the receiver's request for `path`, and the request.
struct Asked {
  const Record* request = nullptr;
  const Record* response = nullptr;
};
Asked asked_of_gatekeeper(const CaseView& view, std::string_view path) {
  Asked asked;
  for (const Record& record : view.records()) {
    if (record.role != Role::kGatekeeperServer || get_string(record.facts, "target") != path) {
      continue;
    }
    if (record.kind == "http.request" && record.direction == Direction::kIn) {
      if (asked.request == nullptr) asked.request = &record;
    } else if (record.kind == "http.response" && record.direction == Direction::kOut) {
      if (asked.response == nullptr) asked.response = &record;
    }
  }
  return asked;
}

/// Whether somebody asked the media host for another file while it dealt with `asked`, for which it
/// had to ask a partner for `target`.
bool is_for_another(const CaseView& view, const Asked& asked, std::string_view target) {
  return std::ranges::any_of(view.records(), [&](const Record& record) {
    if (record.role != Role::kGatekeeperServer || record.kind != "http.request") return false;
    if (record.direction != Direction::kIn || record.seq >= asked.response->seq) return false;
    const std::string path(get_string(record.facts, "target").value_or(""));
    return path != get_string(asked.request->facts, "target") && partner_target(path) == target;
  });
}

/// A request that the gatekeeper made on behalf of `asked` and should not have; null where none is.
const Record* strayed(const CaseView& view, const Asked& asked) {
  for (const Record& record : view.records()) {
    if (record.seq <= asked.request->seq || record.seq >= asked.response->seq) continue;
    if (record.role != Role::kGatekeeperServer) continue;
    const std::string target(get_string(record.facts, "target").value_or(""));
    if (record.kind == "http.request" && record.direction == Direction::kOut) {
      const bool plain = target.find_first_of("%:") == std::string::npos &&
                         target.find("..") == std::string::npos &&
                         target.find("//") == std::string::npos;
      if (!plain) return &record;
    }
    const bool got = record.kind == "http.response" && record.direction == Direction::kIn;
    if (got && whole_number(record.facts, "status") == 200 &&
        !is_for_another(view, asked, target)) {
      return &record;
    }
  }
  return nullptr;
}

}  // namespace

Finding judge_relayed_unchanged(const CheckInput& input) {
  const MessageCase found(input);
  if (found.trouble) return *found.trouble;
  const auto& [view, blame, message, trouble] = found;
  const std::string expected = "what the partner's server serves of message " + message.id +
                               " is what " + message.at + " gets, byte for byte";
  const std::string path = direct_path_of(message);
  const std::string target = partner_target(path);
  if (target.empty()) {
    return undecided("no-partner-file", expected, "its file is not hosted by a partner",
                     evidence_of(message), Attribution::kHarness);
  }
  const auto served = downloads(view, Direction::kOut, target, [](const Record& record) {
    return record.role == Role::kPartnerServer || record.role == Role::kPartnerProxy;
  });
  const auto got = received_at(view, message.at, path);
  Evidence evidence;
  for (const auto* list : {&served, &got}) {
    for (const Record* record : *list) evidence.push_back(record->seq);
  }
  if (served.empty() || got.empty()) {
    return undecided("never-fetched", expected,
                     served.empty() ? "the partner served no such file whole"
                                    : message.at + " got no such file whole",
                     evidence, blame);
  }
  for (const Record* record : got) {
    if (record->body_sha256 == served.front()->body_sha256 &&
        record->body_size == served.front()->body_size) {
      continue;
    }
    return failed("changed", expected,
                  "SHA-256 " + served.front()->body_sha256 + " was served and " +
                      record->body_sha256 + " arrived, " + cite(evidence),
                  evidence, blame);
  }
  return passed(expected, plural(got[0]->body_size, "byte") + ", the same, " + cite(evidence),
                evidence);
}

Finding judge_ciphertext_only(const CheckInput& input) {
  const MessageCase found(input);
  if (found.trouble) return *found.trouble;
  const auto& [view, blame, message, trouble] = found;
  const std::string at = text_argument(input.arguments, "at");
  const std::string expected =
      at + " stores and serves the file of message " + message.id + " as ciphertext only";
  const std::string plain(get_string(*message.step->outcome(), "sha256").value_or(""));
  const auto size = whole_number(*message.step->outcome(), "size");
  if (plain.empty() || !size) {
    return harness_error("no-file", expected, message.step->text() + " tells no digest and size",
                         {message.step->end->seq});
  }
  const std::uint64_t sealed = wire::encrypted_media_size(static_cast<std::uint64_t>(*size));
  Evidence kept;
  for (const Record& record : view.records()) {
    if (record.party != at || record.body_size != sealed) continue;
    if (is_stored(record) || is_served(record)) kept.push_back(record.seq);
  }
  std::size_t searched = 0;
  for (const Record& record : view.records()) {
    if (record.party != at || record.body.empty()) continue;
    ++searched;
    const bool is_file =
        record.body_sha256 == plain ||
        record.body_size >= static_cast<std::uint64_t>(std::max<std::int64_t>(*size, 16));
    const std::string why = is_file ? plaintext_in(record, plain) : std::string();
    if (why.empty()) continue;
    return failed("plaintext-stored", expected,
                  "the body of record " + std::to_string(record.seq) + " " + why, {record.seq},
                  blame);
  }
  if (kept.empty()) {
    return undecided(
        "nothing-stored", expected,
        "no body of the ciphertext's size came in or was served, of " + plural(searched, "body"),
        {}, blame);
  }
  return passed(
      expected,
      "kept as ciphertext, " + cite(kept) + "; " + plural(searched, "record") + " searched", kept);
}

Finding judge_download_stated(const CheckInput& input) {
  const MessageCase found(input);
  if (found.trouble) return *found.trouble;
  const auto& [view, blame, message, trouble] = found;
  const std::string expected = "the download of message " + message.id +
                               "'s file states its type and its length, and has that length";
  const auto got = received_at(view, message.at, direct_path_of(message));
  if (got.empty()) {
    return undecided("no-download", expected, message.at + " left no record of a whole download",
                     evidence_of(message), blame);
  }
  const Record& record = *got.front();
  const json::object* headers = get_object(record.facts, "headers");
  const auto header = [headers](std::string_view name) {
    return std::string(headers == nullptr ? "" : get_string(*headers, name).value_or(""));
  };
  const std::string length = header("content-length");
  const Evidence evidence = {record.seq};
  if (header("content-type").empty()) {
    return failed("no-type", expected, "no Content-Type, " + cite(evidence), evidence, blame);
  }
  if (length.empty()) {
    return failed("no-length", expected, "no Content-Length, " + cite(evidence), evidence, blame);
  }
  if (length != std::to_string(record.body_size)) {
    return failed("wrong-length", expected,
                  "Content-Length " + length + ", but " + plural(record.body_size, "byte") + ", " +
                      cite(evidence),
                  evidence, blame);
  }
  return passed(expected, length + " bytes of " + header("content-type") + ", " + cite(evidence),
                evidence);
}

Finding judge_proxy_refused(const CheckInput& input) {
  const MessageCase found(input);
  if (found.trouble) return *found.trouble;
  const auto& [view, blame, message, trouble] = found;
  const std::vector<std::string> twins = texts_argument(input.arguments, "twins");
  const std::string path = direct_path_of(message);
  const std::string expected = "the media host refuses " + path + " and fetches nothing for it";
  if (twins.empty()) return harness_error("bad-arguments", expected, "no twin is named");
  const Asked asked = asked_of_gatekeeper(view, path);
  if (!message.shown.empty()) {
    return failed("forged-path-followed", expected, message.at + " was shown a file under it",
                  evidence_of(message), blame);
  }
  if (asked.request == nullptr || asked.response == nullptr) {
    return undecided("not-put-to-the-test", expected, "nobody asked the media host for it",
                     evidence_of(message), Attribution::kUnknown);
  }
  const Evidence evidence = {asked.request->seq, asked.response->seq};
  if (const Record* stray = strayed(view, asked)) {
    return failed("fetched-elsewhere", expected,
                  "it asked " + stray->peer + " for " +
                      std::string(get_string(stray->facts, "target").value_or("")) + ", " +
                      cite({stray->seq}),
                  {asked.request->seq, stray->seq, asked.response->seq}, blame);
  }
  if (!is_client_error(*asked.response)) {
    return failed("not-refused", expected,
                  "answered " +
                      std::to_string(whole_number(asked.response->facts, "status").value_or(0)) +
                      ", " + cite(evidence),
                  evidence, blame);
  }
  if (const auto missed = twin_not_shown(view, twins, message.at)) {
    return undecided("twin-not-shown", expected, "the twin \"" + *missed + "\" was not shown",
                     evidence, blame);
  }
  return passed(expected,
                "answered " +
                    std::to_string(whole_number(asked.response->facts, "status").value_or(0)) +
                    ", " + cite(evidence),
                evidence);
}

}  // namespace parley::judge
