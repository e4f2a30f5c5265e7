#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <set>

#include "harness/attest/replay.h"
#include "harness/attest/selection.h"
#include "harness/cli/command.h"
#include "harness/cli/overlaid_profile.h"
#include "harness/cli/run_source.h"
#include "harness/cli/served_session.h"
#include "harness/cli/suite.h"
#include "harness/run/observability.h"
#include "reports/plain_text.h"

namespace parley::cli {
namespace {

struct Options {
  std::string run;
  std::string test_case;
  std::vector<std::string> folders;
  std::vector<std::string> overlays;
};

class Replay {
 public:
  Replay(const RunSource& source, const Suite& suite, const scenario::Plan& plan,
         const wire::Profile& profile, std::string only, Streams& streams)
      : source_(source),
        suite_(suite),
        plan_(plan),
        profile_(profile),
        only_(std::move(only)),
        streams_(streams) {}

  void take(std::string_view id, std::span<const evidence::Record> records) {
    if (!only_.empty() && id != only_) return;
    const auto stated = std::ranges::find(source_.result.cases, id, &judge::CaseResult::id);
    const auto planned = std::ranges::find_if(
        plan_.cases, [&](const scenario::PlannedCase& one) { return one.test_case->id == id; });
    if (stated == source_.result.cases.end() || !stated->verdict || planned == plan_.cases.end()) {
      differ(id, {"has records, and is not stated as executed, or not planned"});
      return;
    }
    seen_.insert(stated->id);
    const attest::Replayed replayed =
        attest::replay_case(*stated, *planned, records, suite_.library, profile_,
                            run::driven_seats_of(source_.result.run));
    streams_.out << judge::to_string(*replayed.judged.verdict) << "  " << reports::one_line(id)
                 << "\n";
    if (!replayed.differences.empty()) differ(id, replayed.differences);
  }

  // Executed cases without a single record were not judged at all above.
  void finish() {
    for (const judge::CaseResult& one : source_.result.cases) {
      if (!one.verdict || seen_.contains(one.id)) continue;
      if (only_.empty() || one.id == only_) take(one.id, {});
    }
  }

  std::size_t judged() const { return seen_.size(); }
  std::size_t different() const { return different_; }

 private:
  void differ(std::string_view id, const std::vector<std::string>& lines) {
    ++different_;
    streams_.out << "differs  " << reports::one_line(id) << "\n";
    for (const std::string& line : lines) {
      streams_.out << "    " << reports::one_line(line) << "\n";
    }
  }

  const RunSource& source_;
  const Suite& suite_;
  const scenario::Plan& plan_;
  const wire::Profile& profile_;
  const std::string only_;
  Streams& streams_;
  std::set<std::string, std::less<>> seen_;
  std::size_t different_ = 0;
};

Status replay_all(const Options& options, const Suite& suite, const RunSource& source,
                  Streams& streams, std::size_t& different) {
  if (!source.has_records) {
    return make_error(ErrorCode::kNotFound,
                      "there are no records to judge: the run was killed, or this is the public "
                      "edition of a bundle",
                      options.run);
  }
  if (is_served_session(source.result)) {
    return make_error(ErrorCode::kUnsupported,
                      "is of \"parley serve\", which judged nothing; \"parley report\" shows it",
                      options.run);
  }
  PARLEY_ASSIGN(const scenario::Plan plan,
                attest::plan_of_selection(source.selection, suite.library));
  std::vector<Diagnostic> diagnostics;
  const auto wire = load_profile(suite, plan.profile->wire, options.overlays, diagnostics);
  if (!wire) return make_error(ErrorCode::kInvalid, render(diagnostics));
  Replay replay(source, suite, plan, *wire->profile, options.test_case, streams);
  PARLEY_TRY(source.each_case([&](std::string_view id, std::span<const evidence::Record> records) {
    replay.take(id, records);
  }));
  replay.finish();
  if (!options.test_case.empty() && replay.judged() == 0) {
    std::vector<std::string> ids;
    for (const judge::CaseResult& one : source.result.cases) ids.push_back(one.id);
    return make_error(ErrorCode::kNotFound, "the run has no executed test case \"" +
                                                options.test_case + "\"; " +
                                                did_you_mean(options.test_case, ids));
  }
  different = replay.different();
  streams.out << "judged anew: " << replay.judged() << ", different: " << different << "\n";
  return {};
}

int replay(const Options& options, Streams& streams) {
  std::vector<Diagnostic> diagnostics;
  const std::optional<Suite> suite = load_suite(options.folders, diagnostics);
  if (!suite) {
    streams.err << render(diagnostics);
    return kExitUsage;
  }
  const Result<RunSource> source = read_run_source(options.run);
  if (!source.ok()) {
    streams.err << "parley: " << source.error().text() << "\n";
    return kExitUsage;
  }
  if (!source->note.empty()) streams.err << "parley: note: " << source->note << "\n";
  if (source->result.run.catalogue_digest != suite->digest) {
    streams.err << "parley: note: the run was made with another catalogue; what differs may come "
                   "from that\n";
  }
  std::size_t different = 0;
  const Status replayed = replay_all(options, *suite, *source, streams, different);
  if (!replayed.ok()) {
    streams.err << "parley: " << replayed.error().text() << "\n";
    return kExitUsage;
  }
  return different == 0 ? kExitPass : kExitFail;
}

}  // namespace

Action add_replay(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("run", options->run, "a folder of \"parley run --out\", or a confidential bundle")
      ->type_name("RUN|BUNDLE")
      ->required();
  app.add_option("case", options->test_case, "one test case (default: all that were executed)");
  app.add_option("--scenarios", options->folders,
                 "a folder with scenarios that the run was made with; may be repeated")
      ->type_name("DIR")
      ->allow_extra_args(false);
  app.add_option("--wire-overlay", options->overlays,
                 "an overlay that the run was made with; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  return [options](Streams& streams) { return replay(*options, streams); };
}

}  // namespace parley::cli
