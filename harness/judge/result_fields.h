// For the .cc files of this folder: the members of every struct of result.json, named once. Each
// fields() hands them to `archive`, which writes them, reads them or describes them. A list that
// came later goes through if_any(), which writes it where there is something in it: results from
// before stay what they were, to the byte.
#pragma once

#include <concepts>
#include <type_traits>

#include "harness/judge/result.h"

namespace parley::judge {

template <class T>
concept Enumeration = std::is_enum_v<T>;

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, Finding>
{
  archive("verdict", value.verdict);
  archive("code", value.code);
  archive("expected", value.expected);
  archive("observed", value.observed);
  archive("evidence", value.evidence);
  archive("attribution", value.attribution);
  archive("blamed", value.blamed);
  archive("measures", value.measures);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, CheckResult>
{
  archive("id", value.id);
  archive("kind", value.kind);
  archive("role", value.role);
  archive("requirements", value.requirements);
  archive("finding", value.finding);
  archive("basis", value.basis);
  archive("surrogates", value.surrogates);
  archive("overlaid", value.overlaid);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, LeftOutCheck>
{
  archive("id", value.id);
  archive("kind", value.kind);
  archive("requirements", value.requirements);
  archive("reason", value.reason);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, AttemptResult>
{
  archive("verdict", value.verdict);
  archive("reason", value.reason);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, CaseResult>
{
  archive("id", value.id);
  archive("scenario", value.scenario);
  archive("title", value.title);
  archive("purpose", value.purpose);
  archive("file", value.file);
  archive("requirements", value.requirements);
  archive("milestones", value.milestones);
  archive("matrix", value.matrix);
  archive("disposition", value.disposition);
  archive("reason", value.reason);
  archive("verdict", value.verdict);
  archive("attempts", value.attempts);
  archive("unstable", value.unstable);
  archive("checks", value.checks);
  archive.if_any("left_out", value.left_out);
  archive("records", value.records);
  archive("started", value.started);
  archive("duration", value.duration);
  archive("engine_error", value.engine_error);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, CheckReference>
{
  archive("case", value.case_id);
  archive("check", value.check_id);
  archive("verdict", value.verdict);
  archive("waiver", value.waiver);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, RequirementResult>
{
  archive("id", value.id);
  archive("title", value.title);
  archive("statement", value.statement);
  archive("clause", value.clause);
  archive("voice", value.voice);
  archive("mark", value.mark);
  archive("phase", value.phase);
  archive("bound", value.bound);
  archive("modality", value.modality);
  archive("basis", value.basis);
  archive("method", value.method);
  archive("coverage", value.coverage);
  archive("disposition", value.disposition);
  archive("reason", value.reason);
  archive("since", value.since);
  archive("status", value.status);
  archive("failed_by", value.failed_by);
  archive("waivers", value.waivers);
  archive("checks", value.checks);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, ObligationResult>
{
  archive("id", value.id);
  archive("clause", value.clause);
  archive("title", value.title);
  archive("status", value.status);
  archive("requirements", value.requirements);
  archive("in_force", value.in_force);
  archive("since", value.since);
  archive("decision", value.decision);
  archive("reason", value.reason);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, DocumentReference>
{
  archive("document", value.document);
  archive("date", value.date);
  archive("sha256", value.digest);
  archive("attested_by", value.attested_by);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, ExaminationResult>
{
  archive("id", value.id);
  archive("kind", value.kind);
  archive("requirement", value.requirement);
  archive("rows", value.rows);
  archive("finding", value.finding);
  archive("documents", value.documents);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, Waiver>
{
  archive("id", value.id);
  archive("owner", value.owner);
  archive("reason", value.reason);
  archive("expires", value.expires);
  archive("requirement", value.requirement);
  archive("case", value.case_id);
  archive("check", value.check_id);
  archive("finding", value.finding);
  archive("state", value.state);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, Counts>
{
  archive("total", value.total);
  archive("pass", value.pass);
  archive("fail", value.fail);
  archive("inconclusive", value.inconclusive);
  archive("error", value.error);
  archive("not_applicable", value.not_applicable);
  archive("not_tested", value.not_tested);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, StatusCounts>
{
  archive("total", value.total);
  archive("satisfied", value.satisfied);
  archive("satisfied_with_waiver", value.satisfied_with_waiver);
  archive("not_satisfied", value.not_satisfied);
  archive("undetermined", value.undetermined);
  archive("not_applicable", value.not_applicable);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, Summary>
{
  archive("cases", value.cases);
  archive("checks", value.checks);
  archive("requirements", value.requirements);
  archive("obligations", value.obligations);
  archive("recommendations_not_followed", value.recommendations_not_followed);
  archive("unstable", value.unstable);
  archive("records", value.records);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, SeatHolder>
{
  archive("seat", value.seat);
  archive("implementation", value.implementation);
  archive("version", value.version);
  archive("driver", value.driver);
  archive("driver_version", value.driver_version);
  archive("under_test", value.under_test);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, KillMatrixReference>
{
  archive("sha256", value.digest);
  archive("quirks", value.quirks);
  archive("checks", value.checks);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, SuiteInfo>
{
  archive("kill_matrix", value.kill_matrix);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, Opinion>
{
  archive("text", value.text);
  archive("by", value.by);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, Identification>
{
  archive("report", value.report);
  archive("issued", value.issued);
  archive("amends", value.amends);
  archive("authorised_by", value.authorised_by);
  archive("laboratory", value.laboratory);
  archive("address", value.address);
  archive("place", value.place);
  archive("party", value.party);
  archive("client", value.client);
  archive("contact", value.contact);
  archive("item", value.item);
  archive("item_version", value.item_version);
  archive("received", value.received);
  archive("sampling", value.sampling);
  archive("deviations", value.deviations);
  archive("external_providers", value.external_providers);
  archive("opinions", value.opinions);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, LedgerReference>
{
  archive("origin", value.origin);
  archive("index", value.index);
  archive("previous_runs", value.previous_runs);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, RunFileReference>
{
  archive("name", value.name);
  archive("sha256", value.digest);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, ClaimStated>
{
  archive("group", value.group);
  archive("item", value.item);
  archive("claimed", value.claimed);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, IxitStated>
{
  archive("item", value.item);
  archive("value", value.value);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, MilestoneResult>
{
  archive("id", value.id);
  archive("state", value.state);
  archive("cases", value.cases);
  archive("reason", value.reason);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, WireOverlay>
{
  archive("id", value.id);
  archive("sha256", value.digest);
  archive("operations", value.operations);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, RunInfo>
{
  archive("id", value.id);
  archive("seed", value.seed);
  archive("network", value.network);
  archive("started", value.started);
  archive("ended", value.ended);
  archive("mode", value.mode);
  archive("run_file", value.run_file);
  archive("harness_name", value.harness_name);
  archive("harness_version", value.harness_version);
  archive("harness_sha256", value.harness_digest);
  archive("profile_id", value.profile_id);
  archive("profile_version", value.profile_version);
  archive("service", value.service);
  archive("as_of", value.as_of);
  archive("waivers_as_of", value.waivers_as_of);
  archive("wire_profile_id", value.wire_profile_id);
  archive("wire_overlays", value.wire_overlays);
  archive("register_sha256", value.register_digest);
  archive("seats", value.seats);
  archive("ics", value.ics);
  archive("ixit", value.ixit);
  archive("addressing", value.addressing);
  archive("catalogue_sha256", value.catalogue_digest);
  archive("plan_sha256", value.plan_digest);
  archive("transcript_sha256", value.transcript_digest);
  archive("ledger", value.ledger);
  archive("identification", value.identification);
  archive("suite", value.suite);
  archive("state", value.state);
}

template <class A, class T>
void fields(A& archive, T& value)
  requires std::same_as<std::remove_const_t<T>, RunResult>
{
  archive("run", value.run);
  archive("cases", value.cases);
  archive("requirements", value.requirements);
  archive("obligations", value.obligations);
  archive("examinations", value.examinations);
  archive("waivers", value.waivers);
  archive("milestones", value.milestones);
  archive("summary", value.summary);
  archive("verdict", value.verdict);
  archive("exit_code", value.exit_code);
  archive("statement", value.statement);
  archive.if_any("obstacles", value.obstacles);
}

}  // namespace parley::judge
