// One observed act. Records are the only input of checks, and the only source of reports.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/clock.h"
#include "harness/base/json.h"
#include "harness/base/result.h"

namespace parley::evidence {

/// Whose eyes: the seat of the party at which the act was observed.
enum class Role {
  kHarness,
  kGatekeeperServer,
  kGatekeeperClient,
  kPartnerServer,
  kPartnerClient,
  kPartnerProxy,
};
std::string_view to_string(Role role);  ///< "harness", "gatekeeper-server", "partner-client", ...
Result<Role> parse_role(std::string_view text);
inline bool is_server(Role role) {
  return role == Role::kGatekeeperServer || role == Role::kPartnerServer ||
         role == Role::kPartnerProxy;
}

/// The point of control and observation (ISO/IEC 9646: PCO).
enum class Tap {
  kStep,     ///< what the harness did: case begin and end, steps with their arguments and results
  kHttp,     ///< HTTP requests and responses, at both ends
  kNoise,    ///< frames on the chat connection as an outsider sees them
  kStanza,   ///< decrypted stanzas on the chat connection, at both ends
  kMessage,  ///< decrypted end-to-end messages, at clients only
  kEvent,    ///< what a party reported through its driver: corroboration
};
std::string_view to_string(Tap tap);  ///< "step", "http", "noise", "stanza", "message", "event"
Result<Tap> parse_tap(std::string_view text);

enum class Direction { kNone, kIn, kOut };  ///< as seen by the observing party
std::string_view to_string(Direction direction);
Result<Direction> parse_direction(std::string_view text);

/// What an observer hands to the recorder.
struct Observation {
  Tap tap = Tap::kEvent;
  Role role = Role::kHarness;
  std::string party{};  ///< actor id of the observer: "gatekeeper", "bob"
  std::string peer{};   ///< actor id or host name of the other end; empty where there is none
  Direction direction = Direction::kNone;
  std::string kind{};  ///< "http.request", "noise.frame", "stanza", "message", "event.receipt", ...
  json::object facts{};  ///< structured content; integers, never floating point
  Bytes body{};          ///< the raw bytes, where there are any
};

/// An observation with its place in the transcript. Tokens are already redacted.
struct Record : Observation {
  std::uint64_t seq = 0;  ///< from 0, without gaps, within one test case
  TimePoint time{};
  std::uint64_t body_size = 0;  ///< of the whole body; `body` may be cut at kMaxBodyBytes
  std::string body_sha256{};    ///< hex, of the whole body after redaction; empty where size is 0
};

inline constexpr std::size_t kMaxBodyBytes = 1024 * 1024;

/// One line of transcript.jsonl without its newline: canonical JSON.
std::string to_line(const Record& record, std::string_view test_case);
/// The reverse. kInvalid with the reason.
Result<Record> parse_line(std::string_view line, std::string* test_case = nullptr);

}  // namespace parley::evidence
