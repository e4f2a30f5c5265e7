#include "harness/cli/run_file_option.h"

#include <CLI/CLI.hpp>
#include <ostream>
#include <utility>

#include "harness/cli/run_file_keys.h"

namespace parley::cli {
namespace {

// Where the values of the table's keys go.
struct Target {
  std::string_view key;
  std::string SessionOptions::* text = nullptr;
  std::vector<std::string> SessionOptions::* list = nullptr;
};

constexpr Target kTargets[] = {{"profile", &SessionOptions::profile},
                               {"mode", &SessionOptions::mode},
                               {"network", &SessionOptions::network},
                               {"addressing", &SessionOptions::addressing},
                               {"as_of", &SessionOptions::as_of},
                               {"identification", &SessionOptions::identification},
                               {"waivers", &SessionOptions::waivers},
                               {"keys", &SessionOptions::keys},
                               {"trust", &SessionOptions::trust},
                               {"ledger", &SessionOptions::ledger},
                               {"nonce", &SessionOptions::nonce},
                               {"registers", nullptr, &SessionOptions::registers},
                               {"wire_overlays", nullptr, &SessionOptions::wire_overlays}};

void take(const RunFile& file, const RunFileKey& key, SessionOptions& session,
          std::vector<std::string>& folders) {
  if (key.name == "seed") session.seed = *file.seed;
  if (key.name == "workers") session.workers = *file.workers;
  if (key.name == "scenarios") folders = file.scenarios;
  for (const Target& target : kTargets) {
    if (target.key != key.name) continue;
    if (target.text != nullptr) session.*target.text = file.*key.text;
    if (target.list != nullptr) session.*target.list = file.*key.list;
  }
}

}  // namespace

std::string won(std::string_view option, std::string_view key, const RunFile& file) {
  return std::string(option) + " of the command line wins over \"" + std::string(key) + "\" in " +
         file.name;
}

std::vector<std::string> apply_run_file(const RunFile& file, const Given& given,
                                        SessionOptions& session,
                                        std::vector<std::string>& folders) {
  std::vector<std::string> out;
  for (const RunFileKey& key : run_file_keys()) {
    if (key.option.empty() || !is_stated(file, key)) continue;
    if (given(key.option)) {
      out.push_back(won(key.option, key.name, file));
    } else {
      take(file, key, session, folders);
    }
  }
  if (!file.seats.empty() && given("--driver")) {
    out.push_back(won("--driver", "seats", file));
  } else {
    for (const RunFileSeat& one : file.seats) {
      const bool dials_in = !one.websocket.empty();
      session.drivers.push_back(one.seat + "=" +
                                (dials_in ? "ws://" + one.websocket : one.command));
    }
  }
  session.addresses = file.addresses;
  session.run_file = judge::RunFileReference{file.name, file.digest};
  session.claim = file.claim;
  session.ixit = file.stated_ixit();
  return out;
}

Given given_to(const CLI::App& app) {
  return [&app](std::string_view name) {
    const CLI::Option* option = app.get_option_no_throw(std::string(name));
    return option != nullptr && option->count() > 0;
  };
}

bool take_run_file(const std::string& path, const Given& given, SessionOptions& session,
                   std::vector<std::string>& folders, Streams& streams) {
  if (path.empty()) return true;
  std::vector<Diagnostic> diagnostics;
  const std::optional<RunFile> file = load_run_file(path, diagnostics);
  if (!file) {
    streams.err << render(diagnostics);
    return false;
  }
  for (const std::string& line : apply_run_file(*file, given, session, folders)) {
    streams.err << "parley: note: " << line << "\n";
  }
  const Status usable = take_secrets(*file, process_environment(), session);
  if (usable.ok()) return true;
  streams.err << "parley: " << at(path, usable.error()).text() << "\n";
  return false;
}

Status take_secrets(const RunFile& file, const Environment& environment, SessionOptions& session) {
  const auto take = [&](const std::optional<SecretReference>& reference, std::string& into) {
    if (!reference) return Status();
    Result<std::string> found = resolve(*reference, environment, file.folder);
    if (!found.ok()) return Status(std::move(found).error());
    into = *std::move(found);
    return Status();
  };
  for (const RunFileSeat& one : file.seats) {
    if (one.token) PARLEY_TRY(take(one.token, session.driver_tokens[one.seat]));
  }
  for (const RunFileAccount& one : file.accounts) {
    driver::DriverAccount account{one.identifier, {}, {}};
    PARLEY_TRY(take(one.password, account.password));
    PARLEY_TRY(take(one.token, account.token));
    session.accounts[one.id] = std::move(account);
  }
  return {};
}

}  // namespace parley::cli
