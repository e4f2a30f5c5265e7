// What a run left behind, read again: a folder of `parley run --out`, or a bundle.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/result.h"
#include "harness/evidence/record.h"
#include "harness/judge/result.h"

namespace parley::cli {

using CaseRecords =
    std::function<void(std::string_view case_id, std::span<const evidence::Record> records)>;

struct RunSource {
  judge::RunResult result;
  std::string selection;  ///< selection.json; empty where it is not there
  /// What a reader should know about where this comes from: who signed it, and that nobody vouched
  /// for them here; that it is of a run that was killed. Empty for a sound folder.
  std::string note;
  bool has_records = false;  ///< false for the public edition of a bundle

  /// Hands on the records of each case, as soon as they are all there. kInvalid or kAuth where they
  /// are damaged, or are not the transcript that the result names.
  Status each_case(const CaseRecords& take) const;

  std::string transcript;  ///< of a folder
  Bytes archive;           ///< of a bundle
};

/// A file is a bundle: every file in it must be as its manifest says, and where the signature can
/// be checked, it must hold; no root is trusted, which `note` says. kNotFound, kIo, kLimit,
/// kInvalid, kAuth. Anything that comes out is safe to read, not proven: that is what `parley
/// verify` is for.
Result<RunSource> read_run_source(const std::filesystem::path& path);

}  // namespace parley::cli
