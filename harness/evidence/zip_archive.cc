#include "harness/evidence/zip_archive.h"

#include <zlib.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace parley::evidence {
namespace {

constexpr std::uint32_t kLocalSignature = 0x04034b50;
constexpr std::uint32_t kCentralSignature = 0x02014b50;
constexpr std::uint32_t kEndSignature = 0x06054b50;
constexpr std::size_t kLocalSize = 30;
constexpr std::size_t kCentralSize = 46;
constexpr std::size_t kEndSize = 22;
constexpr std::uint64_t kMax32 = 0xffffffff;  ///< stands for "see the 64-bit form"
constexpr std::uint64_t kMax16 = 0xffff;

constexpr std::size_t kMaxName = 200;
constexpr std::size_t kMaxParts = 16;

/// What the headers of one file say about it, beyond the constants.
struct Facts {
  std::uint64_t crc = 0;
  std::uint64_t size = 0;
  std::uint64_t name_size = 0;
  std::uint64_t offset = 0;
};

/// One field of a header (APPNOTE 4.3): a constant of our form, or one of the facts.
struct Field {
  std::size_t width;
  std::string_view name;
  std::uint64_t value = 0;
  std::uint64_t Facts::* fact = nullptr;
  ErrorCode code = ErrorCode::kInvalid;  ///< where a constant is not met
};

constexpr ErrorCode kOther = ErrorCode::kUnsupported;

constexpr Field kVersion{2, "version needed", 10, nullptr, kOther};
constexpr Field kFlags{2, "flags (encryption, streaming, UTF-8)", 0, nullptr, kOther};
constexpr Field kMethod{2, "compression method", 0, nullptr, kOther};
constexpr Field kTime{2, "time"};
constexpr Field kDate{2, "date", 0x0021};  // 1980-01-01, the earliest that can be said
constexpr Field kCrc{4, "CRC-32", 0, &Facts::crc};
constexpr Field kPackedSize{4, "compressed size", 0, &Facts::size};
constexpr Field kSize{4, "size", 0, &Facts::size};
constexpr Field kNameSize{2, "length of the name", 0, &Facts::name_size};
constexpr Field kExtraSize{2, "length of extra fields"};

constexpr Field kLocal[] = {{4, "signature of a local header", kLocalSignature},
                            kVersion,
                            kFlags,
                            kMethod,
                            kTime,
                            kDate,
                            kCrc,
                            kPackedSize,
                            kSize,
                            kNameSize,
                            kExtraSize};

constexpr Field kCentral[] = {{4, "signature of a directory entry", kCentralSignature},
                              {2, "version made by", 20},
                              kVersion,
                              kFlags,
                              kMethod,
                              kTime,
                              kDate,
                              kCrc,
                              kPackedSize,
                              kSize,
                              kNameSize,
                              kExtraSize,
                              {2, "length of the comment"},
                              {2, "number of the disk", 0, nullptr, kOther},
                              {2, "internal attributes"},
                              {4, "external attributes (mode, symbolic link)"},
                              {4, "offset of the local header", 0, &Facts::offset}};

void put(Bytes& to, std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::uint64_t get(BytesView bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value |= std::uint64_t{bytes[at + i]} << (8 * i);
  return value;
}

void put_header(Bytes& to, std::span<const Field> fields, const Facts& facts) {
  for (const Field& field : fields) {
    put(to, field.fact != nullptr ? facts.*field.fact : field.value, field.width);
  }
}

std::uint32_t crc_of(BytesView content) {
  return static_cast<std::uint32_t>(crc32_z(0, content.data(), content.size()));
}

std::string lower(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool before(std::string_view a, std::string_view b, ZipForm form) {
  const bool a_first = a == form.first;
  const bool b_first = b == form.first;
  return a_first != b_first ? a_first : a < b;
}

/// Names that some system would take for the same file, or for a file and its folder.
Status check_collisions(std::span<const ZipEntry> entries) {
  std::set<std::string, std::less<>> files;
  for (const ZipEntry& entry : entries) {
    if (!files.insert(lower(entry.name)).second) {
      return make_error(ErrorCode::kInvalid, "two files are called \"" + entry.name + "\"");
    }
  }
  for (const std::string& file : files) {
    for (auto slash = file.find('/'); slash != std::string::npos;
         slash = file.find('/', slash + 1)) {
      if (!files.contains(std::string_view(file).substr(0, slash))) continue;
      return make_error(ErrorCode::kInvalid,
                        "\"" + file.substr(0, slash) + "\" is a file and also a folder");
    }
  }
  return {};
}

std::string place(std::size_t number, std::string_view name, std::size_t offset) {
  std::string text = "entry " + std::to_string(number + 1);
  if (!name.empty()) text += " \"" + std::string(name) + "\"";
  return text + ", offset " + std::to_string(offset);
}

/// Reads a directory from its end; each entry must begin where the one before it ended.
class ZipReader {
 public:
  ZipReader(BytesView archive, ZipForm form, ZipLimits limits)
      : archive_(archive), form_(form), limits_(limits) {}

  Result<std::vector<ZipEntry>> read() {
    PARLEY_TRY(read_end());
    std::vector<ZipEntry> entries;
    for (std::size_t i = 0; i < count_; ++i) {
      PARLEY_ASSIGN(ZipEntry entry, read_entry(i));
      if (i > 0 && !before(entries.back().name, entry.name, form_)) {
        return make_error(ErrorCode::kInvalid,
                          entry.name == entries.back().name ? "the file is there twice"
                                                            : "the files are not in order",
                          place(i, entry.name, central_));
      }
      entries.push_back(std::move(entry));
    }
    if (central_ != end_) return gap("the directory", central_, end_);
    if (local_ != directory_) return gap("the last file", local_, directory_);
    PARLEY_TRY(check_collisions(entries));
    return entries;
  }

 private:
  static Error gap(std::string_view what, std::uint64_t from, std::uint64_t to) {
    return make_error(ErrorCode::kInvalid,
                      "there are bytes behind " + std::string(what) + " that belong to nothing",
                      "offset " + std::to_string(from) + " to " + std::to_string(to));
  }

  Status read_end() {
    if (archive_.size() > limits_.archive || archive_.size() >= kMax32) {
      return make_error(ErrorCode::kLimit,
                        "an archive of " + std::to_string(archive_.size()) + " bytes");
    }
    if (archive_.size() < kEndSize ||
        get(archive_, archive_.size() - kEndSize, 4) != kEndSignature) {
      return make_error(ErrorCode::kInvalid,
                        "no zip archive, or not all of one, or one with bytes behind its end");
    }
    end_ = archive_.size() - kEndSize;
    const auto field = [&](std::size_t at, std::size_t width) {
      return get(archive_, end_ + at, width);
    };
    const std::string where = "end of directory, offset " + std::to_string(end_);
    count_ = field(10, 2);
    const std::uint64_t size = field(12, 4);
    directory_ = field(16, 4);
    if (field(4, 2) != 0 || field(6, 2) != 0) {
      return make_error(ErrorCode::kUnsupported, "an archive of several disks", where);
    }
    if (count_ == kMax16 || size == kMax32 || directory_ == kMax32) {
      return make_error(ErrorCode::kUnsupported, "the 64-bit form of zip", where);
    }
    if (field(20, 2) != 0) {
      return make_error(ErrorCode::kInvalid, "an archive with a comment", where);
    }
    if (field(8, 2) != count_ || directory_ + size != end_) {
      return make_error(ErrorCode::kInvalid, "the directory is not where it should be", where);
    }
    if (count_ > limits_.entries) {
      return make_error(ErrorCode::kLimit,
                        std::to_string(count_) + " entries; at most " +
                            std::to_string(limits_.entries) + " are read",
                        where);
    }
    central_ = directory_;
    return {};
  }

  /// Compares a header with our form, and with the facts where those are known.
  Status check_header(std::span<const Field> fields, std::size_t at, const Facts& facts,
                      const std::string& where) const {
    for (const Field& field : fields) {
      const std::uint64_t found = get(archive_, at, field.width);
      const std::uint64_t expected = field.fact != nullptr ? facts.*field.fact : field.value;
      if (found != expected) {
        return make_error(field.code,
                          std::string(field.name) + " is " + std::to_string(found) +
                              ", where a bundle has " + std::to_string(expected),
                          where);
      }
      at += field.width;
    }
    return {};
  }

  Result<ZipEntry> read_entry(std::size_t number) {
    if (end_ - central_ < kCentralSize) {
      return make_error(ErrorCode::kInvalid, "the directory ends within an entry",
                        place(number, {}, central_));
    }
    Facts facts{.crc = get(archive_, central_ + 16, 4),
                .size = get(archive_, central_ + 24, 4),
                .name_size = get(archive_, central_ + 28, 2),
                .offset = local_};
    PARLEY_TRY(check_header(kCentral, central_, facts, place(number, {}, central_)));
    if (facts.name_size > end_ - central_ - kCentralSize) {
      return make_error(ErrorCode::kInvalid, "the directory ends within a name",
                        place(number, {}, central_));
    }
    const std::string_view name =
        as_text(archive_.subspan(central_ + kCentralSize, facts.name_size));
    if (Status sound = check_zip_name(name); !sound) {
      return at(place(number, {}, central_), sound.error());
    }
    PARLEY_ASSIGN(const BytesView content, read_content(number, name, facts));
    central_ += kCentralSize + facts.name_size;
    return ZipEntry{std::string(name), content};
  }

  Result<BytesView> read_content(std::size_t number, std::string_view name, const Facts& facts) {
    const std::string where = place(number, name, local_);
    if (facts.size > limits_.entry) {
      return make_error(ErrorCode::kLimit, "a file of " + std::to_string(facts.size) + " bytes",
                        where);
    }
    const std::uint64_t whole = kLocalSize + facts.name_size + facts.size;
    if (whole > directory_ - local_) {
      return make_error(ErrorCode::kInvalid, "the file would reach into the directory", where);
    }
    PARLEY_TRY(check_header(kLocal, local_, facts, where));
    if (as_text(archive_.subspan(local_ + kLocalSize, facts.name_size)) != name) {
      return make_error(ErrorCode::kInvalid, "the local header has another name", where);
    }
    const BytesView content = archive_.subspan(local_ + kLocalSize + facts.name_size, facts.size);
    if (crc_of(content) != facts.crc) {
      return make_error(ErrorCode::kAuth, "the content does not have the CRC-32 that is stated",
                        where);
    }
    local_ += whole;
    return content;
  }

  const BytesView archive_;
  const ZipForm form_;
  const ZipLimits limits_;
  std::size_t count_ = 0;
  std::uint64_t directory_ = 0;  ///< where the directory begins
  std::uint64_t end_ = 0;        ///< and where the record behind it does
  std::uint64_t central_ = 0;    ///< the next directory entry
  std::uint64_t local_ = 0;      ///< the next local header
};

}  // namespace

Status check_zip_name(std::string_view name) {
  const auto bad = [&](std::string_view why) {
    return make_error(ErrorCode::kInvalid, "a file's name " + std::string(why));
  };
  if (name.empty()) return bad("is empty");
  if (name.size() > kMaxName) return bad("is longer than 200 characters");
  std::size_t parts = 0;
  while (true) {
    const std::size_t slash = name.find('/');
    const std::string_view part = name.substr(0, slash);
    if (part.empty()) return bad("is absolute, a folder, or has an empty part");
    for (const char c : part) {
      const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!word && std::string_view("._-+=@").find(c) == std::string_view::npos) {
        return bad("holds something else than letters, digits and ._-+=@");
      }
    }
    if (part.front() == '-') return bad("has a part that begins with -");
    if (part.back() == '.') return bad("has a part that ends with a dot");
    if (++parts > kMaxParts) return bad("has more than 16 parts");
    if (slash == std::string_view::npos) return {};
    name.remove_prefix(slash + 1);
  }
}

Result<Bytes> write_zip(std::span<const ZipEntry> entries, ZipForm form) {
  if (entries.size() >= kMax16) {
    return make_error(ErrorCode::kLimit, std::to_string(entries.size()) + " files in one archive");
  }
  std::uint64_t size = kEndSize;
  for (const ZipEntry& entry : entries) {
    PARLEY_TRY(check_zip_name(entry.name));
    size += kLocalSize + kCentralSize + 2 * entry.name.size() + entry.content.size();
  }
  if (size >= kMax32) {
    return make_error(ErrorCode::kLimit, "an archive of " + std::to_string(size) + " bytes");
  }
  PARLEY_TRY(check_collisions(entries));
  std::vector<std::size_t> order(entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return before(entries[a].name, entries[b].name, form);
  });
  Bytes archive;
  archive.reserve(size);
  Bytes directory;
  for (const std::size_t i : order) {
    const ZipEntry& entry = entries[i];
    const Facts facts{.crc = crc_of(entry.content),
                      .size = entry.content.size(),
                      .name_size = entry.name.size(),
                      .offset = archive.size()};
    put_header(archive, kLocal, facts);
    append(archive, as_bytes(entry.name));
    append(archive, entry.content);
    put_header(directory, kCentral, facts);
    append(directory, as_bytes(entry.name));
  }
  const std::uint64_t offset = archive.size();
  append(archive, directory);
  put(archive, kEndSignature, 4);
  put(archive, 0, 4);  // the number of this disk and of the directory's
  put(archive, entries.size(), 2);
  put(archive, entries.size(), 2);
  put(archive, directory.size(), 4);
  put(archive, offset, 4);
  put(archive, 0, 2);  // no comment
  return archive;
}

Result<std::vector<ZipEntry>> read_zip(BytesView archive, ZipForm form, ZipLimits limits) {
  Result<std::vector<ZipEntry>> entries = ZipReader(archive, form, limits).read();
  if (!entries) return at("zip", std::move(entries).error());
  return entries;
}

std::optional<BytesView> find_entry(std::span<const ZipEntry> entries, std::string_view name) {
  const auto found = std::ranges::find(entries, name, &ZipEntry::name);
  if (found == entries.end()) return std::nullopt;
  return found->content;
}

}  // namespace parley::evidence
