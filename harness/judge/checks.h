// The judging functions behind the table of check kinds in check.cc, one group per file.
#pragma once

#include "harness/judge/check.h"

namespace parley::judge {

// checks_event.cc
Finding judge_event_seen(const CheckInput& input);
Finding judge_event_absent(const CheckInput& input);
Finding judge_order(const CheckInput& input);

// checks_message.cc
Finding judge_content_intact(const CheckInput& input);
Finding judge_delivered_once(const CheckInput& input);
Finding judge_quote_intact(const CheckInput& input);
Finding judge_media_refused(const CheckInput& input);
Finding judge_receipt_for(const CheckInput& input);

// checks_step.cc
Finding judge_step_result(const CheckInput& input);
Finding judge_refused_with(const CheckInput& input);

// checks_addresses.cc
Finding judge_addresses_internal(const CheckInput& input);
Finding judge_addresses_round_trip(const CheckInput& input);

// checks_comparison.cc
Finding judge_indistinguishable(const CheckInput& input);
Finding judge_withdrawal_as_easy(const CheckInput& input);

// checks_fields.cc
Finding judge_stanza_fields(const CheckInput& input);
Finding judge_http_body_fields(const CheckInput& input);

// checks_exchange.cc
Finding judge_http_exchange(const CheckInput& input);
Finding judge_stanza_seen(const CheckInput& input);

// invariants_privacy.cc
Finding judge_canary_contained(const CheckInput& input);
Finding judge_client_address_hidden(const CheckInput& input);
Finding judge_tokens_redacted(const CheckInput& input);

// invariants_keys.cc
Finding judge_one_time_prekeys_used_once(const CheckInput& input);
Finding judge_noise_nonces_unique(const CheckInput& input);

// invariants_wire.cc
Finding judge_push_body_minimal(const CheckInput& input);
Finding judge_wire_profile_valid(const CheckInput& input);

}  // namespace parley::judge
