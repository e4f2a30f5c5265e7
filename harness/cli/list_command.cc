#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <memory>
#include <ostream>

#include "harness/base/join.h"
#include "harness/base/json.h"
#include "harness/cli/command.h"
#include "harness/cli/filter_options.h"
#include "harness/cli/suite.h"
#include "harness/judge/check.h"
#include "harness/scenario/examination_kinds.h"
#include "harness/scenario/plan.h"
#include "mocks/quirks/quirk.h"

namespace parley::cli {
namespace {

struct Options {
  FilterOptions selection;
  std::string profile = "base";
  std::string format = "text";
  bool requirements = false;
  bool checks = false;
  bool quirks = false;
  std::vector<std::string> folders;
};

// What is listed: named columns, the first of which identifies the row. Text shows the first few.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::string noun;
  std::size_t text_columns = 0;
};

Result<Table> requirement_table(const Suite& suite, const Options& options) {
  PARLEY_ASSIGN(const std::vector<scenario::Filter> filters, options.selection.parse());
  PARLEY_ASSIGN(const scenario::Selection selection,
                scenario::Selection::of(suite.library, filters));
  Table table{{"id", "voice", "modality", "basis", "phase", "method", "source", "title",
               "statement", "binds", "seats", "excluded"},
              {},
              "requirements",
              8};
  for (const scenario::Requirement& row : suite.library.requirements) {
    if (!selection.has(row)) continue;
    table.rows.push_back({row.id, std::string(scenario::to_string(row.voice)),
                          std::string(scenario::to_string(row.modality)),
                          std::string(scenario::to_string(row.basis)),
                          std::string(scenario::to_string(row.phase)),
                          row.exclusion ? "excluded" : std::string(scenario::to_string(row.method)),
                          row.source, row.title, row.statement, joined(row.binds, " "),
                          joined(row.seats, " "), row.exclusion ? row.exclusion->reason : ""});
  }
  return table;
}

Table check_table() {
  Table table{{"name", "judged", "summary"}, {}, "kinds of check", 3};
  for (const judge::CheckKind& kind : judge::check_kinds()) {
    table.rows.push_back({std::string(kind.name), kind.invariant ? "always" : "where declared",
                          std::string(kind.summary)});
  }
  for (const scenario::ExaminationKind& kind : scenario::examination_kinds()) {
    table.rows.push_back({std::string(kind.name), "over documents", std::string(kind.summary)});
  }
  return table;
}

Result<Table> case_table(const Suite& suite, const Options& options) {
  PARLEY_ASSIGN(const std::vector<scenario::Filter> filters, options.selection.parse());
  PARLEY_ASSIGN(const scenario::Plan plan,
                scenario::make_plan(suite.library, options.profile, filters));
  Table table{{"id", "checks", "requirements", "title"}, {}, "test cases", 4};
  for (const scenario::PlannedCase& planned : plan.cases) {
    const scenario::Scenario* scenario = suite.library.find_scenario(planned.test_case->scenario);
    table.rows.push_back({planned.test_case->id, std::to_string(planned.checks.size()),
                          scenario ? joined(scenario->requirements, " ") : "",
                          scenario ? scenario->title : ""});
  }
  return table;
}

Result<Table> quirk_table(const Suite& suite) {
  std::vector<Diagnostic> diagnostics;
  const std::vector<mocks::quirks::Quirk> quirks = suite.quirks(diagnostics);
  if (!diagnostics.empty()) return make_error(ErrorCode::kInternal, render(diagnostics));
  Table table{
      {"id", "role", "requirement", "summary", "layer", "killers", "equivalent"}, {}, "quirks", 4};
  for (const mocks::quirks::Quirk& quirk : quirks) {
    std::vector<std::string> killers;
    for (const mocks::quirks::Kill& kill : quirk.kills) {
      killers.push_back(kill.check + "/" + kill.finding);
    }
    table.rows.push_back({quirk.id, std::string(evidence::to_string(quirk.role)), quirk.requirement,
                          quirk.summary, quirk.layer, joined(killers, " "), quirk.equivalent});
  }
  return table;
}

Result<Table> table_of(const Suite& suite, const Options& options) {
  if (options.quirks) return quirk_table(suite);
  if (options.requirements) return requirement_table(suite, options);
  if (options.checks) return check_table();
  return case_table(suite, options);
}

void print_text(const Table& table, std::ostream& out) {
  std::vector<std::size_t> widths(table.columns.size(), 0);
  const std::size_t shown = table.text_columns;
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i + 1 < shown; ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < shown; ++i) {
      out << row[i];
      if (i + 1 < shown) out << std::string(widths[i] - row[i].size() + 2, ' ');
    }
    out << "\n";
  }
}

void print_json(const Table& table, std::ostream& out) {
  json::array rows;
  for (const auto& row : table.rows) {
    json::object object;
    for (std::size_t i = 0; i < row.size(); ++i) object[table.columns[i]] = row[i];
    rows.push_back(std::move(object));
  }
  out << canonical(rows) << "\n";
}

// RFC 4180: quotes around every field that needs them, doubled inside.
void print_csv(const Table& table, std::ostream& out) {
  const auto line = [&](const std::vector<std::string>& fields) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (i > 0) out << ",";
      if (fields[i].find_first_of(",\"\r\n") == std::string::npos) {
        out << fields[i];
        continue;
      }
      out << '"';
      for (const char c : fields[i]) out << (c == '"' ? "\"\"" : std::string(1, c));
      out << '"';
    }
    out << "\r\n";
  };
  line(table.columns);
  for (const auto& row : table.rows) line(row);
}

int list(const Options& options, Streams& streams) {
  std::vector<Diagnostic> diagnostics;
  const std::optional<Suite> suite = load_suite(options.folders, diagnostics);
  if (!suite) {
    streams.err << render(diagnostics);
    return kExitUsage;
  }
  const Result<Table> table = table_of(*suite, options);
  if (!table.ok()) {
    streams.err << "parley: " << table.error().text() << "\n";
    return kExitUsage;
  }
  if (options.format == "json") {
    print_json(*table, streams.out);
  } else if (options.format == "csv") {
    print_csv(*table, streams.out);
  } else {
    print_text(*table, streams.out);
    // Not among the lines, of which there is one per row.
    streams.err << table->rows.size() << " " << table->noun << "\n";
  }
  return kExitPass;
}

}  // namespace

Action add_list(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  add_filter_options(app, options->selection);
  app.add_option("--profile", options->profile, "whose test cases")->capture_default_str();
  CLI::Option* requirements =
      app.add_flag("--requirements", options->requirements, "list the requirement catalogue");
  app.add_flag("--checks", options->checks, "list the kinds of check and of examination")
      ->excludes(requirements);
  app.add_flag("--quirks", options->quirks, "list the deviations with which the suite is proven")
      ->excludes(requirements)
      ->excludes("--checks");
  app.add_option("--format", options->format, "text, json or csv")
      ->check(CLI::IsMember({"text", "json", "csv"}))
      ->capture_default_str();
  app.add_option("--scenarios", options->folders, "a folder with scenarios of your own")
      ->type_name("DIR");
  return [options](Streams& streams) { return list(*options, streams); };
}

}  // namespace parley::cli
