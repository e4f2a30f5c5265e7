// For tests: what a small suite of three checks and four quirks could show, one of each kind.
#pragma once

#include <string>

#include "reports/proof.h"

namespace parley::reports {

inline Proof sample_proof() {
  Proof proof;
  proof.digest = std::string(64, 'e');
  proof.checks = {
      {"content-intact",
       "A message arrives with exactly the content that was sent.",
       {{"server.alters", "content-differs", true, "text.both-ways"},
        {"server.repeats", "not-shown", false, ""}}},
      {"delivered-once",
       "A message is shown to its receiver exactly once.",
       {{"server.alters", "not-shown", false, ""},
        {"server.repeats", "delivered-more-than-once", true, "text.both-ways"}}},
      {"size-limit", "A file of the published limit is shown, and a larger one refused.", {}}};
  proof.quirks = {
      {"server.alters", "gatekeeper-server", "Turns a <bit> over in every message.", "E2E-002",
       "KILLED", ""},
      {"server.repeats", "gatekeeper-server", "Delivers a message twice.", "MSG-001", "KILLED", ""},
      {"client.pads | more", "partner-client", "Pads its messages longer.", "E2E-009", "EQUIVALENT",
       "How long padding is nobody says."},
      {"client.sleeps", "partner-client", "Is late.", "MSG-002", "SURVIVED", ""}};
  proof.alike = {
      {"content-intact, delivered-once", "One is about what, the other about how often."},
      {"a, b", ""}};
  proof.left_out = {{"Sockets", "Trials run in simulation."}};
  proof.troubles = {"client.sleeps: SURVIVED"};
  return proof;
}

}  // namespace parley::reports
