// No world: the spellings of faults.
#include "mocks/client/client_fault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::mocks::client {
namespace {

using testing::HasSubstr;

TEST(ClientFault, EverySpellingReadsBack) {
  for (const char* name : {"", "leak-file-name", "leak-body", "reuse-prekey", "no-delivery-receipt",
                           "ignore-media-mac", "corrupt-media", "drop-quote", "duplicate-delivery",
                           "false-commitment", "report-chat"}) {
    const auto fault = parse_client_fault(name);
    ASSERT_TRUE(fault.ok()) << name;
    EXPECT_EQ(to_string(*fault), name);
  }
}

TEST(ClientFault, AnUnknownOneNamesTheKnown) {
  const auto fault = parse_client_fault("leak-bdoy");
  ASSERT_FALSE(fault.ok());
  EXPECT_EQ(fault.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(fault.error().message, HasSubstr("leak-body"));
}

}  // namespace
}  // namespace parley::mocks::client
