// How every page of ours looks.
#pragma once

#include <string_view>

namespace parley::reports {

/// Pages are readable without it; nothing is fetched.
inline constexpr std::string_view kPageStyle = R"css(
:root{--ink:#1b1f24;--paper:#fff;--soft:#f3f4f6;--line:#c9ced6;--pass:#11633a;--fail:#a3121f;--warn:#7a4b00;--link:#0b4fb3}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--paper:#16181c;--soft:#22262c;--line:#454c57;--pass:#6fd39b;--fail:#ff8f97;--warn:#f0c36d;--link:#8ab8ff}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:72rem;margin:0 auto;padding:0 1rem 4rem}
a{color:var(--link)}a:focus-visible,summary:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem}
table{border-collapse:collapse;width:100%;margin:1rem 0;font-size:.9rem}
caption{text-align:left;font-weight:600;padding:.25rem 0}
th,td{border:1px solid var(--line);padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
thead th{background:var(--soft);overflow-wrap:normal}td{min-width:3.5rem}
code{font-size:.9em;overflow-wrap:anywhere}
.box,.card{border:1px solid var(--line);border-left-width:.4rem;background:var(--soft);padding:.5rem 1rem;margin:1rem 0}
.card.fail{border-left-color:var(--fail)}.card.error,.card.inconclusive{border-left-color:var(--warn)}
.card h4{margin:.25rem 0}.card dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.5rem 0}
.card dt{font-weight:600}.card dd{margin:0;overflow-wrap:anywhere}
details.case{border-top:1px solid var(--line);padding:.35rem 0}summary{cursor:pointer}
.verdict{font-weight:700}.pass>summary .verdict{color:var(--pass)}.fail>summary .verdict{color:var(--fail)}
.error>summary .verdict,.inconclusive>summary .verdict{color:var(--warn)}
tr.fail td:first-child{color:var(--fail);font-weight:700}tr.mark{font-weight:700;background:var(--soft)}
figure.sequence{margin:1rem 0;overflow-x:auto}
svg text{font:11px system-ui,sans-serif;fill:var(--ink)}svg .lane{font-weight:700;font-size:13px}
svg path{stroke:var(--ink);fill:none}svg .tip{fill:var(--ink)}svg .life{stroke:var(--line);stroke-dasharray:3 3}
svg .stanza path{stroke-dasharray:6 2}svg .stanza .tip{stroke-dasharray:none}
svg .event text,svg .step text{font-style:italic}svg .mark text{font-weight:700;fill:var(--fail)}svg .mark path{stroke-width:2.5;stroke:var(--fail)}
td ul{margin:0;padding-left:1.1rem}
@media print{details.case{break-inside:avoid}body{max-width:none}}
)css";

}  // namespace parley::reports
