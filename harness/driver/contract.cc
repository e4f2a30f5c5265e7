#include "harness/driver/contract.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <limits>
#include <optional>
#include <utility>

#include "harness/base/diagnostic.h"

namespace parley::driver {
namespace {

constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLongestCode = 4096;
constexpr std::size_t kMostWords = 500;

// These texts stand in reports and on terminals.
bool is_plain(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// Takes the members of one message; the first thing wrong is kept.
class MessageReader {
 public:
  MessageReader(std::string_view message, const json::object& object)
      : message_(message), object_(object) {}

  void text(std::string_view name, std::string& into, std::size_t longest = kLongestName) {
    const json::value* value = take(name);
    if (value == nullptr) return;
    const json::string* string = value->if_string();
    if (string == nullptr || !is_plain(*string, longest)) {
      return refuse(name, "must be a text of 1 to " + std::to_string(longest) +
                              " bytes without control characters");
    }
    into = std::string(std::string_view(*string));
  }

  void number(std::string_view name, std::int64_t& into) {
    const json::value* value = take(name);
    if (value == nullptr) return;
    const std::int64_t* number = value->if_int64();
    if (number == nullptr || *number < 0 || *number > std::numeric_limits<std::int32_t>::max()) {
      return refuse(name, "must be a whole number from 0 to 2147483647");
    }
    into = *number;
  }

  void texts(std::string_view name, std::vector<std::string>& into) {
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

  const json::object* object(std::string_view name) {
    const json::value* value = take(name);
    if (value == nullptr) return nullptr;
    if (!value->is_object()) refuse(name, "must be an object");
    return value->if_object();
  }

  void refuse(std::string_view name, const std::string& why) {
    if (!trouble_) {
      trouble_ = make_error(ErrorCode::kInvalid, "\"" + std::string(name) + "\" " + why, message_);
    }
  }

  /// To be called when every member was asked for.
  Status finish() {
    for (const auto& member : object_) {
      const std::string key(member.key());
      if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
      const std::string hint = did_you_mean(key, known_);
      refuse(key, "is no member of this message" + (hint.empty() ? "" : "; " + hint));
    }
    return trouble_ ? Status(*trouble_) : Status();
  }

 private:
  const json::value* take(std::string_view name) {
    known_.emplace_back(name);
    const json::value* value = object_.if_contains(name);
    if (value == nullptr) refuse(name, "is missing");
    return value;
  }

  const std::string message_;
  const json::object& object_;
  std::vector<std::string> known_;
  std::optional<Error> trouble_;
};

json::object actor_object(const ActorSpec& actor) {
  json::object object;
  object["id"] = actor.id;
  object["kind"] = actor.kind;
  if (!actor.of.empty()) object["of"] = actor.of;
  object["settings"] = actor.settings;
  return object;
}

bool is_word(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

bool DriverHello::performs(std::string_view operation) const {
  return std::find(capabilities.begin(), capabilities.end(), operation) != capabilities.end();
}

json::object start_params(const DriverStart& start) {
  json::array cast;
  for (const ActorSpec& actor : start.cast) cast.push_back(actor_object(actor));
  json::object params;
  params["seat"] = start.seat;
  params["actor"] = actor_object(start.actor);
  params["cast"] = std::move(cast);
  params["endpoints"] = {
      {"web_chat", start.web_chat}, {"chat", start.chat}, {"media", start.media}};
  params["trust"] = {{"noise_root", start.noise_root}, {"ca_pem", start.ca_pem}};
  params["time"] = start.time;
  params["addressing"] = start.addressing;
  return params;
}

json::object perform_params(std::string_view operation, json::object arguments) {
  json::object params;
  params["operation"] = json::string(operation);
  params["arguments"] = std::move(arguments);
  return params;
}

Result<DriverHello> read_hello(const json::object& params) {
  DriverHello hello;
  MessageReader reader("hello", params);
  std::int64_t protocol = 0;
  reader.text("name", hello.name);
  reader.text("version", hello.version);
  reader.number("protocol", protocol);
  if (const json::object* implementation = reader.object("implementation")) {
    MessageReader inner("hello: implementation", *implementation);
    inner.text("name", hello.implementation.name);
    inner.text("version", hello.implementation.version);
    PARLEY_TRY(inner.finish());
  }
  reader.texts("seats", hello.seats);
  reader.texts("addressing", hello.addressing);
  reader.texts("capabilities", hello.capabilities);
  hello.protocol = static_cast<int>(protocol);
  // Another version may well have other members: its number is told first.
  if (get_int(params, "protocol") && protocol != kProtocolVersion) {
    return make_error(ErrorCode::kUnsupported,
                      "the driver speaks version " + std::to_string(protocol) +
                          " of the driver contract, Parley speaks version " +
                          std::to_string(kProtocolVersion),
                      "hello");
  }
  PARLEY_TRY(reader.finish());
  return hello;
}

Result<DriverEvent> read_event(const json::object& params, std::uint64_t expected_sequence) {
  DriverEvent event;
  MessageReader reader("event", params);
  std::int64_t sequence = 0;
  reader.number("sequence", sequence);
  reader.text("name", event.name);
  if (!is_word(event.name)) reader.refuse("name", "must be small letters, digits and dashes");
  if (const json::object* facts = reader.object("facts")) event.facts = *facts;
  PARLEY_TRY(reader.finish());
  event.sequence = static_cast<std::uint64_t>(sequence);
  if (event.sequence != expected_sequence) {
    return make_error(ErrorCode::kInvalid,
                      "\"sequence\" is " + std::to_string(sequence) + ", and " +
                          std::to_string(expected_sequence) +
                          " was next: events count from 0 without gaps",
                      "event");
  }
  return event;
}

Result<std::string> read_pair(const json::object& params) {
  std::string code;
  MessageReader reader("pair", params);
  reader.text("code", code, kLongestCode);
  PARLEY_TRY(reader.finish());
  return code;
}

}  // namespace parley::driver
