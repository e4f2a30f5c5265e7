#include "harness/cli/run_file_parts.h"

#include <algorithm>
#include <utility>

#include "harness/base/clock.h"
#include "harness/cli/driver_option.h"
#include "harness/cli/endpoint_address.h"
#include "harness/cli/run_file_keys.h"
#include "harness/driver/contract.h"
#include "harness/scenario/catalogue.h"

namespace parley::cli {
namespace {

using scenario::YamlReader;

// A reference to a secret; what is written in its place is refused and never shown.
std::optional<SecretReference> secret(YamlReader& in, const YamlNode& node, std::string_view key) {
  const YamlNode* value = node.find(key);
  if (value == nullptr) return std::nullopt;
  std::optional<SecretReference> out;
  if (value->is_scalar()) out = parse_secret_reference(value->scalar);
  if (!out) {
    in.error(
        value->mark, "literal-secret",
        "\"" + std::string(key) +
            "\" must say where the secret is, and not what it is: run files are kept and shown",
        "write env:NAME for a variable of the environment, or file:PATH");
  }
  return out;
}

RunFileSeat read_seat(YamlReader& in, const YamlNode::Entry& entry) {
  RunFileSeat out;
  out.seat = entry.key;
  const YamlNode& node = entry.value;
  if (!only_keys(in, node, "a seat", {"driver"})) return out;
  const YamlNode* driver = in.need(node, "driver");
  if (driver == nullptr) return out;
  if (!only_keys(in, *driver, "a driver", {"command", "websocket", "token"})) return out;
  out.command = in.text(*driver, "command");
  out.websocket = in.text(*driver, "websocket");
  out.token = secret(in, *driver, "token");
  if (out.command.empty() == out.websocket.empty()) {
    in.error(driver->mark, "one-driver",
             "a driver is either a command that Parley starts, or dials in over a websocket");
  }
  if (!out.websocket.empty() && driver->find("token") == nullptr) {
    in.error(driver->mark, "missing-key", "who dials in must show a token");
  }
  if (!out.command.empty() && out.token) {
    in.error(driver->mark, "one-driver", "a driver that Parley starts needs no token");
  }
  if (const auto words = split_words(out.command); !words.ok()) {
    in.error(driver->find("command")->mark, "bad-command", "a quote in \"command\" does not end");
  }
  return out;
}

std::vector<std::string> ixit_names(std::string_view group) {
  std::vector<std::string> out;
  for (const scenario::IxitItem& item : scenario::ixit_items()) {
    if (item.group == group) out.emplace_back(item.name);
  }
  return out;
}

void read_ixit_group(YamlReader& in, const YamlNode& ixit, const std::string& group, RunFile& out) {
  const YamlNode* node = ixit.find(group);
  if (node == nullptr) return;
  const std::vector<std::string> names = ixit_names(group);
  if (!only_keys(in, *node, "\"" + group + "\"", names)) return;
  for (const std::string& name : names) {
    const YamlNode* value = node->find(name);
    if (value == nullptr) continue;
    const std::string text = in.text(*node, name);
    if (text.empty()) continue;
    if (group != "endpoints") {
      if (const auto duration = parse_duration(text); !duration.ok()) {
        in.error(value->mark, "bad-duration", "\"" + name + "\" must be a duration",
                 "write 10s, 5m, 1h or 30d");
      } else if (group == "timeouts" && (*duration < scenario::kShortestTimeout ||
                                         *duration > scenario::kLongestTimeout)) {
        in.error(value->mark, "out-of-range",
                 "\"" + name + "\" is " + duration_text(scenario::kShortestTimeout) + " to " +
                     duration_text(scenario::kLongestTimeout));
      }
    } else if (!parse_endpoint_address(text)) {
      in.error(value->mark, "bad-endpoint", "\"" + name + "\" must be an address without a user",
               "write https://host/path, or host:port");
    }
    out.ixit.push_back({group + "." + name, text});
  }
}

void read_accounts(YamlReader& in, const YamlNode& ixit, RunFile& out) {
  const YamlNode* list = ixit.find("accounts");
  if (list == nullptr) return;
  if (!list->is_sequence() || list->items.size() > kMaxRunFileEntries) {
    in.error(list->mark, "wrong-type", "\"accounts\" must be a list of at most 1000 accounts");
    return;
  }
  for (const YamlNode& node : list->items) {
    if (!only_keys(in, node, "an account", {"id", "identifier", "password", "token"})) continue;
    RunFileAccount one{in.need_text(node, "id"), in.need_text(node, "identifier"),
                       secret(in, node, "password"), secret(in, node, "token")};
    if (!one.id.empty() && !scenario::is_slug(one.id)) {
      in.error(node.find("id")->mark, "bad-id", "the id of an account is of small letters");
    }
    if (std::ranges::find(out.accounts, one.id, &RunFileAccount::id) != out.accounts.end()) {
      in.error(node.mark, "repeated-id", "there is another account with this id");
    }
    out.accounts.push_back(std::move(one));
  }
}

}  // namespace

bool only_keys(YamlReader& in, const YamlNode& node, std::string_view what,
               const std::vector<std::string>& keys) {
  if (!node.is_mapping()) {
    in.error(node.mark, "wrong-type", std::string(what) + " must be a mapping of keys to values");
    return false;
  }
  for (const YamlNode::Entry& entry : node.entries) {
    if (std::ranges::find(keys, entry.key) != keys.end()) continue;
    in.error(entry.mark, "unknown-key", std::string(what) + " has no key \"" + entry.key + "\"",
             did_you_mean(entry.key, keys));
  }
  return true;
}

void read_run_file_seats(YamlReader& in, const YamlNode& root, RunFile& out) {
  const YamlNode* seats = root.find("seats");
  if (seats == nullptr || !only_keys(in, *seats, "\"seats\"", drivable_seat_names())) return;
  std::vector<std::string_view> taken;
  for (const YamlNode::Entry& entry : seats->entries) {
    for (const std::string_view seat : driver::seats_behind(entry.key)) {
      if (std::ranges::find(taken, seat) != taken.end()) {
        in.error(entry.mark, "two-drivers",
                 "a seat has one driver, and " + std::string(seat) + " would have two");
      }
      taken.push_back(seat);
    }
    out.seats.push_back(read_seat(in, entry));
  }
}

void read_run_file_claim(YamlReader& in, const YamlNode& root, RunFile& out) {
  const YamlNode* ics = root.find("ics");
  if (ics == nullptr) return;
  const auto groups = scenario::claim_groups();
  if (!only_keys(in, *ics, "\"ics\"", {groups.begin(), groups.end()})) return;
  std::vector<scenario::ClaimAnswer> answers;
  for (const YamlNode::Entry& group : ics->entries) {
    if (std::ranges::find(groups, group.key) == groups.end()) continue;
    if (!group.value.is_mapping()) {
      in.error(group.mark, "wrong-type", "\"" + group.key + "\" must be a mapping");
      continue;
    }
    for (const YamlNode::Entry& entry : group.value.entries) {
      const std::optional<bool> claimed = entry.value.as_bool();
      if (!claimed) {
        in.error(entry.value.mark, "wrong-type",
                 "the answer to \"" + entry.key + "\" is true or false");
        continue;
      }
      scenario::ClaimAnswer answer{group.key, entry.key, *claimed};
      const auto known = scenario::make_claim({answer});
      if (known.ok()) {
        answers.push_back(std::move(answer));
      } else {
        in.error(entry.mark, "unknown-item", known.error().message);
      }
    }
  }
  Result<scenario::Claim> claim = scenario::make_claim(std::move(answers));
  if (claim.ok()) out.claim = *std::move(claim);
}

void read_run_file_ixit(YamlReader& in, const YamlNode& root, RunFile& out) {
  const YamlNode* ixit = root.find("ixit");
  if (ixit == nullptr ||
      !only_keys(in, *ixit, "\"ixit\"", {"endpoints", "timers", "timeouts", "accounts"})) {
    return;
  }
  for (const char* group : {"endpoints", "timers", "timeouts"})
    read_ixit_group(in, *ixit, group, out);
  read_accounts(in, *ixit, out);
}

void check_addresses(YamlReader& in, const YamlNode& root, const RunFile& out) {
  for (const std::string& one : out.addresses) {
    if (one.find("://") == std::string::npos && parse_endpoint_address(one)) continue;
    in.error(root.find("addresses")->mark, "bad-address",
             "\"" + one + "\" is no host, and no host with a port");
  }
  const YamlNode* ixit = root.find("ixit");
  const YamlNode* endpoints = ixit == nullptr ? nullptr : ixit->find("endpoints");
  if (endpoints == nullptr || !endpoints->is_mapping()) return;
  for (const YamlNode::Entry& entry : endpoints->entries) {
    const auto endpoint = parse_endpoint_address(entry.value.scalar);
    if (!endpoint || out.allows(endpoint->host, endpoint->port)) continue;
    in.error(entry.value.mark, "unlisted-address",
             "\"" + entry.key + "\" is at an address that \"addresses\" does not list",
             "nothing is contacted that is not listed: add \"" + endpoint->host + "\"");
  }
}

}  // namespace parley::cli
