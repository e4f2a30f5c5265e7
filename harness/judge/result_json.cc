#include "harness/judge/result_json.h"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <vector>

#include "harness/judge/result_fields.h"
#include "harness/judge/rollup.h"

namespace parley::judge {
namespace {

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
  template <class T>
  void if_any(std::string_view name, const std::vector<T>& values) {
    if (!values.empty()) (*this)(name, values);
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
  template <class T>
  void if_any(std::string_view name, std::vector<T>& values) {
    values.clear();
    if (object_ != nullptr && object_->contains(name)) (*this)(name, values);
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
                              : !test_case.verdict.has_value() && !test_case.reason.empty() &&
                                    test_case.left_out.empty();
  if (sound) return std::nullopt;
  return make_error(ErrorCode::kInvalid,
                    executed ? "an executed case has a verdict and attempts"
                             : "a case that was not executed has a reason, no verdict, and no "
                               "check that was left out",
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
