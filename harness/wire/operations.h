// The names of the logical operations in the built-in wire profile (schemas/wire/). Code that sends
// or recognises an operation names it by these; a test holds them and the profile together.
#pragma once

#include <string_view>

namespace parley::wire::op {

// Stanzas, client to server.
inline constexpr std::string_view kPrekeyUpload = "prekey-upload";
inline constexpr std::string_view kSignedPrekeyRotate = "signed-prekey-rotate";
inline constexpr std::string_view kPrekeyCount = "prekey-count";
inline constexpr std::string_view kPrekeyDigest = "prekey-digest";
inline constexpr std::string_view kPrekeyFetch = "prekey-fetch";
inline constexpr std::string_view kServerPing = "server-ping";      ///< a client pings the server
inline constexpr std::string_view kClientResult = "client-result";  ///< answers the server's ping
inline constexpr std::string_view kBlocklistGet = "blocklist-get";
inline constexpr std::string_view kBlocklistSet = "blocklist-set";
inline constexpr std::string_view kMediaConnection = "media-connection";
inline constexpr std::string_view kMessageSend = "message-send";
inline constexpr std::string_view kMessageSendFranked = "message-send-franked";
inline constexpr std::string_view kMessageReport = "message-report";
inline constexpr std::string_view kReceiptDeliverySend = "receipt-delivery-send";
inline constexpr std::string_view kReceiptReadSend = "receipt-read-send";
inline constexpr std::string_view kReceiptRetrySend = "receipt-retry-send";
inline constexpr std::string_view kChatstateSend = "chatstate-send";
inline constexpr std::string_view kClientAck = "client-ack";
inline constexpr std::string_view kReachabilityPing = "reachability-ping";
inline constexpr std::string_view kAccountDelete = "account-delete";
inline constexpr std::string_view kSettingsGet = "settings-get";
inline constexpr std::string_view kSettingsSet = "settings-set";
inline constexpr std::string_view kContactLookup = "contact-lookup";
inline constexpr std::string_view kClientStreamEnd = "client-stream-end";

// Stanzas of companion devices, client to server.
inline constexpr std::string_view kCompanionSigned = "companion-signed";
inline constexpr std::string_view kCompanionRemove = "companion-remove";
inline constexpr std::string_view kUserSync = "user-sync";
inline constexpr std::string_view kConnectionMode = "connection-mode";
inline constexpr std::string_view kServerProperties = "server-properties";
inline constexpr std::string_view kPrivacyGet = "privacy-get";
inline constexpr std::string_view kPrivacySet = "privacy-set";
inline constexpr std::string_view kPrivacyTokens = "privacy-tokens";
inline constexpr std::string_view kPresence = "presence";
inline constexpr std::string_view kPresenceSubscribe = "presence-subscribe";
inline constexpr std::string_view kAppSession = "app-session";
inline constexpr std::string_view kOfflineBatch = "offline-batch";
inline constexpr std::string_view kMessageFanout = "message-fanout";
inline constexpr std::string_view kMessageResend = "message-resend";
inline constexpr std::string_view kMessageToPhone = "message-to-phone";
inline constexpr std::string_view kReceiptInactiveSend = "receipt-inactive-send";
inline constexpr std::string_view kReceiptOwnSend = "receipt-own-send";
inline constexpr std::string_view kReceiptRetryCompanionSend = "receipt-retry-companion-send";
inline constexpr std::string_view kCompanionAck = "companion-ack";
inline constexpr std::string_view kChatstateCompanionSend = "chatstate-companion-send";

// Stanzas for companion devices, server to client.
inline constexpr std::string_view kCompanionOffer = "companion-offer";
inline constexpr std::string_view kCompanionAccepted = "companion-accepted";
inline constexpr std::string_view kUserSyncAnswer = "user-sync-answer";
inline constexpr std::string_view kServerPropertiesAnswer = "server-properties-answer";
inline constexpr std::string_view kPrivacyAnswer = "privacy-answer";
inline constexpr std::string_view kEdgeRouting = "edge-routing";
inline constexpr std::string_view kMessageDeliverCompanion = "message-deliver-companion";

// Stanzas, server to client.
inline constexpr std::string_view kPrekeyCountAnswer = "prekey-count-answer";
inline constexpr std::string_view kPrekeyDigestAnswer = "prekey-digest-answer";
inline constexpr std::string_view kPrekeyFetchAnswer = "prekey-fetch-answer";
inline constexpr std::string_view kBlocklistAnswer = "blocklist-answer";
inline constexpr std::string_view kMediaConnectionAnswer = "media-connection-answer";
inline constexpr std::string_view kSettingsAnswer = "settings-answer";
inline constexpr std::string_view kContactLookupAnswer = "contact-lookup-answer";
inline constexpr std::string_view kServerResult = "server-result";  ///< an empty iq result
inline constexpr std::string_view kServerError = "server-error";    ///< an iq error with a code
inline constexpr std::string_view kClientPing = "client-ping";      ///< the server pings a client
inline constexpr std::string_view kMessageDeliver = "message-deliver";
inline constexpr std::string_view kMessageDeliverFranked = "message-deliver-franked";
inline constexpr std::string_view kMessageReportAnswer = "message-report-answer";
inline constexpr std::string_view kReceiptDelivery = "receipt-delivery";
inline constexpr std::string_view kReceiptRead = "receipt-read";
inline constexpr std::string_view kReceiptRetry = "receipt-retry";
inline constexpr std::string_view kChatstate = "chatstate";
inline constexpr std::string_view kMessageAck = "message-ack";
inline constexpr std::string_view kReceiptAck = "receipt-ack";
inline constexpr std::string_view kOfflinePreview = "offline-preview";
inline constexpr std::string_view kOfflineCount = "offline-count";
inline constexpr std::string_view kSuccess = "success";
inline constexpr std::string_view kFailure = "failure";
inline constexpr std::string_view kFailureDetail = "failure-detail";
inline constexpr std::string_view kStreamReplaced = "stream-replaced";
inline constexpr std::string_view kStreamError = "stream-error";
inline constexpr std::string_view kServerStreamEnd = "server-stream-end";
inline constexpr std::string_view kNotificationPrekeysLow = "notification-prekeys-low";
inline constexpr std::string_view kNotificationIdentity = "notification-identity";
inline constexpr std::string_view kReachabilityPingDeliver = "reachability-ping-deliver";
inline constexpr std::string_view kPartnerAnnounced = "partner-announced";

// Requests over HTTP, and what a login carries.
inline constexpr std::string_view kEnlistment = "enlistment";
inline constexpr std::string_view kPush = "push";
inline constexpr std::string_view kPartnerKeys = "partner-keys";
inline constexpr std::string_view kWhatsappKeys = "whatsapp-keys";
inline constexpr std::string_view kTokenIssue = "token-issue";
inline constexpr std::string_view kPartnerMediaUpload = "partner-media-upload";
inline constexpr std::string_view kPartnerMediaFetch = "partner-media-fetch";
inline constexpr std::string_view kPartnerMediaProxy = "partner-media-proxy";
inline constexpr std::string_view kWhatsappMediaUpload = "whatsapp-media-upload";
inline constexpr std::string_view kWhatsappMediaDownload = "whatsapp-media-download";
inline constexpr std::string_view kLogin = "login";
inline constexpr std::string_view kProtocolVersion = "protocol-version";

// Namespaces of the surrogates: ours, chosen so that nobody takes them for the gatekeeper's.
inline constexpr std::string_view kReachabilityNamespace = "urn:parley:surrogate:reachability";
inline constexpr std::string_view kAccountNamespace = "urn:parley:surrogate:account";
inline constexpr std::string_view kSettingsNamespace = "urn:parley:surrogate:settings";
inline constexpr std::string_view kContactNamespace = "urn:parley:surrogate:contact";
inline constexpr std::string_view kLoginNamespace = "urn:parley:surrogate:login";

}  // namespace parley::wire::op
