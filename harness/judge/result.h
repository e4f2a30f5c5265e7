// The result of a run as plain values: the one source of result.json and of every report.
// Nothing here is computed; judge.h fills cases, rollup.h fills what follows from them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/json.h"
#include "harness/judge/check.h"
#include "harness/judge/identification.h"
#include "harness/scenario/coverage.h"

namespace parley::judge {

/// Whether a test case was run at all. A case that was not has no verdict.
enum class Disposition { kExecuted, kNotApplicable, kNotTested };
std::string_view to_string(Disposition disposition);  ///< "executed", "not-applicable", ...

/// What a check or requirement rests on, strongest first; combining only weakens.
enum class Basis { kPublic, kNativeDerived, kSurrogate };
std::string_view to_string(Basis basis);  ///< "public", "native-derived", "surrogate"
Basis weaker(Basis a, Basis b);

/// What a check is there for. A failed preamble or postamble says nothing about the test purpose
/// and counts as inconclusive (rule R1).
enum class CheckRole { kPurpose, kInvariant, kPreamble, kPostamble };
std::string_view to_string(CheckRole role);  ///< "purpose", "invariant", "preamble", "postamble"

enum class Modality { kMust, kShould, kMay };
std::string_view to_string(Modality modality);  ///< "must", "should", "may"

/// What the verdicts mean for a requirement or an obligation.
enum class RequirementStatus {
  kSatisfied,
  kSatisfiedWithWaiver,
  kNotSatisfied,
  kUndetermined,
  kNotApplicable,
};
std::string_view to_string(RequirementStatus status);  ///< "satisfied", "not-satisfied", ...

/// What became of a waiver in a run.
enum class WaiverState {
  kApplied,    ///< the finding was there, and counts as waived
  kExpired,    ///< its last day is over; it waives nothing
  kStale,      ///< what it waives was judged, and the finding was not there
  kNotJudged,  ///< its test case or examination was not part of the run, or was not executed
};
std::string_view to_string(WaiverState state);  ///< "applied", "expired", "stale", "not-judged"

/// The sentence of a certification run. Every other run says kNoStatement.
enum class Statement { kConformant, kConformantWithWaivers, kNotConformant, kNoStatement };
std::string_view to_string(Statement statement);  ///< "conformant", "no-statement", ...

/// Where a certification run says that the items under test stand with a milestone.
enum class MilestoneState {
  kReached,       ///< all its test cases were executed and passed
  kNotReached,    ///< one of them failed
  kUndetermined,  ///< none failed, and not all passed
  kNotClaimed,    ///< the conformance statement (ICS) does not claim it
};
std::string_view to_string(MilestoneState state);  ///< "reached", "not-reached", ...

enum class RunState { kComplete, kInterrupted };
std::string_view to_string(RunState state);  ///< "complete", "interrupted"

enum class Mode { kNightly, kCertification };
std::string_view to_string(Mode mode);  ///< "nightly", "certification"

/// The reverse of every to_string above and in check.h; nullopt for a word it does not know.
template <class Enum>
std::optional<Enum> parse_enum(std::string_view text);
template <>
std::optional<Attribution> parse_enum(std::string_view text);
template <>
std::optional<Disposition> parse_enum(std::string_view text);
template <>
std::optional<scenario::Coverage> parse_enum(std::string_view text);
template <>
std::optional<Basis> parse_enum(std::string_view text);
template <>
std::optional<CheckRole> parse_enum(std::string_view text);
template <>
std::optional<Modality> parse_enum(std::string_view text);
template <>
std::optional<RequirementStatus> parse_enum(std::string_view text);
template <>
std::optional<Statement> parse_enum(std::string_view text);
template <>
std::optional<RunState> parse_enum(std::string_view text);
template <>
std::optional<Mode> parse_enum(std::string_view text);
template <>
std::optional<Verdict> parse_enum(std::string_view text);
template <>
std::optional<WaiverState> parse_enum(std::string_view text);
template <>
std::optional<MilestoneState> parse_enum(std::string_view text);

/// One judged check of one test case.
struct CheckResult {
  std::string id;    ///< unique within the case: "content-intact/photo"; of an invariant its kind
  std::string kind;  ///< a name from check_kinds()
  CheckRole role = CheckRole::kPurpose;
  std::vector<std::string> requirements;  ///< that it bears on; none: all of its case's
  Finding finding;
  Basis basis = Basis::kPublic;         ///< the weakest thing that the finding rests on
  std::vector<std::string> surrogates;  ///< wire operations of surrogate basis that it rests on
  std::vector<std::string> overlaid;    ///< wire operations that it rests on and an overlay defined

  bool invariant() const { return role == CheckRole::kInvariant; }
};

/// A check that the plan has and that nobody judged, since drivers held the seats in which it would
/// have to look; the author of its test case said that the rest stands without it. It has no
/// verdict and speaks for no requirement.
struct LeftOutCheck {
  std::string id;  ///< as that of a CheckResult
  std::string kind;
  std::vector<std::string> requirements;
  std::string reason;  ///< "not-observable: ..."

  bool operator==(const LeftOutCheck&) const = default;
};

/// One execution of a case. All attempts are kept; a later pass does not undo an earlier fail.
struct AttemptResult {
  Verdict verdict = Verdict::kError;
  std::string reason;  ///< why it was run again; empty for the last one
};

/// One test case: a scenario at one point of its matrix.
struct CaseResult {
  std::string id;        ///< "text-delivery/from=alice"
  std::string scenario;  ///< "text-delivery"
  std::string title;
  std::string purpose;
  std::string file;  ///< of the scenario, relative to the source tree; empty where unknown
  std::vector<std::string> requirements;
  std::vector<std::string> milestones{};  ///< that it belongs to: "M4"; usually one
  json::object matrix;                    ///< {"from":"alice"}

  Disposition disposition = Disposition::kNotTested;
  std::string reason;  ///< of a disposition other than executed; mandatory there

  std::optional<Verdict> verdict;       ///< absent unless executed
  std::vector<AttemptResult> attempts;  ///< empty unless executed
  bool unstable = false;                ///< attempts differ in their verdict
  std::vector<CheckResult> checks;      ///< of the counting attempt; declared ones first, in order
  /// What was not judged, by the plan and the seats alone; usually none, and then not written.
  std::vector<LeftOutCheck> left_out{};

  std::uint64_t records = 0;  ///< in the transcript, of the counting attempt
  TimePoint started;          ///< on the World's clock
  Duration duration{0};       ///< on the World's clock: virtual in simulation
  std::string engine_error;   ///< what stopped the case on the harness's side; usually empty
};

/// The case_id of references to examinations.
inline constexpr std::string_view kRegister = "register";

/// Where a requirement's status comes from.
struct CheckReference {
  std::string case_id;   ///< or kRegister
  std::string check_id;  ///< empty: the case as a whole (not executed, or stopped)
  std::optional<Verdict> verdict;
  std::string waiver{};  ///< id of the waiver that covers this fail; empty where none does
};

/// Somebody answers for one known fail until a day: exactly one finding of one check in one test
/// case, for one requirement. It changes no verdict, only what the fail means.
struct Waiver {
  std::string id;           ///< "W-12"
  std::string owner;        ///< who answers for it
  std::string reason;       ///< why it may be so for now
  std::string expires;      ///< the last day on which it holds: "2026-12-31"
  std::string requirement;  ///< "MED-005"
  std::string case_id;      ///< or kRegister
  std::string check_id;     ///< of the case, or of the examination
  std::string finding;      ///< its code
  WaiverState state = WaiverState::kNotJudged;
};

/// A document of the register that an examination rests on.
struct DocumentReference {
  std::string document;
  std::string date;
  std::string digest;  ///< hex SHA-256
  std::string attested_by;
};

/// One examination of one row over the document register.
struct ExaminationResult {
  std::string id;                 ///< "REP-003/renewed"
  std::string kind;               ///< "renewed"
  std::string requirement;        ///< "REP-003"
  std::vector<std::string> rows;  ///< other rows that it looks at; usually none
  Finding finding;
  std::vector<DocumentReference> documents;
};

/// Every row of the catalogue has one of these.
struct RequirementResult {
  std::string id;  ///< "MSG-001"
  std::string title;
  std::string statement;  ///< our sentence
  std::string clause;     ///< its source: "TD 1.1"
  std::string voice;      ///< "law", "reference-offer" or "advisory"
  std::string mark;       ///< how sure we are of the source: "F", "F2", "K" or "I"
  std::string phase;      ///< "base", "groups" or "calls"
  std::string bound;      ///< the bound party
  Modality modality = Modality::kMust;
  Basis basis = Basis::kPublic;
  std::string method = "test";  ///< "test" or "examine"
  scenario::Coverage coverage = scenario::Coverage::kChecked;
  /// Executed where checks or examinations judged it; then and only then `reason` is empty.
  Disposition disposition = Disposition::kExecuted;
  std::string reason;
  std::string since;  ///< the first day on which it is asked; empty where no date decides
  RequirementStatus status = RequirementStatus::kUndetermined;
  /// Whose fails decided it, apart from waived ones: sides as side_of() names them, or "unknown";
  /// sorted.
  std::vector<std::string> failed_by;
  std::vector<std::string> waivers;    ///< ids of those that cover its fails; usually empty
  std::vector<CheckReference> checks;  ///< in the order of the run; none: a gap in coverage
};

struct ObligationResult {
  std::string id;      ///< "art-7-2-a-i"
  std::string clause;  ///< "Art. 7(2)(a)(i)"
  std::string title;
  RequirementStatus status = RequirementStatus::kUndetermined;
  std::vector<std::string> requirements{};
  bool in_force = true;
  std::string since{};     ///< the first day; empty where no date decides
  std::string decision{};  ///< that extended the time limit; empty where none did
  std::string reason{};    ///< why the status is what it is, where rows alone do not say it
};

struct Counts {
  std::uint64_t total = 0;
  std::uint64_t pass = 0;
  std::uint64_t fail = 0;
  std::uint64_t inconclusive = 0;
  std::uint64_t error = 0;
  std::uint64_t not_applicable = 0;
  std::uint64_t not_tested = 0;
};

struct StatusCounts {
  std::uint64_t total = 0;
  std::uint64_t satisfied = 0;
  std::uint64_t satisfied_with_waiver = 0;
  std::uint64_t not_satisfied = 0;
  std::uint64_t undetermined = 0;
  std::uint64_t not_applicable = 0;
};

struct Summary {
  Counts cases;
  Counts checks;
  StatusCounts requirements;
  StatusCounts obligations;
  /// Requirements of modality should that are not satisfied.
  std::uint64_t recommendations_not_followed = 0;
  std::uint64_t unstable = 0;  ///< cases
  std::uint64_t records = 0;
};

/// Who holds a seat of the test cases.
struct SeatHolder {
  std::string seat;            ///< "gatekeeper-client"
  std::string implementation;  ///< "baileys", "parley mock WhatsApp client"
  std::string version;
  std::string driver;  ///< that steers it; empty for a mock of ours
  std::string driver_version;
  bool under_test = false;
};

/// The accepted kill matrix, which says what each kind of check was seen to find.
struct KillMatrixReference {
  std::string digest;        ///< hex SHA-256 of its canonical bytes
  std::uint64_t quirks = 0;  ///< deliberate defects in it
  std::uint64_t checks = 0;  ///< kinds of check in it
};

/// What shows that the checks of the run can fail.
struct SuiteInfo {
  KillMatrixReference kill_matrix;
};

/// Where a lab's ledger has the run.
struct LedgerReference {
  std::string origin;               ///< the ledger's name
  std::uint64_t index = 0;          ///< of its entry run.open
  std::uint64_t previous_runs = 0;  ///< of the same products and profile that were opened before
};

/// The file that said how to run.
struct RunFileReference {
  std::string name;    ///< "run.yaml", without its folder
  std::string digest;  ///< hex SHA-256
};

/// An answer of the conformance statement (ICS).
struct ClaimStated {
  std::string group;  ///< "media", or "others"
  std::string item;   ///< "image", or a filter
  bool claimed = true;
};

/// Extra information for testing (IXIT) that was given. Secrets stay the references that they are.
struct IxitStated {
  std::string item;  ///< "endpoints.jwks"
  std::string value;
};

/// A private file that replaces operations of the wire profile.
struct WireOverlay {
  std::string id;                       ///< its own: "acme"
  std::string digest;                   ///< hex SHA-256 of the file
  std::vector<std::string> operations;  ///< that it defines, sorted
};

/// What was run, with what, when.
struct RunInfo {
  std::string id;
  std::uint64_t seed = 0;
  std::string network;  ///< "sim" or "sockets"
  TimePoint started;    ///< on the World's clock
  TimePoint ended;
  Mode mode = Mode::kNightly;
  std::optional<RunFileReference> run_file;  ///< nothing where options alone said it
  std::string harness_name = "parley";
  std::string harness_version;
  std::string harness_digest;  ///< hex SHA-256 of the program's file; empty where it is not known
  std::string profile_id;
  std::string profile_version;
  std::string service;        ///< core platform service that the profile is about
  std::string as_of;          ///< the day whose obligations are in force: "2026-01-01"
  std::string waivers_as_of;  ///< the day on which waivers must hold; empty without waivers
  std::string wire_profile_id;
  std::vector<WireOverlay> wire_overlays;  ///< in the order in which they were laid
  std::string register_digest;  ///< hex SHA-256 of the document register; empty without one
  std::vector<SeatHolder> seats;
  std::vector<ClaimStated> ics;  ///< empty: none was given, and everything counts as claimed
  std::vector<IxitStated> ixit;  ///< in the order of the run file
  /// How the gatekeeper's users see a partner's user: "interop" or "native".
  std::string addressing = "interop";
  std::string catalogue_digest;   ///< hex SHA-256
  std::string plan_digest;        ///< hex SHA-256
  std::string transcript_digest;  ///< hex SHA-256 of transcript.jsonl; empty until it is written
  std::optional<LedgerReference> ledger;  ///< nothing where the run is in none
  Identification identification;
  SuiteInfo suite;
  RunState state = RunState::kInterrupted;
};

/// Where the items under test stand with a milestone.
struct MilestoneResult {
  std::string id;  ///< "M4"
  MilestoneState state = MilestoneState::kUndetermined;
  Counts cases;        ///< its test cases
  std::string reason;  ///< what became of the cases that did not pass; empty where all did
};

struct RunResult {
  RunInfo run;
  std::vector<CaseResult> cases;  ///< in the order of the plan, executed or not
  std::vector<RequirementResult> requirements;
  std::vector<ObligationResult> obligations;
  std::vector<ExaminationResult> examinations;
  std::vector<Waiver> waivers;              ///< all that were handed in, in the order of their file
  std::vector<MilestoneResult> milestones;  ///< M1 to M6 of a certification run; else none
  Summary summary;
  Verdict verdict = Verdict::kError;
  int exit_code = 3;
  Statement statement = Statement::kNoStatement;
  /// Of a certification run: what speaks against conformity or keeps it from a statement.
  std::vector<std::string> obstacles{};
};

}  // namespace parley::judge
