/** The look of the page that `handover export agreement --format html` prints; the site has its own. */
export const printStyle = `
@page { size: A4; margin: 8mm; }
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem; color: #16262b; background: #fff; font: 15px/1.45 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif; }
.agreement { max-width: 64rem; margin: 0 auto; }
h1 { margin: 0 0 0.6rem; font-size: 1.6rem; line-height: 1.2; letter-spacing: -0.01em; }
h2 { margin: 1.3rem 0 0.3rem; font-size: 1.05rem; border-bottom: 2px solid #0f4c55; }
h3 { margin: 0.6rem 0 0.1rem; font-size: 0.95rem; color: #0f4c55; }
p { margin: 0.35rem 0; }
ul { margin: 0.35rem 0; padding-left: 1.15rem; }
a { color: #0f4c55; }
code { font: 0.88em ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
dl { margin: 0; }
dt { color: #586a70; font-size: 0.8em; }
dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 400; }
th, td { padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid #dde3e4; vertical-align: top; overflow-wrap: break-word; }
thead th { color: #586a70; font-size: 0.8em; }
#stages tbody th, #hours tbody th { font-weight: 600; }
#promises table { table-layout: fixed; }
#promises th:first-child { width: 10rem; }
#profile tbody td { white-space: nowrap; }
#promises th:last-child { width: 25%; }
#stages td:nth-child(2), #stages td:nth-child(3) { width: 27%; }
.agreement-facts { display: flex; flex-wrap: wrap; gap: 0.4rem 2rem; }
.agreement-columns { columns: 2; column-gap: 2rem; }
.agreement-columns section { break-inside: avoid; display: flow-root; }
.agreement-signatures > div { display: grid; grid-template-columns: 1fr 1fr; gap: 0 2rem; }
.agreement-signatures dl { display: grid; grid-template-columns: 2fr 1fr; gap: 0 1rem; }
.agreement-signatures dl > :first-child { grid-column: 1 / -1; }
.agreement-signatures .line { min-height: 2.6em; border-bottom: 1px solid #586a70; }
.agreement-signatures .line:last-child { grid-column: 1 / -1; }
@media screen and (max-width: 700px) {
  body { padding: 1rem; }
  .agreement-columns { columns: 1; }
  .agreement-signatures > div { grid-template-columns: 1fr; }
  thead { display: none; }
  tr { display: block; padding: 0.4rem 0; border-bottom: 1px solid #dde3e4; }
  th, td { display: block; padding: 0; border: 0; width: auto !important; }
  td:empty { display: none; }
  td[data-name]::before { content: attr(data-name); display: block; color: #586a70; font-size: 0.8em; }
}
@media print {
  html { font-size: 7.5pt; }
  body { padding: 0; font-size: 1rem; line-height: 1.22; }
  .agreement { max-width: none; }
  h1 { margin-bottom: 0.3rem; font-size: 1.5rem; }
  h2 { margin-top: 0.5rem; margin-bottom: 0.1rem; border-bottom-width: 1px; }
  h3 { margin-top: 0.25rem; }
  p, ul { margin: 0.15rem 0; }
  th, td { padding: 0.09rem 0.6rem 0.09rem 0; }
  .agreement-facts { row-gap: 0.2rem; }
  tr { break-inside: avoid; }
  a { color: inherit; }
}
`.trim();
