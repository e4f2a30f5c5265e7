// metrics.prom: what a monitoring system keeps of a run, as OpenMetrics text that Prometheus' older
// format reads, too (for the node exporter's textfile collector or a Pushgateway).
#pragma once

#include <string>

#include "harness/judge/result.h"

namespace parley::reports {

/// Counts of cases and checks by verdict, one time series per requirement and obligation, the
/// statement, waivers by state, how long it took and when it ended (in the World's time). The run's
/// id is a label of parley_run_info alone, so that no other series is new with every run. The other
/// labels are profile, network and service.
std::string render_openmetrics(const judge::RunResult& result);

}  // namespace parley::reports
