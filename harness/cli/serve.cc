#include "harness/cli/serve.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/base/file.h"
#include "harness/cli/console_line.h"
#include "harness/cli/mock_cast.h"
#include "harness/cli/output_folder.h"
#include "harness/cli/serve_plan.h"
#include "harness/cli/served_admin.h"
#include "harness/cli/served_places.h"
#include "harness/cli/served_record.h"
#include "harness/cli/served_session.h"
#include "harness/cli/served_stage.h"
#include "harness/crypto/system_random.h"
#include "harness/evidence/bundle.h"
#include "harness/evidence/transcript.h"
#include "harness/net/http.h"
#include "harness/net/process_events.h"
#include "mocks/cast/test_root.h"
#include "reports/html.h"

namespace parley::cli {
namespace {

namespace fs = std::filesystem;

/// How often the console and the folder get what was recorded.
constexpr std::chrono::milliseconds kFlush(50);
/// A report with every record of more than this would be of no use to anybody.
constexpr std::size_t kMaxReported = 32 * 1024 * 1024;

class StreamLog final : public Log {
 public:
  explicit StreamLog(std::ostream& to) : to_(to) {}
  void write(LogLevel level, std::string_view message) override {
    if (level >= LogLevel::kWarning) to_ << "parley: " << terminal_text(message) << "\n";
  }

 private:
  std::ostream& to_;
};

// A folder of the session's own for the CA file, where the options name no better place.
class OwnFolder {
 public:
  OwnFolder() = default;
  ~OwnFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  OwnFolder(const OwnFolder&) = delete;
  OwnFolder& operator=(const OwnFolder&) = delete;

  Result<fs::path> make() {
    std::error_code ec;
    std::string name = (fs::temp_directory_path(ec) / "parley-serve-XXXXXX").string();
    if (ec || ::mkdtemp(name.data()) == nullptr) {
      return make_error(ErrorCode::kIo, "cannot be made; name a place with --ca", name);
    }
    path_ = name;
    return path_;
  }

 private:
  fs::path path_;
};

class Serving {
 public:
  Serving(const ServeOptions& options, const ServePlan& plan, net::World& world,
          OutputFolder* folder, Streams& streams)
      : options_(options),
        plan_(plan),
        world_(world),
        streams_(streams),
        recorder_(world.clock()),
        stage_(world, recorder_, [&plan](std::string_view name) { return plan.suite.media(name); }),
        record_(world.clock(), recorder_, folder,
                [this](const evidence::Record& record) { show(record); }) {}

  /// Until a signal comes, or the record cannot be kept any more.
  net::awaitable<Status> stand_by();
  /// What is left to record, once the World was shut down.
  Status close() {
    stage_.clear();
    return flush();
  }

  const ServedRecord& record() const { return record_; }
  bool stood() const { return stood_; }  ///< whether it ever stood by

 private:
  void show(const evidence::Record& record);
  Status flush();
  Result<std::string> write_ca();
  Result<Standing> standing();
  Status announce();
  Status open_admin();
  net::awaitable<void> begin_cast();
  net::awaitable<void> keep_flushing();
  net::awaitable<void> await_signal();
  void end() {
    ended_ = true;
    end_.notify();
  }

  const ServeOptions& options_;
  const ServePlan& plan_;
  net::World& world_;
  Streams& streams_;
  OwnFolder own_folder_;
  evidence::Recorder recorder_;
  ServedStage stage_;
  ServedRecord record_;
  std::string token_;
  std::optional<ServedAdmin> admin_;
  net::Notifier end_{world_};
  bool ended_ = false;
  bool stood_ = false;
};

void Serving::show(const evidence::Record& record) {
  if (options_.no_frames && record.tap == evidence::Tap::kNoise) return;
  if (options_.json) {
    streams_.out << canonical(console_json(record, options_.show_bodies)) << "\n";
  } else {
    const ConsoleStyle style{.color = options_.color, .show_bodies = options_.show_bodies};
    streams_.out << console_line(record, style) << "\n";
  }
}

Status Serving::flush() {
  const Status kept = record_.flush();
  streams_.out << std::flush;
  return kept;
}

Result<std::string> Serving::write_ca() {
  fs::path path = options_.ca;
  if (path.empty() && !options_.out.empty()) path = fs::path(options_.out) / "ca.pem";
  if (path.empty()) {
    PARLEY_ASSIGN(const fs::path folder, own_folder_.make());
    path = folder / "ca.pem";
  }
  PARLEY_TRY(write_file_atomically(path, world_.network().ca_pem()));
  std::error_code ec;
  const fs::path absolute = fs::absolute(path, ec);
  return ec ? path.string() : absolute.string();
}

Result<Standing> Serving::standing() {
  Standing out;
  out.side = options_.side;
  out.seed = options_.seed;
  out.noise_root = hex(mocks::chat_test_root_public());
  PARLEY_ASSIGN(out.ca_file, write_ca());
  for (const ServedPlace& place : places_of(plan_.cast, options_.side)) {
    out.places.push_back({place, world_.network().external_address(place.address)});
  }
  if (admin_) {
    out.admin = "http://" + world_.network().external_address(kAdminPlace);
    out.admin_token = token_;
  }
  return out;
}

Status Serving::announce() {
  PARLEY_ASSIGN(const Standing all, standing());
  const Variables variables = environment_of(all, plan_.cast);
  if (!options_.environment.empty()) {
    const Status written = write_file_atomically(options_.environment, environment_text(variables));
    if (!written.ok()) return at("--env", written.error());
  }
  if (options_.json) {
    streams_.out << canonical(announcement_json(all, variables)) << "\n" << std::flush;
    return {};
  }
  streams_.out << announcement(all, plan_.served);
  if (options_.environment.empty()) {
    streams_.out << "\n" << environment_text(variables);
  } else {
    streams_.out << "\nthe environment file is " << terminal_text(options_.environment) << "\n";
  }
  streams_.out << "\nCtrl-C ends it. What passes:\n" << std::flush;
  return {};
}

Status Serving::open_admin() {
  if (!options_.admin) return {};
  crypto::SystemRandom random;
  token_ = hex(random.bytes(24));
  PARLEY_ASSIGN(std::shared_ptr<net::Listener> listener,
                world_.network().listen(kAdminPlace, net::Security::kPlain));
  admin_.emplace(world_, stage_, record_, token_);
  const net::HttpHandler handler = [this](net::HttpRequest request) {
    return admin_->answer(std::move(request));
  };
  world_.spawn(net::http_serve(world_, std::move(listener), handler, ServedAdmin::limits()));
  return {};
}

// What does not go as the cast says is told, and ends nothing: a product may be late.
net::awaitable<void> Serving::begin_cast() {
  for (const scenario::Operation& step : plan_.served.steps) {
    const Result<json::object> done =
        co_await stage_.perform(step.actor, step.operation, step.arguments);
    if (!done.ok()) {
      world_.log().warning(step.actor + " could not " + step.operation + ": " +
                           done.error().text());
    }
  }
}

net::awaitable<void> Serving::keep_flushing() {
  while (!ended_) {
    co_await net::wait_in_real_time(world_, kFlush);
    if (!flush().ok()) end();
  }
}

net::awaitable<void> Serving::await_signal() {
  co_await net::wait_for_signal(world_, {SIGINT, SIGTERM});
  end();
}

net::awaitable<Status> Serving::stand_by() {
  world_.spawn(await_signal());
  co_await world_.wait_until(world_.now());  // from here on no signal is missed
  PARLEY_CO_TRY(stage_.enter(plan_.served.actors, options_.side, make_parties(plan_.profile, {})));
  PARLEY_CO_TRY(co_await stage_.begin());
  PARLEY_CO_TRY(open_admin());
  PARLEY_CO_TRY(announce());
  stood_ = true;
  world_.spawn(keep_flushing());
  world_.spawn(begin_cast());
  while (!ended_) co_await end_.wait();
  co_await stage_.finish();
  co_return Status();
}

// The session as it was kept, with its report.
Status write_session(const OutputFolder& folder, const fs::path& out, const ServePlan& plan,
                     judge::RunInfo info, const ServedRecord& record, TimePoint ended) {
  info.ended = ended;
  info.state = judge::RunState::kComplete;
  info.transcript_digest = record.transcript_digest();
  const judge::RunResult result = session_result(
      plan.suite, std::move(info), session_case(record.started(), ended, record.records()));
  std::vector<evidence::Record> records;
  struct NoDamage final : evidence::CorruptionSink {
    void corruption(std::size_t, std::size_t, const Error&) override {}
  } ignored;
  evidence::TranscriptReader reader(
      [&](std::string_view, evidence::Record one) { records.push_back(std::move(one)); }, ignored);
  if (const auto text = read_text_file(out / evidence::kTranscriptFile, kMaxReported); text.ok()) {
    reader.text(*text);
  }
  const reports::CaseSection section =
      reports::render_case_html(result.cases.front(), result.run, records);
  return folder.write(result, {section}, plan.proof);
}

int complain(const Error& error, int code, Streams& streams) {
  streams.err << "parley: " << error.text() << "\n";
  return code;
}

// Opens the folder, which says from then on that the session was interrupted.
Result<std::optional<OutputFolder>> begin_folder(const ServeOptions& options, const ServePlan& plan,
                                                 const judge::RunInfo& info) {
  if (options.out.empty()) return std::optional<OutputFolder>();
  Result<OutputFolder> folder = OutputFolder::open(options.out);
  if (!folder.ok()) return at("--out", std::move(folder).error());
  const judge::RunResult planned =
      session_result(plan.suite, info, session_case(info.started, info.started, 0));
  const Status begun = folder->begin(planned, {}, std::nullopt);
  if (!begun.ok()) return at("--out", begun.error());
  return std::optional<OutputFolder>(*std::move(folder));
}

}  // namespace

int serve(const ServeOptions& options, Streams& streams) {
  const std::optional<ServePlan> plan = plan_serve(options, streams);
  if (!plan) return kExitUsage;
  StreamLog log(streams.err);
  const auto start = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  auto world = net::make_open_world({.seed = options.seed, .start = start}, plan->network, log);
  if (!world.ok()) return complain(world.error(), kExitUsage, streams);
  const judge::RunInfo info = session_info(plan->suite,
                                           {.seed = options.seed,
                                            .started = start,
                                            .side = to_string(options.side),
                                            .wire_profile = plan->profile->id(),
                                            .wire_overlays = plan->overlays},
                                           plan->proof);
  Result<std::optional<OutputFolder>> folder = begin_folder(options, *plan, info);
  if (!folder.ok()) return complain(folder.error(), kExitUsage, streams);
  OutputFolder* const kept = folder->has_value() ? &**folder : nullptr;

  Serving serving(options, *plan, **world, kept, streams);
  const Status stood = net::run(**world, serving.stand_by());
  (*world)->shutdown();
  const TimePoint ended = (*world)->now();
  const Status flushed = serving.close();
  if (!stood.ok()) {
    return complain(stood.error(), serving.stood() ? kExitHarness : kExitUsage, streams);
  }
  if (!flushed.ok()) return complain(at("--out", flushed.error()), kExitHarness, streams);
  if (kept != nullptr) {
    const Status written = write_session(*kept, options.out, *plan, info, serving.record(), ended);
    if (!written.ok()) return complain(at("--out", written.error()), kExitHarness, streams);
  }
  if (!options.json) {
    streams.out << "parley serve: ended after " << serving.record().records() << " records";
    if (kept != nullptr) streams.out << "; \"parley report " << options.out << "\" shows them";
    streams.out << "\n";
  }
  return kExitPass;
}

}  // namespace parley::cli
