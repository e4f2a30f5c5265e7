#include "reports/page_style.h"

#include <fmt/format.h>

namespace parley::reports {
namespace {

// For a CSS string inside <style>: whatever could end either is left out.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.' || c == ' ';
    if (kept) out += c;
  }
  return out;
}

}  // namespace

const std::string_view kPageStyle = R"css(
:root{color-scheme:light dark;--ink:#1a2027;--mute:#4f5a67;--paper:#fff;--soft:#f4f6f8;--line:#d3d9e0;--strong:#8b96a3;--pass:#12633b;--fail:#a5121f;--warn:#7a4a00;--link:#0a4fa8}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ed;--mute:#a9b3be;--paper:#14171b;--soft:#1e2329;--line:#39414b;--strong:#717d8a;--pass:#74d6a0;--fail:#ff949b;--warn:#f2c470;--link:#8fbcff}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{font:1rem/1.55 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;color:var(--ink);background:var(--paper);max-width:76rem;margin:0 auto;padding:0 1.25rem 4rem}
h1,h2,h3{line-height:1.2;text-wrap:balance}
h1{font-size:2.4rem;letter-spacing:-.02em;margin:.2rem 0 1rem}
h2{font-size:1.5rem;letter-spacing:-.01em;margin:0 0 1rem}
h3{font-size:1.12rem;margin:2rem 0 .6rem}
h3 span{font-weight:400}
p,dl,ul{margin:.6rem 0}main p,main ul,main>section>dl{max-width:48rem}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;padding:.4rem .8rem;background:var(--paper);z-index:1}
small{font-size:.82em;color:var(--mute)}
code,pre,.hex{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.88em;overflow-wrap:anywhere}
pre{padding:.8rem 1rem;background:var(--soft);border:1px solid var(--line);border-radius:4px;overflow-x:auto}
header{border-top:.45rem solid var(--ink);padding:2rem 0 1rem}
.kicker,.facts{color:var(--mute);font-size:.9rem}.kicker{margin:0}
.sentence{font-size:1.3rem;margin:0}
.sentence strong,.verdict,td.v{font-weight:650}
.cover{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(17.5rem,100%),1fr));gap:0 2rem;margin:1.5rem 0}
.cover div{border-top:1px solid var(--line);padding:.5rem 0}
.cover dt,.tiles dt{font-size:.82rem;color:var(--mute)}.cover dd,.tiles dd{margin:0;overflow-wrap:anywhere}
.box,.card{border:1px solid var(--line);border-left:.35rem solid var(--strong);background:var(--soft);border-radius:0 4px 4px 0;padding:.6rem 1rem}
nav{border-top:1px solid var(--line);padding:1.2rem 0}
nav h2{font-size:1rem;margin:0 0 .4rem}
nav ol{list-style:none;padding:0;margin:0;columns:20rem;column-gap:2rem}
nav li{break-inside:avoid}nav a{display:inline-block;padding:.15rem 0}
.part{border-top:2px solid var(--ink);padding-top:1.4rem;margin-top:3rem}
table{border-collapse:collapse;width:100%;margin:1rem 0;font-size:.9rem;line-height:1.45}
caption{text-align:left;font-weight:600;padding:.4rem 0}
th,td{border-bottom:1px solid var(--line);padding:.35rem .9rem .35rem 0;text-align:left;vertical-align:top;overflow-wrap:break-word;font-weight:inherit}
thead th{border-bottom:2px solid var(--strong);font-weight:600;font-size:.82rem;color:var(--mute);overflow-wrap:normal;vertical-align:bottom}
tbody th{font-weight:550}
td:last-child,th:last-child{padding-right:0}
.facts th{width:17rem}.trace tbody th{width:17rem}.nums th:not(:first-child){text-align:right}td.n{text-align:right;font-variant-numeric:tabular-nums}td.v{white-space:nowrap}
.scroll{overflow-x:auto}
.rows tbody th,.ids tbody th{white-space:nowrap}.rows td:nth-child(2){min-width:15rem}.rows td:nth-child(5){min-width:8rem}
.pass>.verdict,.pass>summary .verdict,.pass>td.v,.satisfied>td.v,.sentence.pass strong{color:var(--pass)}
.fail>summary .verdict,.fail>td.v,.not-satisfied>td.v,.sentence.fail strong,.card.fail h3{color:var(--fail)}
.error>summary .verdict,.inconclusive>summary .verdict,.error>td.v,.inconclusive>td.v,.undetermined>td.v,.sentence.error strong,.sentence.inconclusive strong,.card.error h3,.card.inconclusive h3{color:var(--warn)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:0 1.5rem}
.tiles div{border-top:2px solid var(--strong);padding:.5rem 0 .9rem}.tiles .zero{border-color:var(--line)}.tiles dd{font-size:1.6rem;line-height:1.2;font-weight:600;font-variant-numeric:tabular-nums}
.tiles .zero dd{color:var(--mute);font-weight:400}
.sheet{margin:2.5rem 0}.conclusion{border-left:.35rem solid var(--strong);padding:.2rem 0 .2rem 1rem}
.sheet.satisfied .conclusion{border-color:var(--pass)}.sheet.not-satisfied .conclusion{border-color:var(--fail)}
.card{margin:1.2rem 0}.card.fail{border-left-color:var(--fail)}.card.error,.card.inconclusive,.box.warn{border-left-color:var(--warn)}
.card h3{margin:.2rem 0}.card dl{display:grid;grid-template-columns:8.5rem 1fr;gap:.35rem 1rem}
.card dt{font-weight:600;font-size:.9rem}.card dd{margin:0;overflow-wrap:anywhere}.card dd>:first-child{margin-top:0}.card dd>:last-child{margin-bottom:0}
.terms dt{font-weight:600}.terms dd{margin:0 0 .6rem}
details.case{border-bottom:1px solid var(--line);padding:.3rem 0}
details.case>:not(summary){margin-left:1.1rem}
summary{cursor:pointer;overflow-wrap:anywhere}
.upheld,.refs{padding-left:1.1rem;font-size:.9rem}.refs{margin:0;list-style:none;padding:0}
.acts td{padding-top:.12rem;padding-bottom:.12rem}.acts td:nth-child(-n+2){font-variant-numeric:tabular-nums;white-space:nowrap}
.acts td:nth-child(3){min-width:5rem}
tr.mark{background:var(--soft)}tr.mark td:first-child{font-weight:700;color:var(--fail)}
.fields{display:grid;grid-template-columns:minmax(4rem,8rem) 1fr;gap:.1rem .8rem;margin:.3rem 0 .6rem;font-size:.92em}
.fields dt{color:var(--mute)}.fields dd{margin:0;overflow-wrap:anywhere;min-width:0}
figure{margin:1rem 0}figcaption{font-size:.85rem;color:var(--mute)}
svg text{fill:var(--ink);paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
svg .life{stroke:var(--strong)}svg .mark{stroke:var(--fail)}svg text.mark{fill:var(--fail);stroke:var(--paper)}
tr:target,article:target,details:target>summary,li:target{background:color-mix(in srgb,var(--link) 14%,transparent)}
@media(max-width:40rem){th,td{overflow-wrap:anywhere}td.v,.acts td:nth-child(-n+2){white-space:normal}.facts th,.trace tbody th{width:40%}.scroll table{min-width:40rem}.scroll th,.scroll td{overflow-wrap:break-word}h1{font-size:1.8rem}.card dl,.fields{display:block}.fields dd,.card dd{margin:0 0 .4rem}details.case>:not(summary){margin-left:0}th,td{padding-right:.5rem}}
@page{size:A4;margin:18mm 16mm 20mm}
@media print{:root{color-scheme:light;--ink:#000;--mute:#444;--paper:#fff;--soft:#f4f6f8;--line:#bbb;--strong:#777;--pass:#12633b;--fail:#a5121f;--warn:#7a4a00;--link:#000}
body{font-size:9.5pt;max-width:none;padding:0}.skip{display:none}header{padding-top:0}
.part{margin-top:2rem;border-top-width:1px}.page,.sheet{break-before:page;margin-top:0}h3{margin-top:1.2rem}
h2,h3,caption,summary{break-after:avoid}tr,.card,figure{break-inside:avoid}thead{display:table-header-group}
.scroll{overflow:visible}.rows td:nth-child(2){min-width:10rem}.rows td:nth-child(5){min-width:5rem}th,td{padding-right:.6rem}svg{max-width:100%;height:auto}pre{white-space:pre-wrap}}
)css";

std::string running_titles(std::string_view report, std::string_view result_digest) {
  return fmt::format(
      "@page{{@bottom-left{{content:\"Conformance test report {} · confidential · result "
      "{}\";font:8pt "
      "system-ui,sans-serif;color:#444}}@bottom-right{{content:\"page \" counter(page) \" of \" "
      "counter(pages);font:8pt system-ui,sans-serif;color:#444}}}}\n",
      plain(report), plain(result_digest.substr(0, 16)));
}

}  // namespace parley::reports
