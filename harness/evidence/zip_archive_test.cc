// Archives that we wrote, and the same after an enemy had them: every bit flipped, cut at every
// byte, and built by hand in all the ways that make two unzip programs see different files.
#include "harness/evidence/zip_archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>

#include "harness/base/encoding.h"
#include "harness/base/file.h"
#include "harness/base/random.h"

namespace parley::evidence {
namespace {

using ::testing::HasSubstr;

/// Files that live as long as the test.
struct Files {
  std::vector<std::pair<std::string, std::string>> all;

  std::vector<ZipEntry> entries() const {
    std::vector<ZipEntry> out;
    for (const auto& [name, content] : all) out.push_back({name, as_bytes(content)});
    return out;
  }
};

const Files kBundle{{{"result.json", "{}"},
                     {"manifest.json", "[1,2,3]"},
                     {"evidence/sha256/ab/cdef", std::string("\0\xff binary", 9)},
                     {"empty", ""}}};

Bytes bundle() { return write_zip(kBundle.entries()).value(); }

void put(Bytes& bytes, std::size_t at, std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) {
    bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
}
std::uint64_t get(const Bytes& bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = width; i-- > 0;) value = value << 8 | bytes[at + i];
  return value;
}

/// An archive of one file, with handles on its parts.
struct One {
  explicit One(std::string name = "a.txt", std::string content = "hello")
      : bytes(write_zip(std::vector<ZipEntry>{{name, as_bytes(content)}}).value()),
        end(bytes.size() - 22),
        central(get(bytes, end + 16, 4)) {}

  /// The same field in both headers; `local` is its offset in the local one.
  void both(std::size_t local, std::uint64_t value, std::size_t width) {
    put(bytes, local, value, width);
    put(bytes, central + local + 2, value, width);
  }
  Error refused() const {
    const auto read = read_zip(bytes);
    EXPECT_FALSE(read.ok());
    return read.ok() ? Error{} : read.error();
  }

  Bytes bytes;
  std::size_t end;
  std::size_t central;
};

TEST(ZipArchive, GivesBackWhatWasPutIn) {
  const Bytes archive = bundle();
  const auto entries = read_zip(archive);
  ASSERT_TRUE(entries.ok()) << entries.error().text();
  ASSERT_EQ(entries->size(), 4U);
  EXPECT_EQ((*entries)[0].name, "empty");
  EXPECT_EQ((*entries)[1].name, "evidence/sha256/ab/cdef");
  EXPECT_EQ((*entries)[2].name, "manifest.json");
  EXPECT_EQ((*entries)[3].name, "result.json");
  for (const auto& [name, content] : kBundle.all) {
    const auto found = find_entry(*entries, name);
    ASSERT_TRUE(found);
    EXPECT_EQ(as_text(*found), content);
  }
  EXPECT_FALSE(find_entry(*entries, "missing"));
}

TEST(ZipArchive, TheOrderOfTheInputDoesNotMatter) {
  std::vector<ZipEntry> entries = kBundle.entries();
  std::ranges::reverse(entries);
  EXPECT_EQ(write_zip(entries).value(), bundle());
  EXPECT_EQ(write_zip({}).value().size(), 22U);
  EXPECT_TRUE(read_zip(write_zip({}).value()).value().empty());
}

TEST(ZipArchive, OneNameMayComeFirst) {
  std::vector<ZipEntry> entries{{"META-INF/manifest.xml", as_bytes("x")},
                                {"mimetype", as_bytes("application/vnd.etsi.asic-e+zip")}};
  const ZipForm form{.first = "mimetype"};
  const Bytes archive = write_zip(entries, form).value();
  EXPECT_EQ(as_text(BytesView(archive).subspan(30, 8)), "mimetype");
  EXPECT_EQ(read_zip(archive, form).value().front().name, "mimetype");
  EXPECT_THAT(read_zip(archive).error().message, HasSubstr("not in order"));
}

TEST(ZipArchive, RandomArchivesSurvive) {
  SeededRandom random(9, "zip");
  for (int round = 0; round < 50; ++round) {
    std::vector<std::pair<std::string, Bytes>> files;
    for (std::uint64_t i = random.below(8); i-- > 0;) {
      files.emplace_back("f" + std::to_string(i) + "/" + hex(random.bytes(1 + random.below(9))),
                         random.bytes(random.below(300)));
    }
    std::vector<ZipEntry> entries;
    for (const auto& [name, content] : files) entries.push_back({name, content});
    const Bytes archive = write_zip(entries).value();
    const auto read = read_zip(archive);
    ASSERT_TRUE(read.ok()) << read.error().text();
    EXPECT_EQ(read->size(), files.size());
    for (const auto& [name, content] : files) {
      EXPECT_EQ(to_bytes(find_entry(*read, name).value()), content);
    }
  }
}

TEST(ZipArchive, EveryFlippedBitIsNoticed) {
  const Bytes archive = bundle();
  for (std::size_t bit = 0; bit < archive.size() * 8; ++bit) {
    Bytes bent = archive;
    bent[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
    EXPECT_FALSE(read_zip(bent).ok()) << "bit " << bit;
  }
}

TEST(ZipArchive, EveryCutAndEveryAdditionIsNoticed) {
  const Bytes archive = bundle();
  for (std::size_t size = 0; size < archive.size(); ++size) {
    EXPECT_FALSE(read_zip(BytesView(archive).first(size)).ok()) << size;
    EXPECT_FALSE(read_zip(BytesView(archive).subspan(archive.size() - size)).ok()) << size;
  }
  for (std::size_t at = 0; at <= archive.size(); ++at) {
    Bytes longer = archive;
    longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(at), 0);
    EXPECT_FALSE(read_zip(longer).ok()) << at;
  }
}

TEST(ZipArchive, NamesThatLeadElsewhereAreRefused) {
  const std::string long_name(201, 'a');
  std::string deep = "a";
  for (int i = 0; i < 16; ++i) deep += "/a";
  for (const std::string& name : {std::string(),
                                  std::string("../a"),
                                  std::string("a/../b"),
                                  std::string("a/.."),
                                  std::string("."),
                                  std::string("./a"),
                                  std::string("/etc/passwd"),
                                  std::string("a//b"),
                                  std::string("a/"),
                                  std::string("a\\b"),
                                  std::string("..\\a"),
                                  std::string("C:a"),
                                  std::string("a\0b", 3),
                                  std::string("a\nb"),
                                  std::string("\xc3\xa9"),
                                  std::string("a "),
                                  std::string("a."),
                                  std::string("a./b"),
                                  std::string("-rf"),
                                  std::string("a/-x"),
                                  std::string("a*"),
                                  long_name,
                                  deep}) {
    EXPECT_EQ(check_zip_name(name).error().code, ErrorCode::kInvalid) << name;
    EXPECT_FALSE(write_zip(std::vector<ZipEntry>{{name, {}}}).ok()) << name;
    if (name.empty() || name.size() > 200) continue;
    // Put in by hand, in the place of a good name of the same length.
    One archive(std::string(name.size(), 'x'));
    std::ranges::copy(name, archive.bytes.begin() + 30);
    std::ranges::copy(name,
                      archive.bytes.begin() + static_cast<std::ptrdiff_t>(archive.central) + 46);
    EXPECT_THAT(archive.refused().message, HasSubstr("a file's name")) << name;
  }
  for (const char* name :
       {"a", "result.json", "evidence/sha256/ab/cd", ".hidden", "a..b", "A_+=@-"}) {
    EXPECT_TRUE(check_zip_name(name).ok()) << name;
  }
}

TEST(ZipArchive, NamesThatSomeSystemTakesForOneAreRefused) {
  const auto write = [](const char* a, const char* b) {
    return write_zip(std::vector<ZipEntry>{{a, {}}, {b, {}}});
  };
  EXPECT_THAT(write("a", "a").error().message, HasSubstr("two files"));
  EXPECT_THAT(write("Result.json", "result.json").error().message, HasSubstr("two files"));
  EXPECT_THAT(write("a", "a/b").error().message, HasSubstr("also a folder"));
  EXPECT_THAT(write("a/b/c", "A/b").error().message, HasSubstr("also a folder"));
  EXPECT_TRUE(write("a", "ab/c").ok());
  // The reader sees the same: "b" renamed to "A", then to "a".
  for (const auto& [second, says] : {std::pair{'a', "twice"}, std::pair{'B', "not in order"}}) {
    Bytes archive = write("a", "b").value();
    const std::size_t central = get(archive, archive.size() - 6, 4);
    archive[31 + 30] = static_cast<std::uint8_t>(second);
    archive[central + 47 + 46] = static_cast<std::uint8_t>(second);
    EXPECT_THAT(read_zip(archive).error().message, HasSubstr(says));
  }
  Bytes archive = write("A", "b").value();
  const std::size_t central = get(archive, archive.size() - 6, 4);
  archive[31 + 30] = 'a';
  archive[central + 47 + 46] = 'a';
  EXPECT_THAT(read_zip(archive).error().message, HasSubstr("two files"));
}

TEST(ZipArchive, WhatIsNotStoredPlainlyIsUnsupported) {
  struct Case {
    std::size_t offset;
    std::uint64_t value;
    std::string says;
  };
  for (const Case& c : {Case{8, 8, "compression method is 8"}, Case{8, 12, "compression method"},
                        Case{6, 1, "encryption"}, Case{6, 8, "streaming"}, Case{6, 0x800, "UTF-8"},
                        Case{4, 45, "version needed is 45"}}) {
    One archive;
    archive.both(c.offset, c.value, 2);
    const Error error = archive.refused();
    EXPECT_EQ(error.code, ErrorCode::kUnsupported);
    EXPECT_THAT(error.message, HasSubstr(c.says));
  }
}

TEST(ZipArchive, ZipBombsAreNeverInflated) {
  // A real deflated stream with honest sizes: the method alone decides.
  const std::string zeros(1'000'000, '\0');
  Bytes packed(compressBound(zeros.size()));
  uLongf size = packed.size();
  ASSERT_EQ(compress2(packed.data(), &size, as_bytes(zeros).data(), zeros.size(), 9), Z_OK);
  packed.resize(size);
  One archive("bomb", std::string(as_text(packed)));
  archive.both(8, 8, 2);
  archive.both(22, zeros.size(), 4);
  EXPECT_EQ(archive.refused().code, ErrorCode::kUnsupported);
  // Sizes that disagree although nothing is compressed.
  One larger;
  larger.both(22, 1'000'000, 4);
  EXPECT_FALSE(read_zip(larger.bytes).ok());
}

TEST(ZipArchive, Zip64AndSeveralDisksAreUnsupported) {
  for (const auto& [offset, width] :
       {std::pair<std::size_t, std::size_t>{10, 2}, {12, 4}, {16, 4}}) {
    One archive;
    put(archive.bytes, archive.end + offset, ~std::uint64_t{0}, width);
    EXPECT_EQ(archive.refused().code, ErrorCode::kUnsupported);
  }
  One archive;
  put(archive.bytes, archive.end + 4, 1, 2);
  EXPECT_THAT(archive.refused().message, HasSubstr("several disks"));
}

TEST(ZipArchive, LinksAndOtherAttributesAreRefused) {
  One archive;
  put(archive.bytes, archive.central + 38, std::uint64_t{0120777} << 16, 4);
  const Error error = archive.refused();
  EXPECT_THAT(error.message, HasSubstr("symbolic link"));
  EXPECT_EQ(error.where, "zip: entry 1, offset 40");
  One unix_made;
  put(unix_made.bytes, unix_made.central + 4, 0x0314, 2);
  EXPECT_THAT(unix_made.refused().message, HasSubstr("made by"));
  One text;
  put(text.bytes, text.central + 36, 1, 2);
  EXPECT_THAT(text.refused().message, HasSubstr("internal attributes"));
  One later;
  later.both(12, 0x5000, 2);
  EXPECT_THAT(later.refused().message, HasSubstr("date"));
}

TEST(ZipArchive, HeadersThatDisagreeAreRefused) {
  for (const std::size_t offset : {4U, 6U, 8U, 10U, 12U, 14U, 18U, 22U, 26U, 28U}) {
    One archive;
    archive.bytes[offset] ^= 1;
    EXPECT_FALSE(read_zip(archive.bytes).ok()) << "local header, offset " << offset;
  }
  One archive;
  archive.bytes[30] = 'b';
  EXPECT_THAT(archive.refused().message, HasSubstr("another name"));
  EXPECT_THAT(archive.refused().where, HasSubstr("\"a.txt\", offset 0"));
}

TEST(ZipArchive, AContentWithAnotherCrcIsRefused) {
  One archive;
  archive.bytes[35] = 'j';
  EXPECT_EQ(archive.refused().code, ErrorCode::kAuth);
  EXPECT_THAT(archive.refused().message, HasSubstr("CRC-32"));
}

TEST(ZipArchive, FilesThatOverlapAreRefused) {
  // Two directory entries for one local file, the quoted overlap of a zip bomb.
  const Bytes two =
      write_zip(std::vector<ZipEntry>{{"a", as_bytes("xx")}, {"b", as_bytes("xx")}}).value();
  const std::size_t central = get(two, two.size() - 6, 4);
  Bytes bent = two;
  put(bent, central + 47 + 42, 0, 4);
  EXPECT_THAT(read_zip(bent).error().message, HasSubstr("offset of the local header"));
  // A file that reaches into the directory.
  One archive;
  archive.both(18, 200, 4);
  archive.both(22, 200, 4);
  EXPECT_THAT(archive.refused().message, HasSubstr("into the directory"));
}

TEST(ZipArchive, BytesThatBelongToNothingAreRefused) {
  One before;
  before.bytes.insert(before.bytes.begin(), {'M', 'Z'});
  put(before.bytes, before.end + 2 + 16, before.central + 2, 4);
  put(before.bytes, before.central + 2 + 42, 2, 4);
  EXPECT_THAT(before.refused().message, HasSubstr("offset of the local header"));

  One between;
  between.bytes.insert(between.bytes.begin() + static_cast<std::ptrdiff_t>(between.central), 7,
                       'x');
  put(between.bytes, between.end + 7 + 16, between.central + 7, 4);
  EXPECT_THAT(between.refused().message, HasSubstr("behind the last file"));

  One in_directory;
  in_directory.bytes.insert(
      in_directory.bytes.begin() + static_cast<std::ptrdiff_t>(in_directory.end), 7, 'x');
  put(in_directory.bytes, in_directory.end + 7 + 12, in_directory.end - in_directory.central + 7,
      4);
  EXPECT_THAT(in_directory.refused().message, HasSubstr("behind the directory"));

  One behind;
  behind.bytes.push_back('x');
  EXPECT_THAT(behind.refused().message, HasSubstr("behind its end"));

  One comment;
  put(comment.bytes, comment.end + 20, 2, 2);
  comment.bytes.insert(comment.bytes.end(), {'h', 'i'});
  EXPECT_FALSE(read_zip(comment.bytes).ok());
  One stated;
  put(stated.bytes, stated.end + 20, 2, 2);
  EXPECT_THAT(stated.refused().message, HasSubstr("comment"));
}

TEST(ZipArchive, KeepsItsLimits) {
  const Bytes archive = bundle();
  EXPECT_EQ(read_zip(archive, {}, {.archive = archive.size() - 1}).error().code, ErrorCode::kLimit);
  EXPECT_EQ(read_zip(archive, {}, {.entry = 6}).error().code, ErrorCode::kLimit);
  EXPECT_EQ(read_zip(archive, {}, {.entries = 3}).error().code, ErrorCode::kLimit);
  EXPECT_TRUE(read_zip(archive, {}, {.archive = archive.size(), .entry = 9, .entries = 4}).ok());
  const std::vector<ZipEntry> many(65'535, ZipEntry{"a", {}});
  EXPECT_EQ(write_zip(many).error().code, ErrorCode::kLimit);
}

/// Runs a program on the archive in a folder of its own; its exit status.
int judged_by(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str());
}

TEST(ZipArchive, OtherProgramsReadTheSame) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "parley_zip_archive_test";
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "bundle.zip").string();
  ASSERT_TRUE(write_file_atomically(path, BytesView(bundle())).ok());
  int judges = 0;
  if (judged_by("unzip -v") == 0) {
    ++judges;
    EXPECT_EQ(judged_by("unzip -t '" + path + "'"), 0);
    EXPECT_EQ(judged_by("test \"$(unzip -p '" + path + "' manifest.json)\" = '[1,2,3]'"), 0);
  }
  if (judged_by("python3 -c 'import zipfile'") == 0) {
    ++judges;
    EXPECT_EQ(judged_by("python3 -c \"import zipfile,sys; z=zipfile.ZipFile('" + path +
                        "'); sys.exit(z.testzip() is not None or z.namelist() != ['empty', "
                        "'evidence/sha256/ab/cdef', 'manifest.json', 'result.json'] or "
                        "z.read('evidence/sha256/ab/cdef') != b'\\\\0\\\\xff binary')\""),
              0);
  }
  std::filesystem::remove_all(folder);
  if (judges == 0) GTEST_SKIP() << "neither unzip nor python3 is installed";
}

}  // namespace
}  // namespace parley::evidence
