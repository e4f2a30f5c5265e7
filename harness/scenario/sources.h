// What the catalogue's rows rest upon: the documents that it cites, the core platform services to
// which Article 7 applies, with their dates, and the list of what must be there.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/diagnostic.h"
#include "harness/base/yaml.h"

namespace parley::scenario {

/// When a function is due: with the service's first obligations, two years or four years later.
enum class Phase { kBase, kGroups, kCalls };
inline constexpr std::size_t kPhases = 3;
std::string_view to_string(Phase phase);  ///< "base", "groups", "calls"

/// What a source is; only a reference offer has versions that decide what is asked when.
enum class DocumentKind { kLaw, kReferenceOffer, kStatement, kStandard, kResearch, kCode, kDesign };
std::string_view to_string(DocumentKind kind);  ///< "law", "reference-offer", ...

struct DocumentVersion {
  std::string version;
  std::optional<TimePoint> date;  ///< absent where we do not know it
};

/// A document that rows cite by its key and a clause, never by its wording.
struct Document {
  std::string key;  ///< "DMA", "TD"
  std::string title;
  DocumentKind kind = DocumentKind::kStatement;
  std::vector<DocumentVersion> versions;  ///< oldest first, at least one
  std::string file;
  SourceMark mark;

  const DocumentVersion* find_version(std::string_view version) const;
};

/// One place of one document.
struct Citation {
  std::string document;
  std::string clause;   ///< "7(2)(a)(i)"; empty: the document as a whole
  std::string version;  ///< the first one that says so; empty: all of them
  SourceMark mark;
};

/// "DMA 7(2)(a)(i); TD 5.2 (1.0.1)".
std::string citations_text(const std::vector<Citation>& citations);

/// A core platform service: the subject of Article 7.
struct Service {
  std::string id;  ///< "whatsapp"
  std::string title;
  TimePoint designated;
  TimePoint reference_offer;           ///< date of its first one
  std::array<TimePoint, kPhases> due;  ///< first day of each phase's obligations
  std::string file;
  SourceMark mark;
};

/// An extension of a time limit under Article 7(6). It counts only with the Commission's decision.
struct Extension {
  std::string obligation;
  std::string service;
  TimePoint until;
  std::string decision;  ///< its reference; empty: none is known, and nothing is extended
  std::string file;
  SourceMark mark;
};

/// How many rows an area of the catalogue has. They are numbered from 1 without gaps, so a row that
/// was taken out of the files is missed by its id.
struct Area {
  std::string id;  ///< "DISC"
  std::string title;
  std::int64_t rows = 0;
  std::string file;
  SourceMark mark;
};

/// Read those parts of one catalogue file that are there, and append them. Everything wrong is
/// reported; what is sound is still appended.
void read_documents(const YamlFile& file, std::vector<Document>& documents,
                    std::vector<Diagnostic>& diagnostics);
void read_services(const YamlFile& file, std::vector<Service>& services,
                   std::vector<Diagnostic>& diagnostics);
void read_extensions(const YamlFile& file, std::vector<Extension>& extensions,
                     std::vector<Diagnostic>& diagnostics);
void read_areas(const YamlFile& file, std::vector<Area>& areas,
                std::vector<Diagnostic>& diagnostics);

}  // namespace parley::scenario
