// The parties that `parley serve` plays, and the only way in which anybody makes them act: every
// operation is on record, with who asked for what and how it ended.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/served_cast.h"
#include "harness/driver/party.h"
#include "harness/evidence/recorder.h"
#include "harness/net/world.h"
#include "harness/scenario/media.h"

namespace parley::cli {

struct ServedParty {
  driver::ActorSpec actor;
  std::unique_ptr<driver::Party> party;
};

class ServedStage {
 public:
  /// World and recorder outlive it; it outlives the World's coroutines.
  ServedStage(net::World& world, evidence::Recorder& recorder, scenario::MediaSource media)
      : world_(world), recorder_(recorder), media_(std::move(media)) {}

  /// Makes the actors of the side, who take their host names, and tells the record who is there.
  Status enter(const std::vector<driver::ActorSpec>& cast, ServedSide side,
               const driver::PartyFactory& make);
  /// Every party gets ready.
  net::awaitable<Status> begin();
  /// Every party leaves. What goes wrong with it is logged.
  net::awaitable<void> finish();
  /// Destroys the parties, once the World was shut down.
  void clear() { parties_.clear(); }

  const std::vector<ServedParty>& parties() const { return parties_; }
  /// Null where the side has no such actor.
  driver::Party* find(std::string_view id) const;
  /// The same as an error: kNotFound, with the nearest name.
  Result<driver::Party*> named(const std::string& id) const;

  /// An operation of the driver contract, for at most driver::kOperationDeadline of World time.
  /// `media: photo.jpg` stands for a file as in scenarios. kNotFound where the side has no such
  /// actor, kUnsupported where the actor has no such operation, each with the nearest name.
  net::awaitable<Result<json::object>> perform(std::string actor, std::string operation,
                                               json::object arguments);
  /// Moves the World's clock on; on record.
  net::awaitable<void> advance(Duration by);

 private:
  void record_step(std::string kind, json::object facts);
  Result<driver::Party*> able(const std::string& actor, const std::string& operation) const;

  net::World& world_;
  evidence::Recorder& recorder_;
  const scenario::MediaSource media_;
  std::vector<ServedParty> parties_;
  std::int64_t steps_ = 0;
};

}  // namespace parley::cli
