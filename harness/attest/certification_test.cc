// The world: a laboratory about to begin a certification run, with one thing missing at a time.
#include "harness/attest/certification.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/attest/selection.h"
#include "harness/scenario/claim.h"
#include "harness/scenario/ixit.h"

namespace parley::attest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

scenario::Plan complete_plan() {
  scenario::Plan out;
  std::vector<scenario::ClaimAnswer> answers;
  for (const scenario::ClaimItem& item : scenario::claim_items()) {
    answers.push_back({std::string(item.group), std::string(item.name), true});
  }
  out.claim = scenario::make_claim(std::move(answers)).value();
  return out;
}

judge::RunInfo complete_run() {
  judge::RunInfo out;
  out.run_file = judge::RunFileReference{"run.yaml", std::string(64, 'a')};
  judge::Identification& stated = out.identification;
  for (std::string* text :
       {&stated.report, &stated.issued, &stated.authorised_by, &stated.laboratory, &stated.address,
        &stated.place, &stated.client, &stated.contact, &stated.item, &stated.item_version,
        &stated.received, &stated.sampling, &stated.deviations, &stated.external_providers}) {
    *text = "stated";
  }
  out.seats = {{"gatekeeper-client", "an app", "1", "a driver", "1", true},
               {"partner-server", "a mock", "1", "", "", false}};
  out.ixit = {{"timers.reconnect", "10s"}, {"accounts.alice", "33612345678"}};
  return out;
}

TEST(Certification, MayBeginWhereNothingIsMissing) {
  EXPECT_THAT(certification_gaps(complete_run(), complete_plan()), IsEmpty());
}

TEST(Certification, RefusesFilters) {
  scenario::Plan plan = complete_plan();
  plan.filters = {"text.*"};
  EXPECT_THAT(certification_gaps(complete_run(), plan),
              ElementsAre("the filter \"text.*\" leaves out a part of the profile"));
}

TEST(Certification, NeedsTheRunFileAndEveryAnswer) {
  judge::RunInfo run = complete_run();
  run.run_file.reset();
  EXPECT_EQ(certification_gaps(run, complete_plan()).size(), 1U);
  scenario::Plan plan = complete_plan();
  std::erase_if(plan.claim.answers, [](const auto& one) { return one.name == "voice"; });
  EXPECT_THAT(certification_gaps(complete_run(), plan),
              ElementsAre("ics: media.voice is not answered"));
}

TEST(Certification, NeedsWhatTheHoldersOfTestedSeatsMustState) {
  judge::RunInfo run = complete_run();
  run.ixit.clear();
  EXPECT_THAT(certification_gaps(run, complete_plan()),
              ElementsAre("ixit: timers.reconnect is not stated, for the seat gatekeeper-client",
                          "ixit: accounts is not stated, for the seat gatekeeper-client"));
  run.seats[0].under_test = false;
  EXPECT_THAT(certification_gaps(run, complete_plan()), IsEmpty());
}

TEST(Certification, NeedsTheWholeIdentification) {
  judge::RunInfo run = complete_run();
  run.identification.address.clear();
  EXPECT_THAT(certification_gaps(run, complete_plan()),
              ElementsAre("identification: laboratory.address (7.8.2.1 b) is not stated"));
}

}  // namespace
}  // namespace parley::attest
