#include "harness/prove/fault_rig.h"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <variant>

#include "mocks/cast/hosts.h"

namespace parley::prove {
namespace {

using mocks::quirks::FaultAct;

// What a World may take to come to rest, and what the parties may take to get ready and to leave.
constexpr Duration kRest = std::chrono::seconds(60);
constexpr Duration kComingAndGoing = std::chrono::minutes(5);
// Writes without a stanza that are told apart on one way: the handshake, a request, its body.
constexpr std::size_t kToldApart = 3;

FaultAct act_of(std::optional<Fault> fault) {
  if (!fault) return FaultAct::kNone;
  switch (fault->kind) {
    case FaultKind::kDrop:
      return FaultAct::kDrop;
    case FaultKind::kDuplicate:
      return FaultAct::kDuplicate;
    case FaultKind::kReorder:
      return FaultAct::kReorder;
    case FaultKind::kUnavailable:
      return FaultAct::kUnavailable;
    default:
      return FaultAct::kNone;
  }
}

bool is_write(FaultKind kind) { return kind == FaultKind::kDelay || kind == FaultKind::kCut; }
bool is_call(FaultKind kind) {
  return kind == FaultKind::kCallFails || kind == FaultKind::kCallUnanswered;
}

template <class Predicate>
std::optional<std::size_t> number_if(std::optional<Fault> fault, Predicate concerned) {
  return fault && concerned(fault->kind) ? std::optional(fault->number) : std::nullopt;
}

net::awaitable<void> end_after(net::World& world, Duration bound) {
  co_await world.wait_for(bound);
  throw std::runtime_error("the test case did not end within " + duration_text(bound));
}

}  // namespace

const std::vector<Opportunity>& Opportunities::of(FaultKind kind) const {
  if (is_write(kind)) return writes;
  if (is_call(kind)) return calls;
  return kind == FaultKind::kUnavailable ? answers : stanzas;
}

FaultRig::FaultRig(const scenario::TestCase& test_case, std::optional<Fault> fault,
                   mocks::Interceptor* beneath)
    : fault_(fault),
      taps_(act_of(fault), fault ? std::optional(fault->number) : std::nullopt, beneath),
      writes_(number_if(fault, is_write)),
      calls_(number_if(fault, is_call)),
      watch_([this](const std::string& party, const std::string& operation) {
        return calls(party, operation);
      }) {
  for (const scenario::Actor& actor : test_case.actors) {
    if (!scenario::to_string(actor.kind).ends_with("-user")) servers_.insert(actor.id);
  }
}

run::CaseEnvironment FaultRig::environment(run::CaseEnvironment base,
                                           const PartyMaker& make_parties, Duration bound,
                                           Epilogue* epilogue) {
  base.make_world = [this, make = std::move(base.make_world),
                     bound](const run::WorldSeeds& seeds) -> Result<std::unique_ptr<net::World>> {
    auto world = make(seeds);
    if (!world.ok()) return world;
    net::watch_streams(**world, *this);
    (*world)->spawn(end_after(**world, bound));
    return world;
  };
  base.make_party = watch_parties(make_parties(taps_), watch_, epilogue);
  base.iut_kinds = {"gatekeeper", "whatsapp-user", "partner", "partner-user"};
  return base;
}

Opportunities FaultRig::seen() const {
  return {taps_.stanzas().seen(), taps_.answers().seen(), writes_.seen(), calls_.seen()};
}

const Opportunity* FaultRig::struck() const {
  for (const auto* counter : {&taps_.stanzas(), &taps_.answers(), &writes_, &calls_}) {
    if (const Opportunity* found = counter->struck()) return found;
  }
  return nullptr;
}

net::StreamWatch::Fate FaultRig::writes(const std::string& from, const std::string& to,
                                        std::size_t size) {
  if (!writes_.strikes(from, name_write(from, to))) return {};
  if (fault_->kind == FaultKind::kDelay) return {.held = kStall, .cut_after = std::nullopt};
  return {.held = Duration::zero(), .cut_after = passing(fault_->place, size)};
}

CallFate FaultRig::calls(const std::string& party, const std::string& operation) {
  if (!calls_.strikes(party, operation)) return CallFate::kPerformed;
  return fault_->kind == FaultKind::kCallFails ? CallFate::kFails : CallFate::kUnanswered;
}

bool FaultRig::lives_at(const std::string& party, const std::string& host) const {
  if (host.ends_with(mocks::device_host(""))) return host == mocks::device_host(party);
  return servers_.contains(party);
}

// By the stanzas that were sent from there since the last write, or by the way and its place there:
// what looks alike need not be cut everywhere.
std::string FaultRig::name_write(const std::string& from, const std::string& to) {
  const std::vector<Opportunity>& stanzas = taps_.stanzas().seen();
  std::string name;
  std::size_t& next = named_[from];
  for (; next < stanzas.size(); ++next) {
    if (!lives_at(stanzas[next].at, from)) continue;
    if (!name.empty()) name += " and ";
    name += stanzas[next].what;
  }
  if (name.empty()) {
    const std::size_t before = without_stanza_[from + ">" + to]++;
    name = "write " + std::to_string(std::min(before, kToldApart) + 1);
  }
  return name + " to " + to;
}

Duration longest_course(const scenario::TestCase& test_case) {
  Duration out = kComingAndGoing + kStall;
  for (const scenario::Step& step : test_case.steps) {
    out += kRest;
    if (const auto* await = std::get_if<scenario::Await>(&step.act)) {
      out += await->within;
    } else if (const auto* advance = std::get_if<scenario::Advance>(&step.act)) {
      out += advance->by;
    } else {
      out += driver::kOperationDeadline;
    }
  }
  return out;
}

}  // namespace parley::prove
