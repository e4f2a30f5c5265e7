#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <ostream>

#include "harness/base/diagnostic.h"
#include "harness/cli/command.h"
#include "harness/cli/serve_run_file.h"

namespace parley::cli {
namespace {

struct Settings {
  ServeOptions options;
  std::string side = "gatekeeper";
  std::string run_file;
  Given given;  ///< by the command line
};

// false after complaining.
bool take(const Settings& settings, ServeOptions& options, Streams& streams) {
  if (settings.run_file.empty()) return true;
  std::vector<Diagnostic> diagnostics;
  const std::optional<RunFile> file = load_run_file(settings.run_file, diagnostics);
  if (!file) {
    streams.err << render(diagnostics);
    return false;
  }
  const auto lines = apply_run_file(*file, settings.given, options);
  if (!lines.ok()) {
    streams.err << "parley: " << lines.error().text() << "\n";
    return false;
  }
  for (const std::string& line : *lines) streams.err << "parley: note: " << line << "\n";
  return true;
}

void add_network(CLI::App& app, ServeOptions& options) {
  app.add_option("--listen", options.listen, "the IP address on which the mocks listen")
      ->capture_default_str();
  app.add_option("--port", options.ports,
                 "a port of your choice instead of the system's, by a name that is printed at the "
                 "start; may be repeated")
      ->type_name("NAME=NUMBER")
      ->allow_extra_args(false);
  app.add_option("--peer", options.peers,
                 "where a place of the product is: birdy=127.0.0.1:8443. No other address is ever "
                 "contacted; may be repeated")
      ->type_name("NAME=ADDRESS:PORT")
      ->allow_extra_args(false);
  app.add_option("--trust", options.trust,
                 "whose certificates the mocks trust at a --peer; read anew for every connection")
      ->type_name("PEM");
}

void add_files(CLI::App& app, ServeOptions& options) {
  app.add_option("--cast", options.cast,
                 "who is there: a set-up file, or the id of a set-up that Parley carries")
      ->type_name("FILE|ID");
  app.add_option("--env", options.environment, "write all places and names there, for a shell")
      ->type_name("FILE");
  app.add_option("--ca", options.ca, "write the CA certificate there")->type_name("FILE");
  app.add_option("--out", options.out, "keep the record there, for \"parley report\"")
      ->type_name("DIR");
  app.add_option("--wire-overlay", options.wire_overlays,
                 "a file laid over the wire profile; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--scenarios", options.folders,
                 "a folder with set-ups, presets and media of your own; may be repeated")
      ->type_name("DIR")
      ->allow_extra_args(false);
}

}  // namespace

Action add_serve(CLI::App& app) {
  const auto settings = std::make_shared<Settings>();
  settings->given = given_to(app);
  ServeOptions& options = settings->options;
  app.add_option("--run-file", settings->run_file,
                 "what a run file says of the product: its seats, endpoints, trust, overlays, "
                 "scenarios and seed; options win over it")
      ->type_name("FILE");
  app.add_option("--as", settings->side, "the side that the mocks play; the other is the product's")
      ->check(CLI::IsMember({"gatekeeper", "partner"}))
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of all keys and ids: the same seed, the same identities")
      ->capture_default_str();
  add_network(app, options);
  add_files(app, options);
  app.add_flag("--admin", options.admin,
               "an endpoint on the loopback address that shows events, makes mocks act and moves "
               "their clock");
  app.add_flag("--json", options.json, "print JSON, one object a line");
  app.add_flag("--show-bodies", options.show_bodies, "also print what users wrote");
  app.add_flag("--no-frames", options.no_frames,
               "print the stanzas of chat connections, and not also their frames");
  return [settings](Streams& streams) -> int {
    ServeOptions& all = settings->options;
    all.side = settings->side == "partner" ? ServedSide::kPartner : ServedSide::kGatekeeper;
    if (!take(*settings, all, streams)) return kExitUsage;
    all.color = streams.color && ::isatty(STDOUT_FILENO) != 0;
    return serve(all, streams);
  };
}

}  // namespace parley::cli
