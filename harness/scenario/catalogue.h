// The requirement catalogue: what is demanded, of whom, by which source, on which basis; and the
// obligations of Article 7 of Regulation (EU) 2022/1925 that the requirements make testable.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/diagnostic.h"
#include "harness/base/json.h"
#include "harness/base/yaml.h"
#include "harness/scenario/sources.h"

namespace parley::scenario {

/// How sure we are of the source's content.
enum class Basis {
  kPrimary,     ///< "F": read in a primary or well-corroborated source
  kSecondHand,  ///< "F2": read through a second-hand copy
  kKnown,       ///< "K": known text, to be checked against the official edition before printing
  kInference,   ///< "I": our inference or our design
};
std::string_view to_string(Basis basis);  ///< "F", "F2", "K", "I"

enum class Modality { kMust, kShould, kMay };
std::string_view to_string(Modality modality);  ///< "must", "should", "may"

/// Who speaks. Results of the three are never mixed.
enum class Voice { kLaw, kReferenceOffer, kAdvisory };
std::string_view to_string(Voice voice);  ///< "law", "reference-offer", "advisory"

/// How it is judged: by tests, or by the documents of a register (register.h).
enum class Method { kTest, kExamine };
std::string_view to_string(Method method);  ///< "test", "examine"

/// Why a row is neither tested nor examined, and who has looked at that.
struct RowExclusion {
  std::string reason;
  std::string reviewer;  ///< a role: "test engineer"
  TimePoint date;
};

/// How an examined row is judged over the register: a kind of examination and its arguments.
struct Examination {
  std::string kind;  ///< "document-present"
  json::object arguments;
  SourceMark mark;
};

/// Every seat in which something under test can sit.
const std::vector<std::string>& seat_names();

struct Requirement {
  std::string id;     ///< "MSG-001"
  std::string title;  ///< a few words
  std::string statement;
  /// Whom it binds: seats ("gatekeeper-server", "partner-client", ...) or whole organisations
  /// ("gatekeeper", "partner").
  std::vector<std::string> binds;
  std::vector<Citation> citations;  ///< where to read more; the first one is the nearest
  std::string source;               ///< the same as one line: "DMA 7(2)(a)(i); TD 5.1"
  Basis basis = Basis::kInference;
  Modality modality = Modality::kMay;
  Voice voice = Voice::kAdvisory;
  /// The law states the duty in general; the test's threshold or method is ours.
  bool concretisation = false;
  Phase phase = Phase::kBase;
  Method method = Method::kTest;
  /// Of a test: the seats in whose holder it can be observed. As the file says, else whom it binds.
  std::vector<std::string> seats;
  std::optional<RowExclusion> exclusion;
  std::vector<Examination> examinations;  ///< of a test: what documents add to it
  std::string file;
  SourceMark mark;
};

/// A paragraph or point of Article 7, or of an article that goes with it.
struct Obligation {
  std::string id;       ///< "art-7-2-a-i"
  std::string article;  ///< "7(2)(a)(i)"
  std::string title;
  std::string statement;
  std::string binds;
  Basis basis = Basis::kKnown;
  Phase phase = Phase::kBase;  ///< which of a service's dates is its first day (in_force.h)
  std::vector<std::string> requirements;
  std::string file;
  SourceMark mark;
};

/// Read the `requirements:` or `obligations:` of one catalogue file and append them. Everything
/// wrong is reported; what is sound is still appended.
void read_requirements(const YamlFile& file, std::vector<Requirement>& requirements,
                       std::vector<Diagnostic>& diagnostics);
void read_obligations(const YamlFile& file, std::vector<Obligation>& obligations,
                      std::vector<Diagnostic>& diagnostics);

}  // namespace parley::scenario
