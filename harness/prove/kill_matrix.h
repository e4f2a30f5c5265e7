// The kill matrix: which checks each quirk makes fail, and whether that is what the catalogue of
// quirks says. Its rules show that no check of the suite is one that cannot fail.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/json.h"
#include "mocks/quirks/quirk.h"
#include "mocks/quirks/separation.h"
#include "mocks/quirks/unshown.h"

namespace parley::prove {

/// One failure that a run brought: the check's kind, its finding, and who is blamed.
struct Failure {
  std::string check;
  std::string finding;
  bool blames_quirk = false;  ///< the party that has the quirk, and nobody else
  bool operator<(const Failure& other) const;
  bool operator==(const Failure& other) const = default;
};

/// What one quirk did to one test case.
struct Trial {
  std::size_t quirk = 0;  ///< index into the catalogue
  std::string test_case;
  std::size_t applied = 0;
  std::set<Failure> failures;
  std::string engine_error;  ///< empty, or what stopped the harness
  std::string verdict = {};  ///< of the test case
  std::set<std::string> failed =
      {};  ///< declared checks that blame the quirk: "<scenario>/<check>"
};

/// What the suite says of mocks without any quirk.
struct Baseline {
  std::vector<std::string> declared;           ///< kinds that the plan has, sorted
  std::set<std::string, std::less<>> emitted;  ///< kinds that gave a finding
  std::vector<std::string> troubles;           ///< cases and checks that did not pass
  std::set<std::string, std::less<>> checks;   ///< declared by scenarios: "<scenario>/<check>"
  std::size_t cases = 0;
  /// "<scenario>/<check>" -> what the refused step did otherwise than its twins, over all variants;
  /// empty where only the world had changed.
  std::map<std::string, std::set<std::string>, std::less<>> twins;
};

enum class RowStatus {
  kKilled,         ///< every check that is named found it, for the reason that is named
  kKilledByOther,  ///< found, but not by these, or by others that are not declared
  kSurvived,       ///< nothing found it
  kVoid,           ///< it was never applied
  kEquivalent      ///< declared as beyond the suite's sight, and nothing found it
};
std::string_view to_string(RowStatus status);

struct Row {
  std::string quirk;
  RowStatus status = RowStatus::kVoid;
  std::size_t runs = 0;
  std::size_t applied = 0;  ///< test cases in which it changed something
  /// kind -> findings that blame the right party
  std::map<std::string, std::set<std::string>, std::less<>> killed;
  /// "check/finding" of a kill that the quirk names -> the first test case that shows it; of one
  /// that nothing can find, "applied" -> the first in which it changed something
  std::map<std::string, std::string> shown_by;
  std::set<std::string> misplaced;      ///< findings that blame another party
  std::vector<std::string> complaints;  ///< what is not as declared, for people
};

/// What the suite says of a party that follows no rule at all.
struct ImpostorRow {
  std::string impostor;
  std::size_t runs = 0;
  std::size_t applied = 0;           ///< test cases in which it did something else than it ought to
  std::set<std::string> excused;     ///< test cases that it passed, as it may: a reason is declared
  std::vector<std::string> green;    ///< test cases that it passed, and must not
  std::vector<std::string> stopped;  ///< the harness did
};

struct KillMatrix {
  Baseline baseline;
  std::vector<Row> rows;                        ///< in the catalogue's order
  std::vector<std::string> unkilled;            ///< kinds without a dedicated quirk that was found
  std::vector<std::vector<std::string>> alike;  ///< kinds that the same quirks kill
  /// Checks of scenarios that no quirk made fail, though others of their kind did.
  std::vector<std::string> unshown;
  std::vector<ImpostorRow> impostors;
  std::size_t runs = 0;

  std::size_t count(RowStatus status) const;
  /// Rules R0 to R6: nothing that would let a defect pass.
  bool sound() const;
};

/// `constant_pass`: a kind of check whose findings are taken as passes, as if its body were gone;
/// empty for none.
KillMatrix evaluate(std::span<const mocks::quirks::Quirk> quirks, Baseline baseline,
                    std::span<const Trial> trials, std::string_view constant_pass = {});

/// {columns, rows: [{quirk, status, killed: {check: [finding, ...]}, shown_by: {kill: case}}]}:
/// what is accepted and compared; without counts, which every new scenario would change.
json::object to_json(const KillMatrix& matrix);

/// Per quirk the test cases that show its named kills, as an accepted matrix has them.
std::map<std::string, std::set<std::string>, std::less<>> witnesses(const json::object& accepted);

/// The groups of `matrix.alike` that no separation explains (rule R7): one that does names all of
/// the group.
std::vector<std::vector<std::string>> unexplained(
    const KillMatrix& matrix, std::span<const mocks::quirks::Separation> separations);

/// Where `matrix.unshown` and the checks that are declared as such are not the same: a line for
/// each that no quirk makes fail and for which no reason is given, and for each declared one that
/// was seen failing, or that no scenario has.
std::vector<std::string> undeclared(const KillMatrix& matrix,
                                    std::span<const mocks::quirks::Unshown> declared);

/// What of two matrices is compared.
enum class Compared {
  kEverything,
  /// Status and named kills. Another seed gives the links other delays: what fails beside what a
  /// quirk names may then come a moment earlier or later, and be another finding or none.
  kNamedKills
};

/// The lines that differ between an accepted matrix and this one: "+ quirk: check/finding", and
/// "- check" for a kind that only the accepted plan has.
std::vector<std::string> differences(const json::object& accepted, const json::object& seen,
                                     Compared compared = Compared::kEverything);

/// What was tried: "3 equivalent; 62 checks, 0 without a killer; 50 impostors; 44543 runs".
std::string extent(const KillMatrix& matrix);

/// "killed 200, SURVIVED 0, VOID 0, KILLED_BY_OTHER 0, impostors green 0": how many test cases
/// impostors passed that they violate. Scripts read it.
std::string summary(const KillMatrix& matrix);

}  // namespace parley::prove
