#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <ostream>

#include "harness/base/file.h"
#include "harness/cli/command.h"
#include "harness/cli/driver_option.h"
#include "harness/cli/run_file_schema.h"

namespace parley::cli {
namespace {

struct Options {
  std::string out = "run.yaml";
  std::string seat;
};

int init(const Options& options, Streams& streams) {
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::symlink_status(options.out, error))) {
    streams.err
        << "parley: " << options.out
        << " is there already, and may hold somebody's answers; name another file (--out)\n";
    return kExitUsage;
  }
  const Status written = write_file_atomically(options.out, run_file_template(options.seat));
  if (!written.ok()) {
    streams.err << "parley: " << at("--out", written.error()).text() << "\n";
    return kExitUsage;
  }
  streams.out << "wrote " << options.out << "; fill it in, then: parley run --run-file "
              << options.out << " --out out\n";
  return kExitPass;
}

}  // namespace

Action add_init(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("--out", options->out, "the file; it must not be there")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_option("--seat", options->seat,
                 "the seat that the product holds (default: mocks hold all)")
      ->check(CLI::IsMember(drivable_seat_names()));
  return [options](Streams& streams) { return init(*options, streams); };
}

}  // namespace parley::cli
