#include "harness/cli/doctor_stage.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/driver/company.h"
#include "harness/driver/contract.h"
#include "harness/driver/server_examination.h"
#include "harness/driver/token_examination.h"
#include "harness/net/http.h"
#include "mocks/cast/hosts.h"
#include "mocks/tap/observer.h"

namespace parley::cli {
namespace {

using driver::DoctorLine;
using driver::DoctorRule;
using net::awaitable;

constexpr std::string_view kDoctorHost = "doctor.test";
constexpr Duration kHearing = std::chrono::seconds(10);

constexpr DoctorRule kThere{"ECH-01", "it gets through to the other side, which takes what it says",
                            "product",
                            "see what was answered: a reason is about what was sent; no "
                            "connection is about where to "
                            "(start.partner.hosts) or whom it trusts (start.trust.ca_pem)"};
constexpr DoctorRule kBack{
    "ECH-02", "the other side gets through to it", "product",
    "see what was awaited: a client reports the event \"message\" once it has decrypted one, a "
    "server answers POST /push with 200, a proxy passes bytes on in both directions"};

// Of whom a driver without the operation says nothing.
Status as_outcome(const std::string& operation, const Result<json::object>& result) {
  if (!result.ok() && result.error().code == ErrorCode::kUnsupported) {
    return make_error(ErrorCode::kUnsupported, "there is no operation \"" + operation + "\"");
  }
  if (!result.ok()) return at(operation, result.error());
  const auto status = get_string(*result, "status");
  if (!status || *status == "ok") return {};
  return make_error(ErrorCode::kRefused,
                    operation + ": " + std::string(*status) + ", " +
                        std::string(get_string(*result, "reason").value_or("without a reason")));
}

}  // namespace

std::vector<driver::ActorSpec> doctor_cast(bool proxy) {
  json::object partner;
  if (proxy) partner["proxy"] = true;
  return {{"gatekeeper", "gatekeeper", "", {}},
          {"birdy", "partner", "", std::move(partner)},
          {"bob", "partner-user", "birdy", {}},
          {"alice",
           "whatsapp-user",
           "",
           {{"number", "33612345678"},
            {"third_party_chats", true},
            {"apps", json::array{json::string("birdy")}}}}};
}

Result<DrivenActor> doctor_actor(std::string_view seat, const std::string& addressing,
                                 const StatedProducts& stated) {
  const bool proxy = seat == driver::kPartnerProxySeat;
  const std::size_t index = seat == driver::kGatekeeperServerSeat   ? 0
                            : seat == driver::kGatekeeperClientSeat ? 3
                            : seat == driver::kPartnerClientSeat    ? 2
                                                                    : 1;
  DrivenActor actor{std::string(seat), doctor_cast(proxy), index, {}, addressing};
  actor.trust = stated.trust;
  actor.product = stated.told_to(seat, actor.actors[index].id);
  PARLEY_ASSIGN(actor.cast, mocks::read_cast(actor.actors));
  return actor;
}

std::vector<DoctorRule> echo_rules() { return {kThere, kBack}; }

// Takes the token out of what is sent to the gatekeeper to enlist a user, and changes nothing.
class DoctorStage::Eavesdropper final : public mocks::Interceptor {
 public:
  const std::string& token() const { return token_; }

  std::vector<wire::Node> stanza(const mocks::Observer&, evidence::Direction, std::string_view,
                                 wire::Node node) override {
    std::vector<wire::Node> out;
    out.push_back(std::move(node));
    return out;
  }
  bool request(const mocks::Observer& at, evidence::Direction direction, std::string_view,
               net::HttpRequest& request) override {
    if (at.role != evidence::Role::kGatekeeperServer || direction != evidence::Direction::kIn) {
      return true;
    }
    const auto form = net::parse_form(as_text(request.body));
    if (!form.ok()) return true;
    for (const auto& [name, value] : *form) {
      if (name != "token") continue;
      // The form's values are in base64url, and a token is that already: both are understood.
      const auto inner = value.find('.') == std::string::npos ? decode_base64url(value)
                                                              : Result<Bytes>(to_bytes(value));
      if (inner.ok()) token_ = as_text(*inner);
    }
    return true;
  }
  bool response(const mocks::Observer&, evidence::Direction, std::string_view,
                const net::HttpRequest&, net::HttpResponse&) override {
    return true;
  }
  bool departs(const mocks::Observer&, std::string_view) override { return false; }

 private:
  std::string token_;
};

// How each thing went that the lines are made of.
struct DoctorStage::Acts {
  Status enlisted, partner_in, native_in;  ///< reaching the gatekeeper
  Status to_partner, to_native, pushed;    ///< being reached
};

DoctorStage::DoctorStage(net::World& world, const Maker& maker, std::vector<driver::ActorSpec> cast,
                         std::vector<std::string> seats)
    : world_(world),
      recorder_(world.clock()),
      eavesdropper_(std::make_unique<Eavesdropper>()),
      make_(maker(eavesdropper_.get())),
      cast_(std::move(cast)) {
  for (std::string& seat : seats) sections_.push_back({std::move(seat), false, {}});
}

DoctorStage::~DoctorStage() = default;

awaitable<Status> DoctorStage::open() {
  for (std::size_t i = 0; i < cast_.size(); ++i) {
    auto made = make_(world_, recorder_, cast_, i);
    if (!made.ok()) co_return at(cast_[i].id, std::move(made).error());
    parties_.emplace(cast_[i].id, std::move(made).value());
  }
  std::vector<driver::Party*> everybody;
  for (const driver::ActorSpec& actor : cast_) everybody.push_back(&party(actor.id));
  co_return co_await driver::begin_all(std::move(everybody));
}

awaitable<Status> DoctorStage::act(std::string actor, std::string operation,
                                   json::object arguments) {
  std::string name = operation;
  const auto result = co_await party(actor).perform(std::move(name), std::move(arguments));
  const Status outcome = as_outcome(operation, result);
  if (outcome.ok()) co_return outcome;
  co_return at(actor, outcome.error());
}

// From the one's hand to the other's eye.
awaitable<Status> DoctorStage::write(std::string from, std::string to, std::string text) {
  json::object arguments{{"to", to}, {"text", text}};
  PARLEY_CO_TRY(co_await act(from, "send-text", std::move(arguments)));
  const std::function<bool(const driver::Event&)> match = [&text](const driver::Event& event) {
    return event.name == "message" && get_string(event.facts, "text") == text;
  };
  const auto heard = co_await party(to).events().wait(0, match, world_.now() + kHearing);
  if (heard.ok()) co_return Status();
  if (heard.error().code != ErrorCode::kTimeout) co_return at(to, heard.error());
  co_return make_error(
      ErrorCode::kTimeout,
      "no event \"message\" within " + duration_text(kHearing) + " of " + from + "'s text", to);
}

awaitable<DoctorStage::Acts> DoctorStage::exchange() {
  const Error needs_login = make_error(ErrorCode::kUnsupported, "needs ECH-01");
  Acts acts;
  acts.enlisted = co_await act("bob", "enlist", {});
  acts.partner_in = acts.enlisted;
  if (acts.enlisted.ok()) acts.partner_in = co_await act("bob", "connect", {});
  acts.native_in = co_await act("alice", "connect", {});
  acts.to_partner = needs_login;
  acts.to_native = needs_login;
  if (acts.partner_in.ok() && acts.native_in.ok()) {
    acts.to_partner = co_await write("alice", "bob", "Is anybody there?");
    acts.to_native = co_await write("bob", "alice", "Somebody is here.");
  }
  json::object whom{{"to", "bob"}};
  acts.pushed = needs_login;
  if (acts.enlisted.ok()) {
    acts.pushed = co_await act("gatekeeper", "send-push", std::move(whom));
  }
  co_return acts;
}

awaitable<void> DoctorStage::look_at_server(DoctorSection& section) {
  const std::string keys(mocks::kPartnerKeysPath);
  driver::ServerToExamine server{mocks::partner_host("birdy"), std::string(kDoctorHost), keys};
  section.lines = co_await driver::examine_server(world_, std::move(server));
}

awaitable<void> DoctorStage::look_at_token(DoctorSection& section) {
  const auto keys_line = std::ranges::find(section.lines, "SRV-08", &DoctorLine::id);
  const bool published =
      keys_line != section.lines.end() && keys_line->outcome == driver::DoctorOutcome::kOk;
  net::HttpRequest request;
  request.target = mocks::kPartnerKeysPath;
  crypto::JwkSet keys;
  if (published && !eavesdropper_->token().empty()) {
    const auto response =
        co_await net::http_fetch(world_, std::string(kDoctorHost), mocks::partner_host("birdy"),
                                 net::Security::kTls, std::move(request));
    auto set = response.ok() ? crypto::JwkSet::parse(as_text(response->body))
                             : Result<crypto::JwkSet>(response.error());
    if (set.ok()) keys = *std::move(set);
  } else {
    const Error unseen =
        make_error(ErrorCode::kUnsupported,
                   published ? "no token was sent to the gatekeeper" : std::string("needs SRV-08"));
    for (const DoctorRule& rule : driver::token_rules()) {
      section.lines.push_back(driver::line_for(rule, unseen));
    }
    co_return;
  }
  const std::vector<DoctorLine> lines =
      driver::examine_token(eavesdropper_->token(), keys,
                            {world_.now(), mocks::partner_base_url("birdy"),
                             mocks::token_audience(mocks::whatsapp_hosts())});
  section.lines.insert(section.lines.end(), lines.begin(), lines.end());
}

awaitable<Status> DoctorStage::play() {
  const Status opened = co_await open();
  if (!opened.ok()) {
    for (DoctorSection& section : sections_) {
      section.lines.push_back(driver::line_for(kThere, opened));
      section.lines.push_back(driver::skipped_line(kBack, kThere.id));
    }
    co_return Status();
  }
  for (DoctorSection& section : sections_) {
    if (section.subject == driver::kPartnerServerSeat) co_await look_at_server(section);
  }
  const Acts acts = co_await exchange();
  for (DoctorSection& section : sections_) {
    if (section.subject == driver::kPartnerServerSeat) co_await look_at_token(section);
    const bool native = section.subject == driver::kGatekeeperClientSeat;
    const bool server = section.subject == driver::kPartnerServerSeat;
    // A gatekeeper's server is what everybody else gets through to, and passes messages on.
    const bool gatekeeper =
        section.subject == evidence::to_string(evidence::Role::kGatekeeperServer);
    const Status& there = gatekeeper ? acts.to_partner
                          : native   ? acts.native_in
                          : server   ? acts.enlisted
                                     : acts.partner_in;
    const Status& back = native       ? acts.to_native
                         : server     ? acts.pushed
                         : gatekeeper ? acts.partner_in
                                      : acts.to_partner;
    section.lines.push_back(driver::line_for(kThere, there));
    section.lines.push_back(driver::line_for(kBack, back));
  }
  for (const driver::ActorSpec& actor : cast_) {
    // How drivers leave is looked at elsewhere.
    (void)(co_await party(actor.id).finish()).ok();
  }
  co_return Status();
}

}  // namespace parley::cli
