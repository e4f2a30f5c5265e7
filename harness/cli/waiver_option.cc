#include "harness/cli/waiver_option.h"

#include <chrono>
#include <utility>

#include "harness/attest/selection.h"
#include "harness/base/clock.h"
#include "harness/base/encoding.h"
#include "harness/base/file.h"
#include "harness/base/yaml.h"
#include "harness/crypto/hash.h"
#include "harness/judge/rollup.h"
#include "harness/judge/waiver_file.h"
#include "harness/run/catalogue_plan.h"
#include "harness/scenario/in_force.h"

namespace parley::cli {

std::optional<WaiverFile> load_waivers(const std::string& path, const std::string& as_of,
                                       const scenario::Library& library,
                                       std::vector<Diagnostic>& diagnostics) {
  WaiverFile out;
  if (path.empty()) return out;
  const std::size_t before = diagnostics.size();
  Result<std::string> text = read_text_file(path);
  if (!text.ok()) {
    diagnostics.push_back({path, {}, "unreadable", text.error().message, {}, {}});
    return std::nullopt;
  }
  out.digest = hex(crypto::sha256(as_bytes(*text)));
  const auto file = parse_yaml(path, *std::move(text), diagnostics);
  if (file) judge::read_waivers(*file, library, out.waivers, diagnostics);
  const Result<TimePoint> day =
      as_of.empty() ? std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now())
                    : parse_date(as_of);
  if (!day.ok()) diagnostics.push_back({"--as-of", {}, "bad-date", day.error().message, {}, {}});
  if (diagnostics.size() != before) return std::nullopt;
  out.day = scenario::date_text(*day);
  return out;
}

Result<judge::RunResult> with_waivers(const RunSource& source, const Suite& suite,
                                      const WaiverFile& waivers) {
  const judge::RunResult& stated = source.result;
  if (stated.run.catalogue_digest != suite.digest) {
    return make_error(ErrorCode::kInvalid,
                      "the run was made with another catalogue (" + stated.run.catalogue_digest +
                          "); name its scenarios, or waive in the run itself",
                      "--waivers");
  }
  if (source.selection.empty()) {
    return make_error(ErrorCode::kNotFound, "the run does not say what was selected",
                      std::string(attest::kSelectionFile));
  }
  PARLEY_ASSIGN(const scenario::Plan plan,
                attest::plan_of_selection(source.selection, suite.library));
  const run::CataloguePlan rows = run::catalogue_plan(suite.library, plan, stated.run.started);
  judge::RunInfo info = stated.run;
  info.waivers_as_of = waivers.day;
  return judge::roll_up(std::move(info), stated.cases, rows.requirements, rows.obligations,
                        stated.examinations, waivers.waivers);
}

std::string waiver_troubles(const judge::RunResult& result) {
  std::string out;
  for (const judge::Waiver& one : result.waivers) {
    if (one.state == judge::WaiverState::kExpired) {
      out += "waiver-expired: \"" + one.id + "\" of " + one.owner + " held until " + one.expires +
             "\n";
    } else if (one.state == judge::WaiverState::kStale) {
      out += "waiver-stale: \"" + one.id + "\" of " + one.owner + ": \"" + one.check_id +
             "\" did not find \"" + one.finding + "\" against " + one.requirement + " in \"" +
             one.case_id + "\"; take the waiver out\n";
    }
  }
  return out;
}

}  // namespace parley::cli
