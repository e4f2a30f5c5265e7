// Checks on a partner's proxy, from what the gatekeeper and the clients at its two ends saw.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/glob.h"
#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"

namespace parley::judge {
namespace {

// How a network names the connection of an external program.
constexpr std::string_view kExternalPeer = "external";

std::string device_host(std::string_view actor) { return std::string(actor) + ".device.test"; }

bool is_gatekeeper_event(const Record& record, std::string_view kind, std::string_view partner) {
  return record.kind == kind && record.role == evidence::Role::kGatekeeperServer &&
         get_string(record.facts, "partner") == partner;
}

// What a proxy opened while a step was under way.
std::vector<const Record*> opened_during(const CaseView& view, const StepView& step,
                                         std::string_view partner) {
  std::vector<const Record*> opened;
  if (step.begin == nullptr || step.end == nullptr) return opened;
  for (const Record& record : view.records()) {
    if (record.seq > step.begin->seq && record.seq < step.end->seq &&
        is_gatekeeper_event(record, "event.proxied", partner)) {
      opened.push_back(&record);
    }
  }
  return opened;
}

// The steps by which clients connected, up to one that was not reached.
struct Connections {
  std::vector<const StepView*> steps;
  std::optional<Finding> trouble;
};

Connections connections_of(const CaseView& view, const json::object& arguments) {
  Connections out;
  for (const std::string& label : texts_argument(arguments, "connections")) {
    const StepView* step = view.step(label);
    if (step == nullptr || step->end == nullptr) {
      out.trouble = view.not_reached(label);
      return out;
    }
    out.steps.push_back(step);
  }
  return out;
}

Blame blame_of(const CaseView& view, const CheckInput& input) {
  return view.blame(text_argument(input.arguments, "blames"));
}

// The frames of one connection as one end saw them, by direction of travel.
struct Frames {
  std::vector<std::string> up;    // digests, from the client to the server
  std::vector<std::string> down;  // the reverse
  std::uint64_t first = 0;        // the first record
};

std::map<std::string, Frames> frames_of(const CaseView& view, evidence::Role role,
                                        std::string_view party) {
  std::map<std::string, Frames> connections;
  const bool client = role == evidence::Role::kPartnerClient;
  for (const Record& record : view.records()) {
    if (record.tap != evidence::Tap::kNoise || record.role != role) continue;
    if (!party.empty() && record.party != party) continue;
    const std::string name(get_string(record.facts, "conn").value_or(""));
    Frames& frames = connections.try_emplace(name, Frames{{}, {}, record.seq}).first->second;
    const bool up = (record.direction == evidence::Direction::kOut) == client;
    (up ? frames.up : frames.down).push_back(record.body_sha256);
  }
  return connections;
}

bool is_beginning_of(const std::vector<std::string>& some, const std::vector<std::string>& all) {
  return some.size() <= all.size() && std::equal(some.begin(), some.end(), all.begin());
}

}  // namespace

Finding judge_one_upstream_each(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string partner = text_argument(input.arguments, "at");
  const std::string expected =
      "the proxy of " + partner + " opens exactly one connection for each client that connects";
  const Connections connections = connections_of(view, input.arguments);
  Evidence evidence;
  for (const StepView* step : connections.steps) {
    const auto opened = opened_during(view, *step, partner);
    Evidence here = {step->begin->seq};
    for (const Record* record : opened) here.push_back(record->seq);
    if (opened.size() != 1) {
      return failed(opened.empty() ? "no-upstream-of-its-own" : "several-upstreams", expected,
                    plural(opened.size(), "connection") + " while " + step->actor + " connected",
                    here, blame_of(view, input));
    }
    evidence.insert(evidence.end(), here.begin(), here.end());
  }
  if (connections.trouble) return *connections.trouble;
  return passed(expected,
                plural(connections.steps.size(), "client") + ", each with one, " + cite(evidence),
                evidence);
}

Finding judge_client_address_passed(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string partner = text_argument(input.arguments, "at");
  const std::string expected =
      "the proxy of " + partner + " tells the gatekeeper each client's own address";
  const Connections connections = connections_of(view, input.arguments);
  Evidence evidence;
  for (const StepView* step : connections.steps) {
    const auto opened = opened_during(view, *step, partner);
    if (opened.empty()) {
      return failed("no-address", expected, "nothing was told while " + step->actor + " connected",
                    {step->begin->seq}, blame_of(view, input));
    }
    for (const Record* record : opened) {
      const std::string told(get_string(record->facts, "address").value_or(""));
      evidence.push_back(record->seq);
      if (told == device_host(step->actor)) continue;
      return failed("wrong-address", expected,
                    told + " instead of " + device_host(step->actor) + " (record " +
                        std::to_string(record->seq) + ")",
                    {record->seq}, blame_of(view, input));
    }
  }
  if (connections.trouble) return *connections.trouble;
  return passed(expected, plural(connections.steps.size(), "client") + ", " + cite(evidence),
                evidence);
}

Finding judge_upstream_ends(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string partner = text_argument(input.arguments, "at");
  const std::string within = optional_text(input.arguments, "within").value_or("5s");
  const std::string expected =
      "the proxy's connection for a client ends within " + within + " of the client's going away";
  const Result<Duration> limit = parse_duration(within);
  if (!limit.ok()) return harness_error("bad-arguments", expected, limit.error().text());
  const StepView* left = view.step(text_argument(input.arguments, "after"));
  if (left == nullptr || left->end == nullptr) {
    return view.not_reached(text_argument(input.arguments, "after"));
  }
  const Connections connections = connections_of(view, input.arguments);
  if (connections.trouble) return *connections.trouble;
  for (const StepView* step : connections.steps) {
    const auto opened = opened_during(view, *step, partner);
    if (opened.size() != 1) {
      return undecided("no-connection", expected,
                       plural(opened.size(), "connection") + " while " + step->actor + " connected",
                       {step->begin->seq}, Attribution::kUnknown);
    }
    const auto name = get_string(opened.front()->facts, "connection");
    const auto ended = std::ranges::find_if(view.records(), [&](const Record& record) {
      return is_gatekeeper_event(record, "event.proxied-end", partner) &&
             get_string(record.facts, "connection") == name;
    });
    const Evidence evidence = {opened.front()->seq, left->end->seq};
    if (ended == view.records().end()) {
      const TimePoint last = view.records().back().time;
      if (last - left->begin->time < *limit) {
        return undecided("too-early", expected, "the case ended before that time had passed",
                         evidence, Attribution::kHarness);
      }
      return failed("upstream-kept", expected, "it was still open when the case ended", evidence,
                    blame_of(view, input));
    }
    if (ended->time - left->begin->time > *limit) {
      return failed("upstream-kept", expected,
                    "it ended in record " + std::to_string(ended->seq) + ", too late", evidence,
                    blame_of(view, input));
    }
    if (ended->seq < left->begin->seq) {
      return failed("upstream-lost", expected, "it ended before the client went", evidence,
                    blame_of(view, input));
    }
  }
  return passed(expected, plural(connections.steps.size(), "connection") + " ended in time");
}

Finding judge_frames_unchanged(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string at = text_argument(input.arguments, "at");
  const std::string expected =
      "what " + at + " and the gatekeeper write to each other arrives byte for byte";
  const auto here = frames_of(view, evidence::Role::kPartnerClient, at);
  const auto there = frames_of(view, evidence::Role::kGatekeeperServer, {});
  std::size_t frames = 0;
  for (const auto& [name, mine] : here) {
    if (mine.up.empty()) continue;
    const auto other = std::ranges::find_if(there, [&](const auto& entry) {
      return !entry.second.up.empty() && entry.second.up.front() == mine.up.front();
    });
    const bool same = other != there.end() && is_beginning_of(other->second.up, mine.up) &&
                      is_beginning_of(mine.down, other->second.down);
    if (!same) {
      return failed("frames-changed", expected,
                    "connection " + name +
                        (other == there.end() ? ": its first frame did not arrive"
                                              : ": another frame arrived"),
                    {mine.first}, blame_of(view, input));
    }
    frames += other->second.up.size() + mine.down.size();
  }
  if (frames == 0) {
    return undecided("no-frames", expected, at + " wrote nothing", {}, Attribution::kUnknown);
  }
  return passed(expected, plural(frames, "frame") + " of " + plural(here.size(), "connection") +
                              " are equal at both ends");
}

Finding judge_sent_by_device(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string actor = text_argument(input.arguments, "actor");
  const std::string target = text_argument(input.arguments, "target");
  const std::string expected =
      "requests for " + target + " come from devices such as " + actor + "'s";
  const std::vector<std::string_view> users = view.actors_of_kind("partner-user");
  const auto is_user = [&](std::string_view who) {
    return std::ranges::find(users, who) != users.end();
  };
  Evidence evidence;
  for (const Record& record : view.records()) {
    if (record.kind != "http.request" || record.role != evidence::Role::kGatekeeperServer ||
        record.direction != evidence::Direction::kIn ||
        !glob_match(target, get_string(record.facts, "target").value_or(""))) {
      continue;
    }
    const bool own =
        record.peer == device_host(actor) || (view.is_iut(actor) && record.peer == kExternalPeer);
    if (own) evidence.push_back(record.seq);
    if (own || is_user(view.actor_at(record.peer))) continue;
    return failed("not-from-the-device", expected,
                  record.peer + " sent record " + std::to_string(record.seq), {record.seq},
                  blame_of(view, input));
  }
  if (evidence.empty()) {
    return undecided("no-request", expected, "there was none", {}, Attribution::kUnknown);
  }
  return passed(expected, plural(evidence.size(), "request") + ", " + cite(evidence), evidence);
}

}  // namespace parley::judge
