// What shows that the checks of the suite can fail, as plain values: the one source of the kill
// matrix' pages and of the section about it in every report.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace parley::reports {

/// A kind of check found a quirk.
struct ProofFind {
  std::string quirk;    ///< id
  std::string finding;  ///< code
  bool named = false;  ///< the quirk names this check and finding beforehand; else it is collateral
  std::string shown_by;  ///< a test case that shows it; empty where none is noted
};

struct ProofCheck {
  std::string kind;
  std::string demands;  ///< one sentence
  std::vector<ProofFind> finds;

  /// Whether some quirk was made for this check, and found by it for the reason that it names.
  bool shown() const { return std::ranges::any_of(finds, &ProofFind::named); }
};

struct ProofQuirk {
  std::string id;
  std::string role;     ///< whose behaviour deviates: "partner-server"
  std::string summary;  ///< what it does, one sentence
  std::string requirement;
  std::string status;      ///< "KILLED", ...
  std::string equivalent;  ///< why no check can see it; usually empty
};

/// Something, and why it is so.
struct ProofReason {
  std::string what;
  std::string why;
};

struct Proof {
  std::string digest;                 ///< hex SHA-256 of the canonical matrix
  std::size_t runs = 0;               ///< of test cases; 0 where that is not known
  std::vector<ProofCheck> checks;     ///< all kinds that the plan has, sorted
  std::vector<ProofQuirk> quirks;     ///< in the order of their catalogue
  std::vector<ProofReason> alike;     ///< kinds that the same quirks kill; no reason: unexplained
  std::size_t impostors = 0;          ///< universal ones, in all seats
  std::vector<ProofReason> excused;   ///< what impostors pass, and why they may
  std::size_t scenario_checks = 0;    ///< that scenarios declare; 0 where that is not known
  std::vector<ProofReason> unshown;   ///< those of them that no defect made fail
  std::vector<ProofReason> left_out;  ///< what was not tried
  std::vector<std::string> troubles;  ///< what is not as it should be; empty in a sound matrix

  std::size_t count(std::string_view status) const {
    return static_cast<std::size_t>(std::ranges::count(quirks, status, &ProofQuirk::status));
  }
};

}  // namespace parley::reports
