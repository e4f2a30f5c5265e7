#include <algorithm>
#include <string>
#include <vector>

#include "harness/cli/driver_option.h"
#include "harness/cli/run_file_keys.h"
#include "harness/cli/run_file_schema.h"
#include "harness/driver/contract.h"
#include "harness/scenario/claim.h"
#include "harness/scenario/ixit.h"

namespace parley::cli {
namespace {

std::string comment(std::string_view text) { return "# " + std::string(text) + "\n"; }

// A value that a first run needs, or the same commented out.
void add_key(std::string& out, const RunFileKey& key, std::string_view seat) {
  std::string value(key.example);
  const bool driven = !seat.empty();
  if (key.name == "network" && driven) value = "sockets";
  if (key.name == "clock" && driven) value = "real";
  if (key.name == "addresses" && driven) value = "[\"127.0.0.1\", partner.example]";
  const bool needed = key.shape == RunFileShape::kWord || key.shape == RunFileShape::kCount ||
                      key.name == "profile" || (key.name == "addresses" && driven);
  const bool default_fits = key.name == "addressing";  // the driver has a say in it
  out += comment(key.about) + (needed && !default_fits ? "" : "# ") + std::string(key.name) + ": " +
         value + "\n";
}

void add_seats(std::string& out, std::string_view seat) {
  out +=
      "\n" + comment("The seats that the items under test hold; mocks hold the others. There are:");
  for (const std::string& one : drivable_seat_names()) {
    out +=
        comment("  " + one + (one == driver::kPartnerSeat ? ", which is all of a partner's" : ""));
  }
  out += comment(
      "A driver is a command that Parley starts, or dials in: {websocket: "
      "\"127.0.0.1:9000\", token: env:PARLEY_DRIVER_TOKEN}.");
  if (seat.empty()) {
    out += "# seats:\n#   gatekeeper-client:\n#     driver: {command: \"node adapter.mjs\"}\n";
    return;
  }
  out += "seats:\n  " + std::string(seat) + ":\n    driver: {command: \"node adapter.mjs\"}\n";
}

void add_claim(std::string& out) {
  out += "\n" + comment(
                    "Implementation conformance statement (ICS): what the items offer. What is "
                    "claimed is tested; what is");
  out += comment(
      "not claimed does not apply, and where a test can show that it is absent, that is "
      "tested. Nobody satisfies");
  out += comment(
      "a requirement that says must by not claiming it. What is not answered counts as "
      "claimed.");
  out += "ics:\n";
  std::string_view group;
  for (const scenario::ClaimItem& item : scenario::claim_items()) {
    if (item.group != group) out += "  " + std::string(item.group) + ":\n";
    group = item.group;
    std::string line = "    " + std::string(item.name) + ": true";
    line.resize(std::max<std::size_t>(line.size() + 1, 26), ' ');
    out += line + comment(item.about);
  }
  out += "  # Anything else, by a filter: \"tag:NAME\", \"req:ID\", or the id of a test case.\n";
  out += "  # others: {\"req:MSG-018\": false}\n";
}

// Of a user whom most test cases have in that seat.
std::string example_account(std::string_view seat) {
  if (!seat.starts_with("partner")) {
    return "  - {id: alice, identifier: \"33612345678\", password: env:ALICE_PASSWORD}\n";
  }
  return "  - {id: bob, identifier: bob@partner.example, password: env:BOB_PASSWORD}\n";
}

void add_ixit(std::string& out, std::string_view seat) {
  out += "\n" + comment(
                    "Extra information for testing (IXIT). A certification run needs what is "
                    "asked of the holders of its seats.");
  const std::vector<std::string_view> seats = driver::seats_behind(seat);
  const auto asked = [&seats](const scenario::IxitItem& item) {
    return std::ranges::any_of(item.seats, [&seats](std::string_view one) {
      return std::ranges::find(seats, one) != seats.end();
    });
  };
  std::string groups;
  std::string_view group;
  bool any_of_group = false;
  for (const scenario::IxitItem& item : scenario::ixit_items()) {
    if (item.group != group) {
      group = item.group;
      any_of_group = std::ranges::any_of(scenario::ixit_items(), [&](const auto& other) {
        return other.group == group && asked(other);
      });
      groups += "  " + comment(scenario::ixit_group_about(group));
      groups += (any_of_group ? "  " : "  # ") + std::string(group) + ":\n";
    }
    // The examples' hosts are made one that "addresses" lists.
    std::string value(item.example);
    if (const std::size_t at = value.find(".example"); at != std::string::npos) {
      const std::size_t slash = value.find("://");
      const std::size_t begin = slash == std::string::npos ? 0 : slash + 3;
      value.replace(begin, at - begin, "partner");
    }
    groups += (asked(item) ? "    " : "  #   ") + std::string(item.name) + ": \"" + value + "\"  " +
              comment(item.about);
  }
  const bool client =
      std::ranges::any_of(seats, [](std::string_view one) { return one.ends_with("-client"); });
  const std::string margin = client ? "  " : "  # ";
  groups += "  " + comment(scenario::ixit_group_about("accounts"));
  groups += margin + "accounts:\n" + margin + example_account(seat);
  const bool any = !seat.empty();
  out += any ? "ixit:\n" : "# ixit:\n";
  out += groups;
}

}  // namespace

std::string run_file_template(std::string_view seat) {
  std::string out =
      "# yaml-language-server: $schema=run.schema.json\n"
      "# (parley schema run > run.schema.json tells an editor every word of this file.)\n"
      "# parley run --run-file run.yaml --out out\n"
      "# Options on the command line win over what stands here. Paths are relative to this file.\n"
      "# Secrets never stand here: write env:NAME for a variable of the environment, or "
      "file:PATH.\n";
  for (const RunFileKey& key : run_file_keys()) {
    out += "\n";
    add_key(out, key, seat);
  }
  add_seats(out, seat);
  add_claim(out);
  add_ixit(out, seat);
  return out;
}

}  // namespace parley::cli
