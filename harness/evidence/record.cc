#include "harness/evidence/record.h"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"

namespace parley::evidence {
namespace {

template <class Enum, std::size_t N>
using Names = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Names<Role, 6> kRoles{{{Role::kHarness, "harness"},
                                 {Role::kGatekeeperServer, "gatekeeper-server"},
                                 {Role::kGatekeeperClient, "gatekeeper-client"},
                                 {Role::kPartnerServer, "partner-server"},
                                 {Role::kPartnerClient, "partner-client"},
                                 {Role::kPartnerProxy, "partner-proxy"}}};
constexpr Names<Tap, 6> kTaps{{{Tap::kStep, "step"},
                               {Tap::kHttp, "http"},
                               {Tap::kNoise, "noise"},
                               {Tap::kStanza, "stanza"},
                               {Tap::kMessage, "message"},
                               {Tap::kEvent, "event"}}};
constexpr Names<Direction, 3> kDirections{
    {{Direction::kNone, "none"}, {Direction::kIn, "in"}, {Direction::kOut, "out"}}};

template <class Enum, std::size_t N>
std::string_view name_of(const Names<Enum, N>& names, Enum value) {
  for (const auto& [known, name] : names) {
    if (known == value) return name;
  }
  return "unknown";
}

template <class Enum, std::size_t N>
Result<Enum> value_of(const Names<Enum, N>& names, std::string_view text, std::string_view what) {
  for (const auto& [value, name] : names) {
    if (name == text) return value;
  }
  return make_error(ErrorCode::kInvalid,
                    "no such " + std::string(what) + ": \"" + std::string(text) + "\"");
}

// A transcript line may be as long as the largest body in base64 and its facts.
constexpr JsonLimits kLineLimits{.bytes = 8 * 1024 * 1024, .depth = 96};

// Reads members of one object and, at the end, refuses those that nobody asked for. Texts are views
// into it.
class Members {
 public:
  explicit Members(json::object& object) : object_(object) {}

  Result<std::string_view> text(std::string_view key) {
    ++used_;
    if (const auto value = get_string(object_, key)) return *value;
    return wrong(key, "a string");
  }
  /// Moved out.
  Result<json::object> object(std::string_view key) {
    ++used_;
    json::value* value = object_.if_contains(key);
    json::object* object = value == nullptr ? nullptr : value->if_object();
    if (object == nullptr) return wrong(key, "an object");
    return std::move(*object);
  }
  Result<std::int64_t> integer(std::string_view key) {
    ++used_;
    if (const auto value = get_int(object_, key)) return *value;
    return wrong(key, "an integer");
  }
  Result<std::uint64_t> count(std::string_view key) {
    PARLEY_ASSIGN(const std::int64_t value, integer(key));
    if (value < 0) return wrong(key, "a number from 0 up");
    return static_cast<std::uint64_t>(value);
  }
  bool has(std::string_view key) const { return object_.contains(key); }
  Status end() const {
    if (used_ == object_.size()) return {};
    return make_error(ErrorCode::kInvalid, "a record has no such members, or not all of these");
  }

  static Error wrong(std::string_view key, std::string_view type) {
    return make_error(ErrorCode::kInvalid,
                      "\"" + std::string(key) + "\" must be " + std::string(type));
  }

 private:
  json::object& object_;
  std::size_t used_ = 0;
};

// The same for a line in the form of to_line, which it reads from left to right, without making a
// JSON value of anything but objects. It refuses what it does not expect and cannot say why; the
// other reader can.
class Scan {
 public:
  explicit Scan(std::string_view line) : rest_(line) {}

  bool has(std::string_view key) const {
    return rest_.size() > key.size() + 2 && rest_.substr(2).starts_with(key) &&
           rest_[key.size() + 2] == '"';
  }
  Result<std::string_view> text(std::string_view key) {
    if (!name(key) || !skip("\"")) return unexpected();
    std::size_t size = 0;
    while (size < rest_.size() && is_plain(rest_[size])) ++size;
    const std::string_view out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    if (!skip("\"")) return unexpected();
    return out;
  }
  Result<json::object> object(std::string_view key) {
    if (!name(key)) return unexpected();
    // What follows has texts only, in which quotes are escaped: the last of these is the member.
    const std::size_t size = rest_.rfind(",\"kind\":\"");
    PARLEY_ASSIGN(json::value value, parse_json(rest_.substr(0, size), "record", kLineLimits));
    json::object* object = value.if_object();
    if (size == rest_.npos || object == nullptr) return unexpected();
    rest_.remove_prefix(size);
    return std::move(*object);
  }
  Result<std::int64_t> integer(std::string_view key) {
    std::int64_t out = 0;
    if (!name(key)) return unexpected();
    if (skip("0")) return out;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), out);
    if (error != std::errc() || out < 0) return unexpected();
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return out;
  }
  Result<std::uint64_t> count(std::string_view key) {
    PARLEY_ASSIGN(const std::int64_t value, integer(key));
    return static_cast<std::uint64_t>(value);
  }
  Status end() {
    if (rest_ == "}") return {};
    return unexpected();
  }

 private:
  static Error unexpected() { return make_error(ErrorCode::kInvalid, "not as it was written"); }
  static bool is_plain(char c) { return c >= ' ' && c < 0x7f && c != '"' && c != '\\'; }
  bool skip(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  bool name(std::string_view key) {
    const bool first = std::exchange(first_, false);
    return skip(first ? "{\"" : ",\"") && skip(key) && skip("\":");
  }

  std::string_view rest_;
  bool first_ = true;
};

template <class Source>
Status read_body(Source& members, Record& record) {
  if (!members.has("body")) return {};
  PARLEY_ASSIGN(const std::string_view body, members.text("body"));
  PARLEY_ASSIGN(record.body_sha256, members.text("body_sha256"));
  PARLEY_ASSIGN(record.body_size, members.count("body_size"));
  PARLEY_ASSIGN(record.body, decode_base64(body));
  const bool whole = record.body.size() == record.body_size;
  if (record.body_size == 0 || (!whole && record.body.size() != kMaxBodyBytes) ||
      record.body.size() > record.body_size) {
    return make_error(ErrorCode::kInvalid, "\"body_size\" does not agree with \"body\"");
  }
  if (whole && hex(crypto::sha256(record.body)) == record.body_sha256) return {};
  const auto digest = decode_hex(record.body_sha256);
  if (!digest || digest->size() != 32 || hex(*digest) != record.body_sha256) {
    return Members::wrong("body_sha256", "64 lower-case hex digits");
  }
  if (!whole) return {};
  return make_error(ErrorCode::kAuth, "\"body_sha256\" is not the digest of \"body\"");
}

// `source` is a Members or a Scan.
template <class Source>
Result<Record> read_record(Source&& members, std::string* test_case) {
  Record record;
  PARLEY_TRY(read_body(members, record));
  PARLEY_ASSIGN(const std::string_view name, members.text("case"));
  PARLEY_ASSIGN(const std::string_view direction, members.text("direction"));
  PARLEY_ASSIGN(record.direction, parse_direction(direction));
  PARLEY_ASSIGN(record.facts, members.object("facts"));
  PARLEY_ASSIGN(record.kind, members.text("kind"));
  PARLEY_ASSIGN(record.party, members.text("party"));
  PARLEY_ASSIGN(record.peer, members.text("peer"));
  PARLEY_ASSIGN(const std::string_view role, members.text("role"));
  PARLEY_ASSIGN(record.role, parse_role(role));
  PARLEY_ASSIGN(record.seq, members.count("seq"));
  PARLEY_ASSIGN(const std::int64_t nanos, members.integer("t"));
  record.time = TimePoint(Duration(nanos));
  PARLEY_ASSIGN(const std::string_view tap, members.text("tap"));
  PARLEY_ASSIGN(record.tap, parse_tap(tap));
  PARLEY_ASSIGN(const std::string_view utc, members.text("utc"));
  if (utc != utc_text(record.time)) {
    return make_error(ErrorCode::kInvalid, "\"utc\" and \"t\" name different times");
  }
  PARLEY_TRY(members.end());
  if (test_case != nullptr) *test_case = name;
  return record;
}

void append_member(std::string& line, std::string_view key, const std::string& canonical_value) {
  line.append(",\"").append(key).append("\":").append(canonical_value);
}

}  // namespace

std::string_view to_string(Role role) { return name_of(kRoles, role); }
std::string_view to_string(Tap tap) { return name_of(kTaps, tap); }
std::string_view to_string(Direction direction) { return name_of(kDirections, direction); }
Result<Role> parse_role(std::string_view text) { return value_of(kRoles, text, "role"); }
Result<Tap> parse_tap(std::string_view text) { return value_of(kTaps, text, "tap"); }
Result<Direction> parse_direction(std::string_view text) {
  return value_of(kDirections, text, "direction");
}

// Written member by member, in the order of their names, because a body of a megabyte should not
// pass through a JSON value first.
std::string to_line(const Record& record, std::string_view test_case) {
  std::string line = "{";
  if (record.body_size > 0) {
    const std::string body = base64(record.body);
    line.reserve(body.size() + 1024);
    line.append("\"body\":\"").append(body).append("\",\"body_sha256\":\"");
    line.append(record.body_sha256).append("\",\"body_size\":");
    line.append(std::to_string(record.body_size)).push_back(',');
  }
  line.append("\"case\":").append(canonical_text(test_case));
  append_member(line, "direction", canonical_text(to_string(record.direction)));
  append_member(line, "facts", canonical(record.facts));
  append_member(line, "kind", canonical_text(record.kind));
  append_member(line, "party", canonical_text(record.party));
  append_member(line, "peer", canonical_text(record.peer));
  append_member(line, "role", canonical_text(to_string(record.role)));
  append_member(line, "seq", std::to_string(record.seq));
  append_member(line, "t", std::to_string(unix_nanos(record.time)));
  append_member(line, "tap", canonical_text(to_string(record.tap)));
  append_member(line, "utc", canonical_text(utc_text(record.time)));
  line.push_back('}');
  return line;
}

Result<Record> parse_line(std::string_view line, std::string* test_case) {
  if (line.size() <= kLineLimits.bytes) {
    Result<Record> record = read_record(Scan(line), test_case);
    if (record.ok()) return record;
  }
  PARLEY_ASSIGN(json::value value, parse_json(line, "record", kLineLimits));
  json::object* object = value.if_object();
  if (object == nullptr) return make_error(ErrorCode::kInvalid, "a record is a JSON object");
  return read_record(Members(*object), test_case);
}

}  // namespace parley::evidence
