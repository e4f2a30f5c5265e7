// Who reports on what, for whom and by whose authority: what a test report has to state by ISO/IEC
// 17025:2017, 7.8, and no run can know. Somebody who answers for it writes it into a file.
#pragma once

#include <string>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/base/yaml.h"

namespace parley::judge {

/// An opinion or interpretation (7.8.7): never ours, always somebody's.
struct Opinion {
  std::string text;
  std::string by;
};

/// Empty texts are not stated. Days are written "2026-11-26".
struct Identification {
  std::string report;         ///< unique id of the report: "CTR-2026-0117"
  std::string issued;         ///< day
  std::string amends;         ///< id of the report that this one replaces
  std::string authorised_by;  ///< a person and their role
  std::string laboratory;
  std::string address;
  std::string place;  ///< where the tests were performed
  std::string party;  ///< ISO/IEC 17000: "first", "second" or "third"
  std::string client;
  std::string contact;
  std::string item;  ///< what was tested
  std::string item_version;
  std::string received;            ///< day
  std::string sampling;            ///< how the item was chosen
  std::string deviations;          ///< from, additions to and exclusions from the method
  std::string external_providers;  ///< whose results are among these
  std::vector<Opinion> opinions;
};

/// Reads such a file: mappings `report`, `laboratory`, `client`, `item`, `method` and a list of
/// `opinions`, each of which may be absent. Everything wrong is reported; a file with something
/// wrong must not be used.
Identification read_identification(const YamlFile& file, std::vector<Diagnostic>& diagnostics);

/// What the standard demands of every test report and this does not state, each with its clause:
/// "laboratory.address (7.8.2.1 b)"; in the order of the clauses.
std::vector<std::string> unstated(const Identification& identification);

}  // namespace parley::judge
