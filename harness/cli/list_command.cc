#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <memory>
#include <ostream>

#include "harness/base/json.h"
#include "harness/cli/command.h"
#include "harness/cli/suite.h"
#include "harness/judge/check.h"
#include "harness/scenario/plan.h"

namespace parley::cli {
namespace {

struct Options {
  std::vector<std::string> filters;
  std::string profile = "base";
  std::string format = "text";
  bool requirements = false;
  bool checks = false;
  std::vector<std::string> folders;
};

// What is listed: named columns, the first of which identifies the row.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::string noun;
};

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

Table requirement_table(const Suite& suite) {
  Table table{{"id", "voice", "modality", "basis", "source", "statement"}, {}, "requirements"};
  for (const scenario::Requirement& row : suite.library.requirements) {
    table.rows.push_back({row.id, std::string(scenario::to_string(row.voice)),
                          std::string(scenario::to_string(row.modality)),
                          std::string(scenario::to_string(row.basis)), row.source, row.statement});
  }
  return table;
}

Table check_table() {
  Table table{{"name", "judged", "summary"}, {}, "kinds of check"};
  for (const judge::CheckKind& kind : judge::check_kinds()) {
    table.rows.push_back({std::string(kind.name), kind.invariant ? "always" : "where declared",
                          std::string(kind.summary)});
  }
  return table;
}

Result<Table> case_table(const Suite& suite, const Options& options) {
  std::vector<scenario::Filter> filters;
  for (const std::string& text : options.filters) {
    PARLEY_ASSIGN(scenario::Filter filter, scenario::parse_filter(text));
    filters.push_back(std::move(filter));
  }
  PARLEY_ASSIGN(const scenario::Plan plan,
                scenario::make_plan(suite.library, options.profile, filters));
  Table table{{"id", "checks", "requirements", "title"}, {}, "test cases"};
  for (const scenario::PlannedCase& planned : plan.cases) {
    const scenario::Scenario* scenario = suite.library.find_scenario(planned.test_case->scenario);
    table.rows.push_back({planned.test_case->id, std::to_string(planned.checks.size()),
                          scenario ? joined(scenario->requirements) : "",
                          scenario ? scenario->title : ""});
  }
  return table;
}

void print_text(const Table& table, std::ostream& out) {
  std::vector<std::size_t> widths(table.columns.size(), 0);
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out << row[i];
      if (i + 1 < row.size()) out << std::string(widths[i] - row[i].size() + 2, ' ');
    }
    out << "\n";
  }
  out << table.rows.size() << " " << table.noun << "\n";
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
  Table table;
  if (options.requirements) {
    table = requirement_table(*suite);
  } else if (options.checks) {
    table = check_table();
  } else {
    Result<Table> cases = case_table(*suite, options);
    if (!cases.ok()) {
      streams.err << "parley: " << cases.error().text() << "\n";
      return kExitUsage;
    }
    table = *std::move(cases);
  }
  if (options.format == "json") {
    print_json(table, streams.out);
  } else if (options.format == "csv") {
    print_csv(table, streams.out);
  } else {
    print_text(table, streams.out);
  }
  return kExitPass;
}

}  // namespace

Action add_list(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("filter", options->filters,
                 "ids of test cases or scenarios, tag:NAME, req:ID; all take * and ?");
  app.add_option("--profile", options->profile, "whose test cases")->capture_default_str();
  CLI::Option* requirements =
      app.add_flag("--requirements", options->requirements, "list the requirement catalogue");
  app.add_flag("--checks", options->checks, "list the kinds of check")->excludes(requirements);
  app.add_option("--format", options->format, "text, json or csv")
      ->check(CLI::IsMember({"text", "json", "csv"}))
      ->capture_default_str();
  app.add_option("--scenarios", options->folders, "a folder with scenarios of your own")
      ->type_name("DIR");
  return [options](Streams& streams) { return list(*options, streams); };
}

}  // namespace parley::cli
