#include "reports/timings.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "harness/base/json.h"

namespace parley::reports {
namespace {

using evidence::Direction;
using evidence::Record;
using evidence::Tap;

std::string text(const json::object& object, std::string_view key) {
  return std::string(get_string(object, key).value_or(""));
}

// Who is connected, and since which record.
class Connections {
 public:
  void see(const Record& record) {
    if (record.kind == "event.connected") since_[record.party] = record.seq;
    if (record.kind == "event.disconnected") since_.erase(record.party);
  }
  bool lasted_since(const std::string& party, std::uint64_t seq) const {
    const auto found = since_.find(party);
    return found != since_.end() && found->second < seq;
  }

 private:
  std::map<std::string, std::uint64_t> since_;
};

class Deliveries {
 public:
  void see(const Record& record, std::vector<Duration>& out) {
    connections_.see(record);
    const std::string id = text(record.facts, "id");
    if (id.empty()) return;
    if (record.tap == Tap::kMessage && record.direction == Direction::kOut) {
      sent_.try_emplace(id, record.time, record.seq);
    } else if (record.kind == "event.message" && get_bool(record.facts, "resent") != true) {
      const auto sent = sent_.find(id);
      if (sent == sent_.end()) return;
      if (connections_.lasted_since(record.party, sent->second.second)) {
        out.push_back(record.time - sent->second.first);
      }
      sent_.erase(sent);
    }
  }

 private:
  Connections connections_;
  std::map<std::string, std::pair<TimePoint, std::uint64_t>> sent_;
};

class Acknowledgements {
 public:
  void see(const Record& record, std::vector<Duration>& out) {
    if (record.tap != Tap::kStanza || evidence::is_server(record.role)) return;
    const std::string operation = text(record.facts, "operation");
    const json::object* node = get_object(record.facts, "node");
    const json::object* attributes = node == nullptr ? nullptr : get_object(*node, "attrs");
    if (attributes == nullptr) return;
    const std::pair key(record.party, text(*attributes, "id"));
    if (operation == "message-send" && record.direction == Direction::kOut) {
      sent_.try_emplace(key, record.time);
    } else if (operation == "message-ack" && record.direction == Direction::kIn) {
      const auto sent = sent_.find(key);
      if (sent == sent_.end()) return;
      out.push_back(record.time - sent->second);
      sent_.erase(sent);
    }
  }

 private:
  std::map<std::pair<std::string, std::string>, TimePoint> sent_;
};

class Answers {
 public:
  void see(const Record& record, std::vector<Duration>& out) {
    if (record.tap != Tap::kHttp) return;
    const std::tuple key(record.party, text(record.facts, "host"), text(record.facts, "method"),
                         text(record.facts, "target"));
    if (record.kind == "http.request" && record.direction == Direction::kOut) {
      asked_[key].push_back(record.time);
    } else if (record.kind == "http.response" && record.direction == Direction::kIn) {
      std::deque<TimePoint>& waiting = asked_[key];
      if (waiting.empty()) return;
      out.push_back(record.time - waiting.front());
      waiting.pop_front();
    }
  }

 private:
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::deque<TimePoint>>
      asked_;
};

void append(std::vector<Duration>& to, const std::vector<Duration>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

void Timings::add(const Timings& more) {
  append(delivery, more.delivery);
  append(acknowledgement, more.acknowledgement);
  append(http_answer, more.http_answer);
}

Timings timings_of(std::span<const Record> records) {
  const auto disturbs = [](const Record& record) { return record.kind == "event.disturbed"; };
  if (std::ranges::any_of(records, disturbs)) return {};
  Timings out;
  Deliveries deliveries;
  Acknowledgements acknowledgements;
  Answers answers;
  for (const Record& record : records) {
    deliveries.see(record, out.delivery);
    acknowledgements.see(record, out.acknowledgement);
    answers.see(record, out.http_answer);
  }
  return out;
}

}  // namespace parley::reports
