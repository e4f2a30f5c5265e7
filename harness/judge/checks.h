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

// checks_media.cc
Finding judge_relayed_unchanged(const CheckInput& input);
Finding judge_ciphertext_only(const CheckInput& input);
Finding judge_download_stated(const CheckInput& input);
Finding judge_proxy_refused(const CheckInput& input);

// checks_media_policy.cc
Finding judge_references_unguessable(const CheckInput& input);
Finding judge_size_limit(const CheckInput& input);
Finding judge_retention_bounded(const CheckInput& input);

// checks_content.cc
Finding judge_name_safe(const CheckInput& input);
Finding judge_quote_loop_free(const CheckInput& input);
Finding judge_unsupported_told(const CheckInput& input);
Finding judge_malformed_refused(const CheckInput& input);
Finding judge_ids_unique(const CheckInput& input);
Finding judge_native_function(const CheckInput& input);
Finding judge_timestamp_sane(const CheckInput& input);

// checks_services.cc
Finding judge_services_independent(const CheckInput& input);

// checks_service_keys.cc
Finding judge_enlistments_apart(const CheckInput& input);
Finding judge_key_sets_apart(const CheckInput& input);

// checks_step.cc
Finding judge_step_result(const CheckInput& input);
Finding judge_refused_with(const CheckInput& input);
Finding judge_client_refuses(const CheckInput& input);

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

// checks_secrecy.cc
Finding judge_closed_to_thief(const CheckInput& input);
Finding judge_private_keys_absent(const CheckInput& input);
Finding judge_results_differ(const CheckInput& input);

// checks_connection.cc
Finding judge_ephemerals_fresh(const CheckInput& input);
Finding judge_login_payload(const CheckInput& input);
Finding judge_reconnects_spread(const CheckInput& input);

// checks_sealing.cc
Finding judge_messages_unsigned(const CheckInput& input);
Finding judge_padding_varies(const CheckInput& input);
Finding judge_retries_bounded(const CheckInput& input);
Finding judge_keys_fetched_first(const CheckInput& input);

// checks_parity.cc
Finding judge_no_weaker_than_native(const CheckInput& input);

// checks_http_version.cc
Finding judge_served_over(const CheckInput& input);

// checks_tls.cc
Finding judge_old_tls_refused(const CheckInput& input);
Finding judge_tls_accepted(const CheckInput& input);

// checks_proxy.cc
Finding judge_one_upstream_each(const CheckInput& input);
Finding judge_client_address_passed(const CheckInput& input);
Finding judge_upstream_ends(const CheckInput& input);
Finding judge_frames_unchanged(const CheckInput& input);
Finding judge_sent_by_device(const CheckInput& input);

// checks_degradation.cc
Finding judge_not_degraded(const CheckInput& input);

// checks_report.cc
Finding judge_report_selected_only(const CheckInput& input);
Finding judge_report_verified(const CheckInput& input);

// invariants_fields.cc
Finding judge_fields_declared(const CheckInput& input);

// invariants_personal.cc
Finding judge_personal_data_contained(const CheckInput& input);

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

// checks_token.cc
Finding judge_push_token(const CheckInput& input);

}  // namespace parley::judge
