// The JSON Schema of run files, and a first run file to fill in: both are made from the words that
// the reader knows.
#pragma once

#include <string>
#include <string_view>

namespace parley::cli {

/// schemas/run.schema.json, ended by a newline.
std::string run_schema_text();

/// A commented run file for a product in that seat; without one for mocks alone. It can be read and
/// run as it is, apart from the driver's command. `seat` is one of drivable_seat_names(), or
/// empty.
std::string run_file_template(std::string_view seat);

}  // namespace parley::cli
