// parley adapter: the other side of the driver contract, on this process's standard input and
// output.
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <utility>

#include "harness/base/file.h"
#include "harness/cli/adapter_seat.h"
#include "harness/cli/command.h"
#include "harness/cli/embedded_files.h"
#include "harness/cli/overlaid_profile.h"
#include "harness/cli/suite.h"
#include "harness/crypto/memo.h"
#include "harness/crypto/test_ca.h"
#include "mocks/adapters/cpp/driver_loop.h"

namespace parley::cli {
namespace {

constexpr int kInput = 0;
constexpr std::size_t kMaxPem = 256 * 1024;

struct Options {
  std::string seat;
  std::uint64_t seed = 1;
  std::string wire = "wa-public-1.0.3";
  std::vector<std::string> overlays;
  std::string quirk;
  std::string certificate;  ///< PEM files, together
  std::string key;
};

// One file of the binary's, and what the user lays over it: an adapter is started for every actor.
std::shared_ptr<const wire::Profile> own_profile(const Options& options, Streams& streams) {
  Suite suite;
  for (const EmbeddedFile& file : embedded_files()) {
    suite.files.push_back({std::string(file.path), file.content, nullptr});
  }
  std::vector<Diagnostic> diagnostics;
  auto wire = load_profile(suite, options.wire, options.overlays, diagnostics);
  if (wire) return std::move(wire->profile);
  streams.err << render(diagnostics);
  return nullptr;
}

// The deviation that is asked for, if any.
Status find_quirk(const Options& options, std::optional<mocks::quirks::Quirk>& into) {
  if (options.quirk.empty()) return {};
  Suite suite;
  for (const EmbeddedFile& file : embedded_files()) {
    suite.files.push_back({std::string(file.path), file.content, nullptr});
  }
  std::vector<Diagnostic> diagnostics;
  std::vector<std::string> ids;
  for (mocks::quirks::Quirk& quirk : suite.quirks(diagnostics)) {
    if (quirk.id == options.quirk) into = std::move(quirk);
    ids.push_back(std::move(quirk.id));
  }
  if (into) return {};
  const std::string hint = did_you_mean(options.quirk, ids);
  return make_error(
      ErrorCode::kInvalid,
      "there is no quirk \"" + options.quirk + "\"" + (hint.empty() ? "" : "; " + hint), "--quirk");
}

// What a product of one's own shows: a certificate of its own authority.
Status find_identity(const Options& options, std::optional<crypto::CertificateAndKey>& into) {
  if (options.certificate.empty() && options.key.empty()) return {};
  into.emplace();
  PARLEY_ASSIGN(into->certificate_pem, read_text_file(options.certificate, kMaxPem));
  PARLEY_ASSIGN(into->private_key_pem, read_text_file(options.key, kMaxPem));
  return {};
}

driver::DriverStart showing(driver::DriverStart start, const crypto::CertificateAndKey& identity) {
  const auto show = [&identity](driver::Surroundings& part) {
    part.certificate_pem = identity.certificate_pem;
    part.private_key_pem = identity.private_key_pem;
  };
  if (start.partner) show(*start.partner);
  if (start.gatekeeper) show(*start.gatekeeper);
  return start;
}

class ErrorLog final : public Log {
 public:
  explicit ErrorLog(std::ostream& to) : to_(to) {}
  void write(LogLevel level, std::string_view message) override {
    if (level >= LogLevel::kWarning) to_ << message << "\n";
  }

 private:
  std::ostream& to_;
};

Status converse(const Options& options, const std::shared_ptr<const wire::Profile>& profile,
                Streams& streams) {
  std::optional<mocks::quirks::Quirk> quirk;
  PARLEY_TRY(find_quirk(options, quirk));
  std::optional<crypto::CertificateAndKey> identity;
  PARLEY_TRY(find_identity(options, identity));
  PARLEY_ASSIGN(const driver::DriverHello hello, adapter_hello(options.seat, profile));
  ErrorLog log(streams.err);
  // The same seed gives the same people in every session: what was computed for them is kept.
  crypto::Memo memo;
  const crypto::MemoScope remembering(memo);
  const adapters::SeatFactory open_seat =
      [&](const driver::DriverStart& start) -> Result<std::unique_ptr<adapters::Seat>> {
    PARLEY_ASSIGN(auto seat,
                  AdapterSeat::open(identity ? showing(start, *identity) : start, profile,
                                    options.seed, log, quirk ? &*quirk : nullptr));
    return std::unique_ptr<adapters::Seat>(std::move(seat));
  };
  return adapters::drive(hello, open_seat, kInput, streams.out);
}

int run(const Options& options, Streams& streams) {
  const auto profile = own_profile(options, streams);
  if (profile == nullptr) return kExitUsage;
  const Status held = converse(options, profile, streams);
  if (held.ok()) return kExitPass;
  streams.err << "parley: " << held.error().text() << "\n";
  return kExitHarness;
}

}  // namespace

Action add_adapter(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("--seat", options->seat,
                 "whose mock: gatekeeper-server, partner-client, partner-server, "
                 "partner-proxy, or partner for its three")
      ->check(CLI::IsMember(
          {"gatekeeper-server", "partner", "partner-client", "partner-server", "partner-proxy"}))
      ->required();
  app.add_option("--seed", options->seed, "of its keys and ids")->capture_default_str();
  app.add_option("--wire", options->wire, "the wire profile that it speaks")->capture_default_str();
  app.add_option("--wire-overlay", options->overlays,
                 "a file that replaces operations of the wire profile; may be repeated")
      ->type_name("FILE");
  app.add_option("--quirk", options->quirk,
                 "a deviation that the mock shall have, by its id in mocks/quirks");
  CLI::Option* certificate =
      app.add_option(
             "--certificate", options->certificate,
             "shows that certificate in place of the one from Parley, as a product does that "
             "has an authority of its own")
          ->type_name("PEM");
  CLI::Option* key = app.add_option("--key", options->key, "the certificate's private key")
                         ->type_name("PEM")
                         ->needs(certificate);
  certificate->needs(key);
  return [options](Streams& streams) { return run(*options, streams); };
}

}  // namespace parley::cli
