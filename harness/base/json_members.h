// Reads the members of a JSON object by name and type, and refuses those that nobody asked for. For
// formats in which a member that one reader ignores and another obeys would be a hole.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/json.h"
#include "harness/base/result.h"

namespace parley {

/// The object must outlive its reader. Every error is kInvalid or kLimit and has the member's
/// place, "manifest.files[3].size".
class JsonMembers {
 public:
  JsonMembers(const json::object& object, std::string where);
  /// kInvalid where the value is no object.
  static Result<JsonMembers> of(const json::value& value, std::string where);

  bool has(std::string_view name) const { return object_->contains(name); }
  const std::string& where() const { return where_; }
  std::string where(std::string_view name) const;  ///< "where.name"

  /// Printable UTF-8 in one line, of at most `limit` bytes.
  Result<std::string> text(std::string_view name, std::size_t limit = 4096);
  /// Any UTF-8 of at most `limit` bytes: what was observed, and must not be printed as it is.
  Result<std::string> raw_text(std::string_view name, std::size_t limit);
  Result<std::uint64_t> count(std::string_view name);  ///< 0 to 2^63 - 1
  Result<JsonMembers> object(std::string_view name);
  Result<const json::array*> array(std::string_view name, std::size_t limit);
  /// Hex in lower case, of exactly this many bytes.
  Result<Bytes> hex_bytes(std::string_view name, std::size_t size);

  /// An error of this member.
  Error wrong(std::string_view name, std::string what) const;
  /// kInvalid, naming it, where there is a member that was not read.
  Status end() const;

 private:
  const json::value* find(std::string_view name);

  const json::object* object_;
  std::string where_;
  std::vector<const json::value*> read_;
};

/// The same for one item of an array: printable UTF-8 in one line, of at most `limit` bytes.
Result<std::string> text_of(const json::value& value, const std::string& where,
                            std::size_t limit = 4096);

}  // namespace parley
