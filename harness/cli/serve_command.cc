#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "harness/cli/command.h"
#include "harness/cli/serve.h"

namespace parley::cli {
namespace {

struct Given {
  ServeOptions options;
  std::string side = "gatekeeper";
};

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
  const auto given = std::make_shared<Given>();
  ServeOptions& options = given->options;
  app.add_option("--as", given->side, "the side that the mocks play; the other is the product's")
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
  return [given](Streams& streams) {
    ServeOptions& all = given->options;
    all.side = given->side == "partner" ? ServedSide::kPartner : ServedSide::kGatekeeper;
    all.color = streams.color && ::isatty(STDOUT_FILENO) != 0;
    return serve(all, streams);
  };
}

}  // namespace parley::cli
