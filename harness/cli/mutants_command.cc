#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "harness/base/file.h"
#include "harness/cli/command.h"
#include "harness/cli/embedded_files.h"
#include "harness/cli/mock_cast.h"
#include "harness/cli/session.h"
#include "harness/cli/suite.h"
#include "harness/cli/suite_proof.h"
#include "harness/cli/sweep_command.h"
#include "harness/prove/impostor_trials.h"
#include "harness/prove/kill_matrix.h"
#include "harness/prove/trials.h"
#include "reports/kill_matrix_html.h"
#include "reports/kill_matrix_md.h"

namespace parley::cli {
namespace {

using mocks::quirks::Quirk;
using mocks::quirks::Unshown;

constexpr std::string_view kAccepted = "mocks/quirks/kill-matrix.json";

struct Options {
  SessionOptions session;
  std::vector<std::string> ids;
  std::string format = "text";
  std::string accepted;   ///< a file; empty: the embedded one
  std::string accept;     ///< where to write what was seen
  std::string catalogue;  ///< a file with quirks; empty: the embedded ones
  bool diff = false;
  bool all_variants = false;
  bool sample = false;
};

int complain(Streams& streams, const std::string& text) {
  streams.err << "parley: " << text << "\n";
  return kExitUsage;
}

struct Loaded {
  Suite suite;
  std::vector<Quirk> quirks;
};

std::vector<Quirk> read_catalogue(const Options& options, const Suite& suite,
                                  std::vector<Diagnostic>& diagnostics) {
  if (options.catalogue.empty()) return suite.quirks(diagnostics);
  const auto text = read_text_file(options.catalogue);
  if (text.ok()) return mocks::quirks::read_quirks(options.catalogue, *text, diagnostics);
  diagnostics.push_back({options.catalogue, {}, "unreadable", text.error().text(), "", ""});
  return {};
}

// The suite and the quirks that are asked for, all where none is named; nullopt after complaining.
std::optional<Loaded> load(const Options& options, Streams& streams) {
  std::vector<Diagnostic> diagnostics;
  std::optional<Suite> suite = load_suite({}, diagnostics);
  std::vector<Quirk> all;
  if (suite) all = read_catalogue(options, *suite, diagnostics);
  if (!suite || !diagnostics.empty()) {
    streams.err << render(diagnostics);
    return std::nullopt;
  }
  if (options.ids.empty()) return Loaded{*std::move(suite), std::move(all)};
  std::vector<Quirk> chosen;
  std::vector<std::string> known;
  for (const Quirk& quirk : all) known.push_back(quirk.id);
  for (const std::string& id : options.ids) {
    const auto found = std::ranges::find(all, id, &Quirk::id);
    if (found == all.end()) {
      complain(streams, "no such quirk: " + id);
      if (const std::string hint = did_you_mean(id, known); !hint.empty()) {
        streams.err << "  hint: " << hint << "\n";
      }
      return std::nullopt;
    }
    chosen.push_back(*found);
  }
  return Loaded{*std::move(suite), std::move(chosen)};
}

void show(const Quirk& quirk, std::ostream& out) {
  out << quirk.id << "  " << quirk.summary << "\n\n";
  out << "  who:          " << evidence::to_string(quirk.role) << "\n";
  out << "  requirement:  " << quirk.requirement << "\n";
  out << "  defined in:   " << quirk.file << "\n";
  for (const auto& kill : quirk.kills) {
    out << "  found by:     " << kill.check << ", finding " << kill.finding << "\n";
  }
  for (const auto& collateral : quirk.collateral) {
    out << "  seen also by:";
    for (const std::string& check : collateral.checks) out << " " << check;
    out << "\n    because " << collateral.why << "\n";
  }
  if (!quirk.equivalent.empty()) out << "  found by none: " << quirk.equivalent << "\n";
}

int list(const Options& options, Streams& streams) {
  const auto loaded = load(options, streams);
  if (!loaded) return kExitUsage;
  std::size_t width = 0;
  for (const Quirk& quirk : loaded->quirks) width = std::max(width, quirk.id.size());
  for (const Quirk& quirk : loaded->quirks) {
    streams.out << quirk.id << std::string(width + 2 - quirk.id.size(), ' ') << quirk.summary
                << "\n";
  }
  streams.err << loaded->quirks.size() << " quirks\n";
  return kExitPass;
}

int explain(const Options& options, Streams& streams) {
  const auto loaded = load(options, streams);
  if (!loaded) return kExitUsage;
  for (const Quirk& quirk : loaded->quirks) show(quirk, streams.out);
  return kExitPass;
}

Result<json::object> accepted_matrix(const Options& options) {
  std::string text;
  if (options.accepted.empty()) {
    for (const EmbeddedFile& file : embedded_files()) {
      if (file.path == kAccepted) text = std::string(as_text(file.content));
    }
  } else {
    PARLEY_ASSIGN(text, read_text_file(options.accepted));
  }
  const std::string name = options.accepted.empty() ? std::string(kAccepted) : options.accepted;
  constexpr JsonLimits kLimits{.bytes = 16 * 1024 * 1024, .depth = 16};
  PARLEY_ASSIGN(json::value parsed, parse_json(text, name, kLimits));
  if (!parsed.is_object()) return make_error(ErrorCode::kInvalid, name + " is no JSON object");
  return std::move(parsed.get_object());
}

/// Everything that runs have in common. The suite outlives it.
struct Laboratory {
  scenario::Plan plan;
  std::shared_ptr<const wire::Profile> profile;
  run::CaseEnvironment environment;
  prove::TrialOptions options;
  bool accepts_impostors = false;  ///< the accepted matrix has some
};

// Which test cases show what; nullopt after complaining.
bool set_witnesses(const Options& options, Streams& streams, Laboratory& out) {
  const auto accepted = accepted_matrix(options);
  if (!accepted.ok()) {
    complain(streams, accepted.error().text());
    return false;
  }
  out.accepts_impostors = accepted->contains("impostors");
  out.options.always = prove::witnesses(*accepted);
  if (options.sample) out.options.only = out.options.always;
  return true;
}

// nullopt after complaining.
std::optional<Laboratory> set_up(const Loaded& loaded, const Options& options, Streams& streams) {
  auto plan = scenario::make_plan(loaded.suite.library, options.session.profile, {});
  if (!plan.ok()) {
    complain(streams, plan.error().text());
    return std::nullopt;
  }
  std::vector<Diagnostic> diagnostics;
  auto parsed = loaded.suite.wire_profile(plan->profile->wire, diagnostics);
  if (!parsed) {
    streams.err << render(diagnostics);
    return std::nullopt;
  }
  const Result<TimePoint> start = start_of(options.session);
  if (!start.ok()) {
    complain(streams, start.error().text());
    return std::nullopt;
  }
  const auto profile = std::make_shared<const wire::Profile>(*std::move(parsed));
  static NullLog log;
  Laboratory out{*std::move(plan), profile, {}, {}, false};
  out.environment.seed = options.session.seed;
  out.environment.make_world = world_factory(options.session, *start, log);
  out.environment.media = [&loaded](std::string_view name) { return loaded.suite.media(name); };
  out.options.workers = options.session.workers;
  out.options.all_variants = options.all_variants;
  out.options.make_parties = [profile](mocks::Interceptor& interceptor) {
    return make_parties(profile, {}, &interceptor);
  };
  if (!set_witnesses(options, streams, out)) return std::nullopt;
  if (streams.progress) {
    out.options.progress = [&streams](std::size_t done, std::size_t total) {
      if (done % 20 == 0) streams.err << "\r[" << done << "/" << total << "]" << std::flush;
      if (done == total) streams.err << "\r\x1b[K" << std::flush;
    };
  }
  return out;
}

prove::Trials run_trials(const Loaded& loaded, const Laboratory& laboratory) {
  return prove::run_trials(loaded.suite.library, laboratory.plan, *laboratory.profile,
                           laboratory.environment, loaded.quirks, laboratory.options);
}

int run(const Options& options, Streams& streams) {
  const auto loaded = load(options, streams);
  if (!loaded) return kExitUsage;
  auto laboratory = set_up(*loaded, options, streams);
  if (!laboratory) return kExitUsage;
  laboratory->options.all_variants = true;
  const prove::Trials trials = run_trials(*loaded, *laboratory);
  for (const prove::Trial& trial : trials.trials) {
    streams.out << loaded->quirks[trial.quirk].id << "  " << trial.test_case << "  ";
    if (trial.applied == 0) streams.out << "not applied";
    if (trial.applied > 0 && trial.failures.empty())
      streams.out << "found by none: " << trial.verdict;
    for (const prove::Failure& failure : trial.failures) {
      streams.out << failure.check << "/" << failure.finding
                  << (failure.blames_quirk ? "" : " (another is blamed)") << " ";
    }
    if (!trial.engine_error.empty()) streams.out << "harness: " << trial.engine_error;
    streams.out << "\n";
  }
  const auto matrix = prove::evaluate(loaded->quirks, trials.baseline, trials.trials);
  bool killed = true;
  for (const prove::Row& row : matrix.rows) {
    const bool good =
        row.status == prove::RowStatus::kKilled || row.status == prove::RowStatus::kEquivalent;
    killed = killed && good;
    streams.out << row.quirk << ": " << to_string(row.status) << "\n";
    for (const std::string& complaint : row.complaints) streams.out << "  " << complaint << "\n";
  }
  return killed ? kExitPass : kExitFail;
}

void print_unshown(const prove::KillMatrix& matrix, std::span<const Unshown> declared,
                   std::ostream& out) {
  if (matrix.unshown.empty()) return;
  out << matrix.baseline.checks.size() - matrix.unshown.size() << " of "
      << matrix.baseline.checks.size() << " checks of scenarios were seen failing; not:\n";
  for (const std::string& check : matrix.unshown) {
    const auto reason = std::ranges::find(declared, check, &Unshown::check);
    out << "  " << check << (reason == declared.end() ? "" : ": " + reason->why) << "\n";
  }
}

void print_text(const prove::KillMatrix& matrix, std::span<const Unshown> declared,
                std::ostream& out) {
  for (const prove::Row& row : matrix.rows) {
    const bool as_declared =
        row.status == prove::RowStatus::kKilled || row.status == prove::RowStatus::kEquivalent;
    if (row.complaints.empty() && as_declared) continue;
    out << row.quirk << ": " << to_string(row.status) << ", " << row.runs << " runs, applied in "
        << row.applied << "\n";
    for (const std::string& complaint : row.complaints) out << "  " << complaint << "\n";
  }
  for (const std::string& trouble : matrix.baseline.troubles) {
    out << "without any quirk: " << trouble << "\n";
  }
  for (const std::string& check : matrix.unkilled) out << check << ": no quirk shows it failing\n";
  for (const prove::ImpostorRow& row : matrix.impostors) {
    for (const std::string& test_case : row.green) {
      out << row.impostor << ": passes " << test_case << "\n";
    }
    for (const std::string& why : row.stopped) {
      out << row.impostor << ": the harness stopped in " << why << "\n";
    }
  }
  print_unshown(matrix, declared, out);
  for (const auto& group : matrix.alike) {
    out << "killed by the same quirks:";
    for (const std::string& check : group) out << " " << check;
    out << "\n";
  }
}

// The same JSON with a line for each row, so that a change of it can be read.
std::string by_rows(const json::object& matrix) {
  std::string out;
  for (const auto& [name, value] : matrix) {
    out += (out.empty() ? "{\n" : ",\n") + canonical(json::value(name)) + ": ";
    const json::array* list = value.if_array();
    const bool rows = list != nullptr && !list->empty() && list->front().is_object();
    if (!rows) {
      out += canonical(value);
      continue;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
      out += (i == 0 ? "[\n" : ",\n") + canonical((*list)[i]);
    }
    out += "]";
  }
  return out + "}\n";
}

// The matrix in the format that is asked for; nullopt for the plain list of what is wrong.
std::optional<std::string> rendered(const Options& options, const Loaded& loaded,
                                    const prove::KillMatrix& seen,
                                    std::span<const mocks::quirks::Separation> separations,
                                    std::span<const Unshown> unshown) {
  if (options.format == "json") return canonical(prove::to_json(seen)) + "\n";
  std::vector<Diagnostic> read;
  const std::vector<prove::Excuse> excuses = loaded.suite.excuses(read);
  const auto proof = [&] { return proof_of(seen, loaded.quirks, separations, excuses, unshown); };
  if (options.format == "md") return reports::render_kill_matrix_md(proof());
  if (options.format == "html") return reports::render_kill_matrix_html(proof());
  return std::nullopt;
}

bool is_usual_seed(const Options& options) { return options.session.seed == SessionOptions().seed; }

// Of a sample, of somebody else's quirks, or of other delays nobody expects that they show every
// check.
bool shows_all_checks(const Options& options) {
  return !options.sample && options.catalogue.empty() && is_usual_seed(options);
}

int matrix(const Options& options, Streams& streams) {
  const auto loaded = load(options, streams);
  if (!loaded) return kExitUsage;
  std::vector<Diagnostic> diagnostics;
  const std::vector<prove::Excuse> excuses = loaded->suite.excuses(diagnostics);
  if (!diagnostics.empty()) {
    streams.err << render(diagnostics);
    return kExitUsage;
  }
  auto laboratory = set_up(*loaded, options, streams);
  if (!laboratory) return kExitUsage;
  laboratory->options.seats = !options.sample;
  const prove::Trials trials = run_trials(*loaded, *laboratory);
  prove::KillMatrix seen = prove::evaluate(loaded->quirks, trials.baseline, trials.trials);
  // A sample tries what the accepted matrix speaks of.
  if (!options.sample || laboratory->accepts_impostors) {
    seen.impostors =
        prove::run_impostors(loaded->suite.library, laboratory->plan, *laboratory->profile,
                             laboratory->environment, excuses, laboratory->options);
  }
  for (const prove::ImpostorRow& row : seen.impostors) seen.runs += row.runs;
  const auto separations = loaded->suite.separations(diagnostics);
  const auto unshown = loaded->suite.unshown(diagnostics);
  if (!diagnostics.empty()) return complain(streams, render(diagnostics));
  seen.alike = prove::unexplained(seen, separations);
  const std::string json = canonical(prove::to_json(seen));
  if (!options.accept.empty()) {
    if (const Status written = write_file_atomically(options.accept, by_rows(prove::to_json(seen)));
        !written.ok()) {
      return complain(streams, written.error().text());
    }
  }
  if (const auto text = rendered(options, *loaded, seen, separations, unshown)) {
    streams.out << *text;
  } else {
    print_text(seen, unshown, streams.out);
  }
  std::vector<std::string> drifted;
  if (shows_all_checks(options)) drifted = prove::undeclared(seen, unshown);
  if (options.diff) {
    const auto accepted = accepted_matrix(options);
    if (!accepted.ok()) return complain(streams, accepted.error().text());
    const auto compared =
        is_usual_seed(options) ? prove::Compared::kEverything : prove::Compared::kNamedKills;
    for (std::string& line : prove::differences(*accepted, prove::to_json(seen), compared)) {
      drifted.push_back(std::move(line));
    }
  }
  for (const std::string& line : drifted) streams.err << line << "\n";
  (options.format == "text" ? streams.out : streams.err)
      << prove::extent(seen) << "\n"
      << prove::summary(seen) << "\n";
  return seen.sound() && drifted.empty() ? kExitPass : kExitFail;
}

void add_running(CLI::App& app, Options& options) {
  app.add_option("--catalogue", options.catalogue,
                 "a file with quirks of your own, in place of the built-in ones")
      ->type_name("FILE");
  app.add_option("--profile", options.session.profile, "whose test cases")->capture_default_str();
  app.add_option("--seed", options.session.seed, "the same seed gives the same matrix")
      ->capture_default_str();
  app.add_option("--workers", options.session.workers, "runs at the same time")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
}

}  // namespace

Action add_mutants(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  const auto chosen = std::make_shared<int (*)(const Options&, Streams&)>(list);
  CLI::App* sweeping = app.add_subcommand("sweep", "run the test cases with one fault at a time");
  const Action sweep = add_sweep(*sweeping);
  const auto command = [&](const char* name, const char* summary,
                           int (*perform)(const Options&, Streams&)) {
    CLI::App* sub = app.add_subcommand(name, summary);
    sub->callback([chosen, perform] { *chosen = perform; });
    return sub;
  };
  app.require_subcommand(1);
  command("list", "list the quirks", list);
  command("explain", "say what a quirk does and who must find it", explain)
      ->add_option("id", options->ids, "ids of quirks")
      ->required();
  CLI::App* one =
      command("run", "run the test cases in which a quirk finds something to change", run);
  one->add_option("id", options->ids, "ids of quirks")->required();
  one->add_flag("--sample", options->sample,
                "only the test cases that show what the accepted matrix says");
  add_running(*one, *options);
  CLI::App* all = command("matrix", "run all of them, and hold the outcome to the rules", matrix);
  add_running(*all, *options);
  all->add_option("--format", options->format, "text, json, md or html")
      ->check(CLI::IsMember({"text", "json", "md", "html"}))
      ->capture_default_str();
  CLI::Option* diff =
      all->add_flag("--diff", options->diff, "fail where the matrix is not the accepted one");
  all->add_flag("--all-variants", options->all_variants,
                "every variant of a scenario, not a few for each quirk");
  all->add_flag("--sample", options->sample,
                "only the test cases that show what the accepted matrix says")
      ->excludes(diff);
  all->add_option("--accepted", options->accepted,
                  "the accepted matrix (default: the one built in)")
      ->type_name("FILE");
  all->add_option("--accept", options->accept, "write what was seen as the accepted matrix")
      ->type_name("FILE");
  return [options, chosen, sweep, sweeping](Streams& streams) {
    return sweeping->parsed() ? sweep(streams) : (*chosen)(*options, streams);
  };
}

}  // namespace parley::cli
