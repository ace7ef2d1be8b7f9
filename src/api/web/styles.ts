/**
 * The one style sheet. Colours are pairs for a light and a dark screen, each with a contrast of 4.5 to 1 or more
 * against what it stands on; a state is told by a word and a mark as well as by its colour.
 */
export const STYLES = `:root {
  color-scheme: light dark;
  --ink: #1d2327; --soft: #59636b; --paper: #fbfbfa; --card: #ffffff; --line: #dcdfe1; --shade: #f4f5f5;
  --link: #0b5cad; --good: #17693b; --bad: #b3261e; --busy: #8a5300; --note: #eaf3fb; --warn: #fdf3df;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e8ea; --soft: #a3adb5; --paper: #16191c; --card: #1e2226; --line: #363c42; --shade: #23282d;
    --link: #7fb8f5; --good: #6fcf97; --bad: #ff8f86; --busy: #f0b95b; --note: #1d2d3d; --warn: #3a2f16;
  }
}
* { box-sizing: border-box }
body {
  margin: 0 auto; padding: 1rem clamp(.75rem, 3vw, 2rem) 2rem; max-width: 76rem;
  background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif;
}
header { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; margin-bottom: 1rem }
h1 { font-size: 1.35rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere }
.logo { color: var(--good); flex: none }
nav { margin-left: auto }
a { color: var(--link) }
footer { margin-top: 1.5rem; color: var(--soft); font-size: .85rem }
.message, .notice { margin: 0 0 1rem; padding: .6rem .8rem; border-left: .25rem solid var(--link); border-radius: .25rem;
  background: var(--note); overflow-wrap: anywhere; white-space: pre-line }
.notice { border-left-color: var(--busy); background: var(--warn) }
.toolbar { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem .8rem; margin: 0 0 1rem }
form { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0 }
button, .button {
  font: inherit; font-size: .9rem; line-height: 1.4; padding: .2rem .7rem; border: 1px solid var(--line);
  border-radius: .35rem; background: var(--card); color: var(--ink); cursor: pointer; text-decoration: none;
}
button:hover, .button:hover { border-color: var(--link); color: var(--link) }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line) }
caption { text-align: left; color: var(--soft); font-size: .85rem; padding-bottom: .35rem }
th, td { text-align: left; vertical-align: middle; padding: .45rem .7rem; border-top: 1px solid var(--line) }
thead th { font-size: .8rem; font-weight: 600; color: var(--soft); border-top: 0; background: var(--shade) }
tbody th { font-weight: 600; max-width: 26rem; overflow-wrap: break-word }
tr.shade > * { background: var(--shade) }
td.description { color: var(--soft); overflow-wrap: anywhere; font-variant-numeric: tabular-nums }
td.actions > * { display: inline-flex; vertical-align: middle; margin: .1rem .5rem .1rem 0 }
td.actions a { font-size: .9rem; white-space: nowrap }
.statusrunning, .statuserror, .statusbusy, .statusnominal { white-space: nowrap; font-weight: 600 }
.statusrunning::before, .statuserror::before, .statusbusy::before, .statusnominal::before {
  content: ""; display: inline-block; width: .6em; height: .6em; margin-right: .5em; border-radius: 50%;
  border: 2px solid currentColor;
}
.statusrunning { color: var(--good) } .statusrunning::before { background: currentColor }
.statuserror { color: var(--bad) } .statuserror::before { background: currentColor; border-radius: 0 }
.statusbusy { color: var(--busy) } .statusbusy::before { border-right-color: transparent }
.statusnominal { color: var(--soft) }
pre {
  margin: 0; padding: .8rem; min-height: 6rem; overflow: auto; background: var(--card); border: 1px solid var(--line);
  border-radius: .35rem; font: 13px/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere;
}
@media (min-width: 66rem) {
  td.actions, td.actions form { white-space: nowrap; flex-wrap: nowrap }
}
[aria-current] { font-weight: 600; color: var(--ink); text-decoration: none }
@media (max-width: 46rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  table, tbody, tr, tbody th, td, caption { display: block; max-width: none }
  table { border-top: 0 }
  tr { padding: .5rem 0; border-top: 1px solid var(--line) }
  tr.shade > * { background: none }
  tbody th, td { border: 0; padding: .15rem .7rem }
  button, .button { padding: .35rem .8rem }
}
@media print { form, nav, .toolbar, td.actions { display: none } }
`
