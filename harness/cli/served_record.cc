#include "harness/cli/served_record.h"

#include <algorithm>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/cli/served_session.h"

namespace parley::cli {
namespace {

constexpr std::size_t kMaxConnections = 100;

}  // namespace

ServedRecord::ServedRecord(const Clock& clock, evidence::Recorder& recorder, OutputFolder* folder,
                           Show show)
    : clock_(clock),
      recorder_(recorder),
      folder_(folder),
      show_(std::move(show)),
      started_(clock.now()) {}

Status ServedRecord::flush() {
  std::string lines;
  for (evidence::Record& record : recorder_.take()) {
    record.seq = records_++;
    note(record);
    show_(record);
    if (folder_ != nullptr) lines += evidence::to_line(record, kSessionCase) + "\n";
  }
  if (lines.empty() || !kept_.ok()) return kept_;
  kept_ = folder_->append(session_case(started_, clock_.now(), records_), lines);
  if (kept_.ok()) digest_.update(as_bytes(lines));
  return kept_;
}

std::string ServedRecord::transcript_digest() const {
  crypto::Sha256 until_now = digest_;
  return hex(until_now.finish());
}

std::vector<SeenConnection> ServedRecord::connections() const {
  std::vector<SeenConnection> out;
  for (const auto& [name, connection] : connections_) out.push_back(connection);
  std::ranges::sort(out, std::greater(), &SeenConnection::last);
  return out;
}

void ServedRecord::note(const evidence::Record& record) {
  const auto name = record.tap == evidence::Tap::kNoise || record.tap == evidence::Tap::kStanza
                        ? get_string(record.facts, "conn")
                        : std::nullopt;
  if (!name) return;
  // Whoever numbers connections does so for itself.
  SeenConnection& seen = connections_[record.party + " " + std::string(*name)];
  seen.name = *name;
  seen.party = record.party;
  seen.peer = record.peer;
  seen.last = record.time;
  if (record.tap == evidence::Tap::kNoise) ++seen.frames;
  if (connections_.size() <= kMaxConnections) return;
  connections_.erase(std::ranges::min_element(connections_, {},
                                              [](const auto& entry) { return entry.second.last; }));
}

}  // namespace parley::cli
