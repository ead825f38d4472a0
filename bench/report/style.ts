/** The page's style sheet: light, dark, and paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfbf9; --card: #ffffff; --ink: #1d2129; --faint: #5d6673; --line: #d9dce1;
  --ours: #1b7f6b; --other: #b9c3d2; --yardstick: #7d8796; --bad: #b3261e; --link: #14695a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --card: #1c2026; --ink: #e6e9ee; --faint: #9aa4b1; --line: #343a43;
    --ours: #35b89c; --other: #7685a0; --yardstick: #aab2bf; --bad: #ff8a80; --link: #6fd6c1;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif;
}
main { max-width: 1240px; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .6rem; }
h2 { font-size: 1.5rem; margin: 3.2rem 0 .6rem; }
h3 { font-size: 1.12rem; line-height: 1.35; margin: 0 0 .3rem; }
p { margin: .4rem 0; max-width: 76ch; }
a { color: var(--link); }
code { font: .92em ui-monospace, "SFMono-Regular", Menlo, monospace; }
.faint, small, figcaption span { color: var(--faint); }
.facts {
  display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.1rem; margin: 1rem 0;
}
.facts dt { color: var(--faint); }
.facts dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
nav ul { columns: 2 24rem; padding-left: 1.1rem; margin: .5rem 0; }
nav li { break-inside: avoid; margin: .12rem 0; }
.key i {
  display: inline-block; width: .85em; height: .85em; border-radius: 2px; margin-right: .4em;
  vertical-align: -.05em;
}
.key span { margin-right: 1.3rem; white-space: nowrap; }
section.experiment {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 1.2rem 1.3rem; margin: 1.1rem 0; scroll-margin-top: 1rem;
}
.charts {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(min(27rem, 100%), 1fr));
  gap: .6rem 2rem; margin-top: .8rem;
}
figure { margin: .4rem 0; min-width: 0; }
figcaption { font-weight: 600; font-size: .93rem; margin-bottom: .2rem; }
figcaption span { font-weight: 400; }
figure svg { width: 100%; max-width: 620px; height: auto; overflow: visible; }
figure svg [aria-label="x-grid"] { stroke: var(--line); stroke-opacity: 1; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .86rem; margin: .5rem 0; }
th, td { padding: .28rem .7rem; text-align: right; vertical-align: top; white-space: nowrap; }
th { font-weight: 600; }
th[scope="row"] { text-align: left; padding-left: 0; }
thead th { border-bottom: 1px solid var(--line); vertical-align: bottom; }
tbody tr:nth-child(even) { background: color-mix(in srgb, var(--line) 26%, transparent); }
td small, th small { display: block; font-weight: 400; }
td { font-variant-numeric: tabular-nums; }
td.ratio { text-align: left; padding-left: 0; }
details { margin-top: .6rem; }
summary { cursor: pointer; color: var(--link); font-size: .93rem; }
ul.notes { font-size: .9rem; padding-left: 1.1rem; margin: .4rem 0; }
.bad { color: var(--bad); }
@media print { details > * { display: block; } section.experiment { break-inside: avoid; } }
`;
