// The JSON Schema (2020-12) of result.json, made from the same list of members that writes and
// reads it, so that it cannot say another thing. `parley schema result` prints it.
#pragma once

#include <string>

namespace parley::judge {

/// The text of schemas/result.schema.json, ended by a newline. Every object is closed, every member
/// is required, numbers are whole. Beside the types it holds what must go together: an executed
/// case has attempts and a verdict, any other a reason; a fail is somebody's; a nightly run states
/// nothing. What is counted in the summary is not compared with the lists: no schema can.
std::string result_schema_text();

}  // namespace parley::judge
