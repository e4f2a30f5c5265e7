#include "harness/judge/result_json.h"

#include <algorithm>
#include <concepts>
#include <type_traits>
#include <utility>
#include <vector>

#include "harness/judge/rollup.h"

namespace parley::judge {
namespace {

template <class T>
concept Enumeration = std::is_enum_v<T>;

// Each fields() names the members of one struct, once for both directions: `archive` is a Writer,
// which takes values, or a Reader, which fills them in.

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, Finding>
{
  archive("verdict", value.verdict);
  archive("code", value.code);
  archive("expected", value.expected);
  archive("observed", value.observed);
  archive("evidence", value.evidence);
  archive("attribution", value.attribution);
  archive("blamed", value.blamed);
  archive("measures", value.measures);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, CheckResult>
{
  archive("id", value.id);
  archive("kind", value.kind);
  archive("role", value.role);
  archive("requirements", value.requirements);
  archive("finding", value.finding);
  archive("basis", value.basis);
  archive("surrogates", value.surrogates);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, AttemptResult>
{
  archive("verdict", value.verdict);
  archive("reason", value.reason);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, CaseResult>
{
  archive("id", value.id);
  archive("scenario", value.scenario);
  archive("title", value.title);
  archive("purpose", value.purpose);
  archive("file", value.file);
  archive("requirements", value.requirements);
  archive("matrix", value.matrix);
  archive("disposition", value.disposition);
  archive("reason", value.reason);
  archive("verdict", value.verdict);
  archive("attempts", value.attempts);
  archive("unstable", value.unstable);
  archive("checks", value.checks);
  archive("records", value.records);
  archive("started", value.started);
  archive("duration", value.duration);
  archive("engine_error", value.engine_error);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, CheckReference>
{
  archive("case", value.case_id);
  archive("check", value.check_id);
  archive("verdict", value.verdict);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, RequirementResult>
{
  archive("id", value.id);
  archive("title", value.title);
  archive("statement", value.statement);
  archive("clause", value.clause);
  archive("voice", value.voice);
  archive("mark", value.mark);
  archive("phase", value.phase);
  archive("bound", value.bound);
  archive("modality", value.modality);
  archive("basis", value.basis);
  archive("method", value.method);
  archive("coverage", value.coverage);
  archive("disposition", value.disposition);
  archive("reason", value.reason);
  archive("since", value.since);
  archive("status", value.status);
  archive("failed_by", value.failed_by);
  archive("waiver", value.waiver);
  archive("checks", value.checks);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, ObligationResult>
{
  archive("id", value.id);
  archive("clause", value.clause);
  archive("title", value.title);
  archive("status", value.status);
  archive("requirements", value.requirements);
  archive("in_force", value.in_force);
  archive("since", value.since);
  archive("decision", value.decision);
  archive("reason", value.reason);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, DocumentReference>
{
  archive("document", value.document);
  archive("date", value.date);
  archive("sha256", value.digest);
  archive("attested_by", value.attested_by);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, ExaminationResult>
{
  archive("id", value.id);
  archive("kind", value.kind);
  archive("requirement", value.requirement);
  archive("rows", value.rows);
  archive("finding", value.finding);
  archive("documents", value.documents);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, Counts>
{
  archive("total", value.total);
  archive("pass", value.pass);
  archive("fail", value.fail);
  archive("inconclusive", value.inconclusive);
  archive("error", value.error);
  archive("not_applicable", value.not_applicable);
  archive("not_tested", value.not_tested);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, StatusCounts>
{
  archive("total", value.total);
  archive("satisfied", value.satisfied);
  archive("satisfied_with_waiver", value.satisfied_with_waiver);
  archive("not_satisfied", value.not_satisfied);
  archive("undetermined", value.undetermined);
  archive("not_applicable", value.not_applicable);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, Summary>
{
  archive("cases", value.cases);
  archive("checks", value.checks);
  archive("requirements", value.requirements);
  archive("obligations", value.obligations);
  archive("recommendations_not_followed", value.recommendations_not_followed);
  archive("unstable", value.unstable);
  archive("records", value.records);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, SeatHolder>
{
  archive("seat", value.seat);
  archive("implementation", value.implementation);
  archive("version", value.version);
  archive("driver", value.driver);
  archive("driver_version", value.driver_version);
  archive("under_test", value.under_test);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, KillMatrixReference>
{
  archive("sha256", value.digest);
  archive("quirks", value.quirks);
  archive("checks", value.checks);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, SuiteInfo>
{
  archive("kill_matrix", value.kill_matrix);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, LedgerReference>
{
  archive("origin", value.origin);
  archive("index", value.index);
  archive("previous_runs", value.previous_runs);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, RunInfo>
{
  archive("id", value.id);
  archive("seed", value.seed);
  archive("network", value.network);
  archive("started", value.started);
  archive("ended", value.ended);
  archive("mode", value.mode);
  archive("harness_name", value.harness_name);
  archive("harness_version", value.harness_version);
  archive("harness_sha256", value.harness_digest);
  archive("profile_id", value.profile_id);
  archive("profile_version", value.profile_version);
  archive("service", value.service);
  archive("as_of", value.as_of);
  archive("wire_profile_id", value.wire_profile_id);
  archive("register_sha256", value.register_digest);
  archive("seats", value.seats);
  archive("addressing", value.addressing);
  archive("catalogue_sha256", value.catalogue_digest);
  archive("plan_sha256", value.plan_digest);
  archive("transcript_sha256", value.transcript_digest);
  archive("ledger", value.ledger);
  archive("suite", value.suite);
  archive("state", value.state);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, RunResult>
{
  archive("run", value.run);
  archive("cases", value.cases);
  archive("requirements", value.requirements);
  archive("obligations", value.obligations);
  archive("examinations", value.examinations);
  archive("summary", value.summary);
  archive("verdict", value.verdict);
  archive("exit_code", value.exit_code);
  archive("statement", value.statement);
}

class Writer {
 public:
  json::object object;

  template <class T>
  void operator()(std::string_view name, const T& value) {
    object[name] = json_of(value);
  }
  void operator()(std::string_view name, const TimePoint& value) {
    object[name] = utc_text(value);
    object[std::string(name) + "_ns"] = unix_nanos(value);
  }
  void operator()(std::string_view name, const Duration& value) {
    object[std::string(name) + "_ns"] = value.count();
  }

 private:
  static json::value json_of(const std::string& value) { return json::string(value); }
  static json::value json_of(bool value) { return value; }
  static json::value json_of(std::uint64_t value) { return value; }
  static json::value json_of(int value) { return value; }
  static json::value json_of(const json::object& value) { return value; }
  template <Enumeration T>
  static json::value json_of(T value) {
    return json::string(to_string(value));
  }
  template <class T>
  static json::value json_of(const std::optional<T>& value) {
    return value ? json_of(*value) : json::value(nullptr);
  }
  template <class T>
  static json::value json_of(const std::vector<T>& values) {
    json::array array;
    array.reserve(values.size());
    for (const T& value : values) array.push_back(json_of(value));
    return array;
  }
  template <class T>
  static json::value json_of(const T& value)
    requires std::is_class_v<T>
  {
    Writer writer;
    fields(writer, value);
    return std::move(writer.object);
  }
};

// Keeps the first error and then reads nothing more.
class Reader {
 public:
  explicit Reader(const json::value& value, std::string path, std::optional<Error>& error)
      : object_(value.if_object()), path_(std::move(path)), error_(error) {
    if (object_ == nullptr) refuse(path_, "must be an object");
  }

  template <class T>
  void operator()(std::string_view name, T& value) {
    if (const json::value* member = take(name)) read(*member, place(name), value);
  }
  void operator()(std::string_view name, TimePoint& value) {
    std::string text;
    std::int64_t nanos = 0;
    (*this)(name, text);
    (*this)(std::string(name) + "_ns", nanos);
    if (error_) return;
    value = TimePoint(Duration(nanos));
    if (text != utc_text(value))
      refuse(place(name), "is not the time of " + std::string(name) + "_ns");
  }
  void operator()(std::string_view name, Duration& value) {
    std::int64_t nanos = 0;
    (*this)(std::string(name) + "_ns", nanos);
    value = Duration(nanos);
  }

  /// To be called when all members were asked for.
  void end() {
    if (error_ || object_ == nullptr || used_.size() == object_->size()) return;
    for (const auto& member : *object_) {
      const std::string_view key = member.key();
      if (std::find(used_.begin(), used_.end(), key) == used_.end()) {
        refuse(place(key), "is not a member that is known here");
        return;
      }
    }
  }

 private:
  std::string place(std::string_view name) const {
    return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
  }
  void refuse(std::string where, std::string message) {
    if (!error_) error_ = make_error(ErrorCode::kInvalid, std::move(message), std::move(where));
  }
  const json::value* take(std::string_view name) {
    if (error_ || object_ == nullptr) return nullptr;
    used_.emplace_back(name);
    const json::value* member = object_->if_contains(name);
    if (member == nullptr) refuse(place(name), "is missing");
    return member;
  }

  void read(const json::value& from, const std::string& where, std::string& value) {
    if (!from.is_string()) return refuse(where, "must be a string");
    value = std::string_view(from.get_string());
  }
  void read(const json::value& from, const std::string& where, bool& value) {
    if (!from.is_bool()) return refuse(where, "must be true or false");
    value = from.get_bool();
  }
  template <std::integral T>
  void read(const json::value& from, const std::string& where, T& value) {
    boost::system::error_code ec = json::error::not_number;
    if (from.is_int64() || from.is_uint64()) value = from.to_number<T>(ec);
    if (ec) refuse(where, "must be a whole number that fits");
  }
  void read(const json::value& from, const std::string& where, json::object& value) {
    if (!from.is_object()) return refuse(where, "must be an object");
    value = from.get_object();
  }
  template <Enumeration T>
  void read(const json::value& from, const std::string& where, T& value) {
    const auto parsed = from.is_string() ? parse_enum<T>(from.get_string()) : std::nullopt;
    if (!parsed) return refuse(where, "is not one of the words for it");
    value = *parsed;
  }
  template <class T>
  void read(const json::value& from, const std::string& where, std::optional<T>& value) {
    value.reset();
    if (!from.is_null()) read(from, where, value.emplace());
  }
  template <class T>
  void read(const json::value& from, const std::string& where, std::vector<T>& values) {
    if (!from.is_array()) return refuse(where, "must be a list");
    values.clear();
    for (const json::value& item : from.get_array()) {
      read(item, where + "[" + std::to_string(values.size()) + "]", values.emplace_back());
      if (error_) return;
    }
  }
  template <class T>
  void read(const json::value& from, const std::string& where, T& value)
    requires std::is_class_v<T>
  {
    Reader reader(from, where, error_);
    fields(reader, value);
    reader.end();
  }

  const json::object* object_;
  std::string path_;
  std::optional<Error>& error_;
  std::vector<std::string> used_;
};

template <class T>
json::object written(const T& value) {
  Writer writer;
  fields(writer, value);
  return std::move(writer.object);
}

// What the types do not say: an executed case has a verdict and attempts, any other a reason; and
// the summary counts what is there.
std::optional<Error> contradiction(const CaseResult& test_case, std::string where) {
  const bool executed = test_case.disposition == Disposition::kExecuted;
  const bool sound = executed ? test_case.verdict.has_value() && !test_case.attempts.empty()
                              : !test_case.verdict.has_value() && !test_case.reason.empty();
  if (sound) return std::nullopt;
  return make_error(ErrorCode::kInvalid,
                    executed ? "an executed case has a verdict and attempts"
                             : "a case that was not executed has a reason and no verdict",
                    std::move(where));
}

std::optional<Error> contradiction(const RunResult& result) {
  for (std::size_t i = 0; i < result.cases.size(); ++i) {
    auto found = contradiction(result.cases[i], "cases[" + std::to_string(i) + "]");
    if (found) return found;
  }
  if (written(summarise(result)) != written(result.summary)) {
    return make_error(ErrorCode::kInvalid, "does not count what the lists of this result hold",
                      "summary");
  }
  return std::nullopt;
}

}  // namespace

json::object to_json(const RunResult& result) {
  json::object object = written(result);
  object["format"] = kResultFormat;
  return object;
}
json::object to_json(const CaseResult& result) { return written(result); }
json::object to_json(const Finding& finding) { return written(finding); }

Result<CaseResult> case_result_from_json(const json::value& value) {
  CaseResult result;
  std::optional<Error> error;
  Reader reader(value, "", error);
  fields(reader, result);
  reader.end();
  if (!error) error = contradiction(result, "");
  if (error) return *std::move(error);
  return result;
}

Result<RunResult> run_result_from_json(const json::value& value) {
  RunResult result;
  std::optional<Error> error;
  Reader reader(value, "", error);
  std::string format;
  reader("format", format);
  if (!error && format != kResultFormat) {
    return make_error(ErrorCode::kUnsupported,
                      "this is \"" + format + "\", not \"" + std::string(kResultFormat) + "\"",
                      "format");
  }
  fields(reader, result);
  reader.end();
  if (!error) error = contradiction(result);
  if (error) return *std::move(error);
  return result;
}

}  // namespace parley::judge
