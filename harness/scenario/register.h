// The document register: what is not on the wire. Somebody who answers for it says of each document
// what it is, when it is of, which bytes it has and which requirements it supports. Parley reads
// what was said and computes with it; it does not read the documents.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/diagnostic.h"
#include "harness/base/json.h"
#include "harness/base/yaml.h"
#include "harness/scenario/library.h"

namespace parley::scenario {

struct RegisterEntry {
  std::string document;  ///< its title
  std::string kind;      ///< "reference-offer"; as the examinations of the catalogue name it
  TimePoint date;
  std::string digest;                 ///< hex SHA-256 of the document
  std::vector<std::string> supports;  ///< ids of requirements, or clauses: "DMA 7(4)"
  std::string attested_by;            ///< a role: "head of compliance"
  std::string service;                ///< that it is about; empty: all of the gatekeeper's
  json::object facts;                 ///< what it states
  std::string file;
  SourceMark mark;

  /// Whether it says that it speaks to that row, by id or by one of the row's clauses.
  bool supports_row(const Requirement& row) const;
};

/// The kinds of document that the catalogue's examinations ask for, sorted.
std::vector<std::string> document_kinds(const Library& library);

/// Reads the `documents:` of one file and appends them. Everything wrong is reported; a file with
/// something wrong must not be used. `library` says which kinds, requirements and services exist.
void read_register(const YamlFile& file, const Library& library,
                   std::vector<RegisterEntry>& entries, std::vector<Diagnostic>& diagnostics);

}  // namespace parley::scenario
