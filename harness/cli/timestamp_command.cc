#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <vector>

#include "harness/base/file.h"
#include "harness/cli/command.h"
#include "harness/crypto/hash.h"
#include "harness/crypto/time_stamp.h"
#include "harness/evidence/bundle.h"
#include "harness/evidence/zip_archive.h"

namespace parley::cli {
namespace {

constexpr std::size_t kMaxBundle = std::size_t{1} << 30;
constexpr std::size_t kMaxResponse = 256 * 1024;

struct Options {
  std::string bundle;
  std::string query;
  std::string response;
  std::string out;
};

Result<BytesView> envelope_of(const std::vector<evidence::ZipEntry>& entries) {
  const auto envelope = evidence::find_entry(entries, evidence::kEnvelopeFile);
  if (envelope) return *envelope;
  return make_error(ErrorCode::kInvalid, "is not in the bundle",
                    std::string(evidence::kEnvelopeFile));
}

/// What was done, for people.
Result<std::string> ask(const Options& options, const std::vector<evidence::ZipEntry>& entries) {
  PARLEY_ASSIGN(const BytesView envelope, envelope_of(entries));
  PARLEY_TRY(
      write_file_atomically(options.query, crypto::time_stamp_query(crypto::sha256(envelope))));
  return "query: " + options.query +
         " is for a time stamping authority; its answer goes back in by --response\n";
}

Result<std::string> add(const Options& options, std::vector<evidence::ZipEntry> entries) {
  const std::string name(evidence::kTimeStampFile);
  PARLEY_ASSIGN(const BytesView envelope, envelope_of(entries));
  if (evidence::find_entry(entries, name)) {
    return make_error(ErrorCode::kInvalid, "the bundle has one already", name);
  }
  PARLEY_ASSIGN(const Bytes response, read_file(options.response, kMaxResponse));
  const auto stamp = crypto::read_time_stamp(response, crypto::sha256(envelope));
  if (!stamp.ok()) return at("--response", stamp.error());
  entries.push_back({name, response});
  PARLEY_ASSIGN(const Bytes archive, evidence::write_zip(entries));
  const std::string& out = options.out.empty() ? options.bundle : options.out;
  PARLEY_TRY(write_file_atomically(out, archive));
  return "stamped: " + utc_text(stamp->time) + ", says \"" + stamp->authority +
         "\"; \"parley verify --tsa\" says whether it is to be believed\nbundle: " + out + "\n";
}

Result<std::string> stamp(const Options& options) {
  PARLEY_ASSIGN(const Bytes archive, read_file(options.bundle, kMaxBundle));
  auto entries = evidence::read_zip(archive);
  if (!entries.ok()) return at(options.bundle, std::move(entries).error());
  return options.query.empty() ? add(options, *std::move(entries)) : ask(options, *entries);
}

}  // namespace

Action add_timestamp(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("bundle", options->bundle, "a bundle, from \"parley bundle\"")
      ->type_name("BUNDLE")
      ->required();
  CLI::Option* query =
      app.add_option("--query", options->query, "write the query for an authority (RFC 3161)")
          ->type_name("FILE.tsq");
  CLI::Option* response =
      app.add_option("--response", options->response, "put the authority's answer in")
          ->type_name("FILE.tsr");
  query->excludes(response);
  app.add_option("--out", options->out, "the stamped bundle (default: in place of the other)")
      ->type_name("FILE")
      ->needs(response);
  return [options](Streams& streams) {
    if (options->query.empty() && options->response.empty()) {
      streams.err << "parley: say --query or --response\n";
      return static_cast<int>(kExitUsage);
    }
    const Result<std::string> done = stamp(*options);
    if (done.ok()) {
      streams.out << *done;
      return static_cast<int>(kExitPass);
    }
    streams.err << "parley: " << done.error().text() << "\n";
    return static_cast<int>(kExitUsage);
  };
}

}  // namespace parley::cli
