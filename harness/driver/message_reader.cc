#include "harness/driver/message_reader.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <limits>

#include "harness/base/diagnostic.h"

namespace parley::driver {
namespace {

constexpr std::size_t kMostWords = 500;
constexpr std::size_t kLongestText = 1024 * 1024;

// These texts stand in reports and on terminals.
bool is_plain(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

void MessageReader::text(std::string_view name, std::string& into, std::size_t longest) {
  const json::value* value = take(name);
  if (value == nullptr) return;
  const json::string* string = value->if_string();
  if (string == nullptr || !is_plain(*string, longest)) {
    return refuse(name, "must be a text of 1 to " + std::to_string(longest) +
                            " bytes without control characters");
  }
  into = std::string(std::string_view(*string));
}

void MessageReader::number(std::string_view name, std::int64_t& into) {
  const json::value* value = take(name);
  if (value == nullptr) return;
  const std::int64_t* number = value->if_int64();
  if (number == nullptr || *number < 0 || *number > std::numeric_limits<std::int32_t>::max()) {
    return refuse(name, "must be a whole number from 0 to 2147483647");
  }
  into = *number;
}

void MessageReader::lines(std::string_view name, std::string& into) {
  const json::value* value = take(name);
  if (value == nullptr) return;
  const json::string* string = value->if_string();
  if (string == nullptr || string->size() > kLongestText) return refuse(name, "must be a text");
  into = std::string(std::string_view(*string));
}

void MessageReader::word(std::string_view name, std::span<const std::string_view> words,
                         std::string& into) {
  if (!has(name)) return known_.emplace_back(name), void();
  const json::string* string = take(name)->if_string();
  const bool known = string != nullptr && std::ranges::find(words, *string) != words.end();
  if (known) {
    into = std::string(std::string_view(*string));
  } else {
    std::string all;
    for (const std::string_view one : words) all += (all.empty() ? "" : ", ") + std::string(one);
    refuse(name, "must be one of " + all);
  }
}

void MessageReader::table(std::string_view name, std::map<std::string, std::string>& into,
                          std::size_t longest) {
  const json::object* object = this->object(name);
  if (object == nullptr) return;
  bool sound = object->size() <= kMostWords;
  for (const auto& member : *object) {
    const json::string* word = member.value().if_string();
    sound = sound && is_plain(member.key(), kLongestName) && word != nullptr &&
            is_plain(*word, longest);
    if (sound) into.emplace(member.key(), std::string_view(*word));
  }
  if (!sound) {
    refuse(name, "must hold at most " + std::to_string(kMostWords) + " texts of 1 to " +
                     std::to_string(longest) + " bytes");
  }
}

void MessageReader::texts(std::string_view name, std::vector<std::string>& into) {
  const json::value* value = take(name);
  if (value == nullptr) return;
  const json::array* array = value->if_array();
  bool sound = array != nullptr && array->size() <= kMostWords;
  for (std::size_t i = 0; sound && i < array->size(); ++i) {
    const json::string* word = (*array)[i].if_string();
    sound = word != nullptr && is_plain(*word, kLongestName);
    if (sound) into.emplace_back(std::string_view(*word));
  }
  if (!sound) {
    refuse(name, "must be a list of at most " + std::to_string(kMostWords) + " texts of 1 to " +
                     std::to_string(kLongestName) + " bytes");
  }
}

const json::object* MessageReader::object(std::string_view name) {
  const json::value* value = take(name);
  if (value == nullptr) return nullptr;
  if (!value->is_object()) refuse(name, "must be an object");
  return value->if_object();
}

std::vector<const json::object*> MessageReader::objects(std::string_view name) {
  std::vector<const json::object*> all;
  const json::value* value = take(name);
  if (value == nullptr) return all;
  const json::array* array = value->if_array();
  bool sound = array != nullptr && array->size() <= kMostWords;
  for (std::size_t i = 0; sound && i < array->size(); ++i) {
    all.push_back((*array)[i].if_object());
    sound = all.back() != nullptr;
  }
  if (!sound) {
    all.clear();
    refuse(name, "must be a list of at most " + std::to_string(kMostWords) + " objects");
  }
  return all;
}

void MessageReader::refuse(std::string_view name, const std::string& why) {
  if (!trouble_) {
    trouble_ = make_error(ErrorCode::kInvalid, "\"" + std::string(name) + "\" " + why, message_);
  }
}

Status MessageReader::finish() {
  for (const auto& member : object_) {
    const std::string key(member.key());
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const std::string hint = did_you_mean(key, known_);
    refuse(key, "is no member of this message" + (hint.empty() ? "" : "; " + hint));
  }
  return trouble_ ? Status(*trouble_) : Status();
}

const json::value* MessageReader::take(std::string_view name) {
  known_.emplace_back(name);
  const json::value* value = object_.if_contains(name);
  if (value == nullptr) refuse(name, "is missing");
  return value;
}

}  // namespace parley::driver
