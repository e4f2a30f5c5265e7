// Bundles are zip files of one form only: files stored one after the other from the first byte on,
// in the order of their names, at a fixed time, with nothing else in them. The writer makes that
// form; the reader accepts no other, so that two tools cannot see different files in one archive
// and nothing has to be inflated before it is trusted.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/result.h"

namespace parley::evidence {

/// One file of an archive; a view into memory that somebody else keeps.
struct ZipEntry {
  std::string name;
  BytesView content;
};

/// Where one name comes before all others: "mimetype" in ASiC-E and its relatives (ETSI EN 319
/// 162-1, annex A). The rest is sorted by bytes.
struct ZipForm {
  std::string_view first{};
};

struct ZipLimits {
  std::uint64_t archive = std::uint64_t{1} << 30;
  std::uint64_t entry = std::uint64_t{1} << 29;
  std::size_t entries = 20'000;
};

/// A relative path that means the same on every system: 1 to 200 letters, digits and "._-+=@",
/// in at most 16 parts divided by "/"; no part is empty, begins with "-" or ends with "." (and so
/// none is "." or ".."). kInvalid says what is wrong.
Status check_zip_name(std::string_view name);

/// The archive's bytes; the same entries in any order give the same bytes. kInvalid for a bad name,
/// for two names that differ in no more than case, or for one that is a folder of another; kLimit
/// over 4 GiB or 65,534 entries, where zip would need its 64-bit form.
Result<Bytes> write_zip(std::span<const ZipEntry> entries, ZipForm form = {});

/// Reads untrusted bytes. The entries are views into `archive`, in its order.
/// kInvalid for anything that write_zip would not have written: names as above, comments, extra
/// fields, attributes (symbolic links), times, bytes before, between or behind, headers that
/// disagree, missing order. kUnsupported for compression, encryption, zip64 and several disks,
/// kAuth for a CRC that does not hold, kLimit for what is over the limits. `where` names the entry
/// and the offset.
Result<std::vector<ZipEntry>> read_zip(BytesView archive, ZipForm form = {}, ZipLimits limits = {});

/// The content of the entry `name`, where there is one.
std::optional<BytesView> find_entry(std::span<const ZipEntry> entries, std::string_view name);

}  // namespace parley::evidence
