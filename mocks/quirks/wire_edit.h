// One change to a stanza, a request or an answer, as a wire quirk describes it.
#pragma once

#include "harness/net/http.h"
#include "harness/wire/node.h"
#include "mocks/quirks/quirk.h"

namespace parley::mocks::quirks {

/// Whether what passes is what the quirk's `where` asks for.
bool concerned(const WireQuirk& quirk, const wire::Node& node);
bool concerned(const WireQuirk& quirk, const net::HttpRequest& request);
bool concerned(const WireQuirk& quirk, const net::HttpResponse& response);

/// False, and nothing is changed, where the part is not there or already as the quirk wants it.
/// Drop, duplicate and hold are the caller's.
bool edit(const WireQuirk& quirk, wire::Node& node);
bool edit(const WireQuirk& quirk, net::HttpRequest& request);
bool edit(const WireQuirk& quirk, net::HttpResponse& response);

}  // namespace parley::mocks::quirks
