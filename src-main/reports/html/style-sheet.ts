import { type ChartColors, chartColors } from '../../charts/chart-colors.ts'
import { toneColors, toneRules } from './charts/tones.ts'

/** Colors of the page beside those of its charts; contrasts as there. */
interface Theme {
  readonly background: string
  readonly surface: string
  readonly grid: string
  readonly highlight: string
}

const light: Theme = {
  background: '#ffffff',
  surface: '#f5f6f8',
  grid: '#e6e9ee',
  highlight: '#fdf1e7',
}

const dark: Theme = {
  background: '#14171b',
  surface: '#1d2127',
  grid: '#2a3038',
  highlight: '#2e241b',
}

/** The whole style sheet of the report. */
export function styleSheet(): string {
  return `:root{color-scheme:light dark;${variables(light, chartColors.light)}}
@media (prefers-color-scheme:dark){:root{${variables(dark, chartColors.dark)}}}
${layout}${text}${tables}${charts}${print}@media print{:root{color-scheme:light;${variables(light, chartColors.light)}}}`
}

/**
 * The rules of a drawing in a file of its own: light, whatever the theme of who looks at it, with colors in place of variables, which
 * few programs other than browsers know.
 */
export function drawingStyle(): string {
  const colors = colorsOf(light, chartColors.light)
  const rules = colors.reduce(
    (text, [name, color]) => text.replaceAll(`var(--${name})`, color),
    charts,
  )
  return `:root{color-scheme:light}${rules}svg{font-family:system-ui,"Noto Sans","Noto Sans CJK SC",sans-serif}`
}

function variables(theme: Theme, colors: ChartColors): string {
  return colorsOf(theme, colors)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';')
}

function colorsOf(theme: Theme, colors: ChartColors): (readonly [name: string, color: string])[] {
  const { text: ink, quiet: muted, line, accent: link } = colors
  return [...Object.entries({ ...theme, text: ink, muted, line, link }), ...toneColors(colors)]
}

const layout = `
*{box-sizing:border-box}
html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:2.5rem 1.5rem 4rem;max-width:61rem;background:var(--background);color:var(--text);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;overflow-wrap:anywhere}
section{margin-top:3rem}
header{border-bottom:1px solid var(--line);padding-bottom:1.5rem}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:1.25rem 0 0;padding:0;font-size:.875rem}
nav a{display:inline-block;padding:.125rem 0;min-height:24px}
footer{break-inside:avoid;margin-top:4rem;border-top:1px solid var(--line);padding-top:1rem;font-size:.8125rem;color:var(--muted)}
.tiles{list-style:none;margin:1.5rem 0 0;padding:0;display:flex;flex-wrap:wrap;gap:.75rem}
.tiles li{flex:1 1 10.5rem;margin:0;background:var(--surface);border-radius:8px;padding:.875rem 1rem;display:flex;flex-direction:column;gap:.125rem;min-width:0}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(22rem,100%),1fr));gap:0 2rem;align-items:start}
.columns>div{min-width:0}
.thumbnails{display:grid;grid-template-columns:repeat(auto-fill,minmax(8rem,1fr));gap:.75rem;margin:.75rem 0}
.thumbnail{margin:0}
.thumbnail img{display:block;width:100%;height:auto}
.cells{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(17rem,100%),1fr));gap:1.25rem 1.5rem;margin-top:.75rem}
.cell{min-width:0}
.scroll{overflow-x:auto;border-radius:4px}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
`

const text = `
h1{font-size:1.875rem;line-height:1.25;margin:.125rem 0 .5rem;letter-spacing:-.01em}
h2{font-size:1.3125rem;line-height:1.3;margin:0 0 .75rem}
h3{font-size:1rem;margin:1.75rem 0 .5rem}
p{margin:0 0 .75rem}
a{color:var(--link);text-underline-offset:.15em}
code,pre{font-family:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.875em}
pre{margin:0;padding:1rem;background:var(--surface);border-radius:8px;line-height:1.5;overflow-wrap:normal;tab-size:2;width:max-content;min-width:100%}
.kicker{margin:0;font-size:.8125rem;color:var(--muted);letter-spacing:.04em}
.status{margin:0}
.lead{font-size:1.125rem;line-height:1.6;max-width:46rem}
.muted,.note,.nothing,.tile-note{color:var(--muted)}
.note{font-size:.8125rem;margin:.25rem 0}
.nothing{background:var(--surface);border-radius:8px;padding:1rem}
.line{display:block}
.tag{display:inline-block;font-size:.75rem;font-weight:600;line-height:1.5;padding:0 .5em;border:1px solid currentColor;border-radius:999px;white-space:nowrap}
.cell-title .tag{font-weight:400;color:var(--muted)}
.tag.failed{color:var(--failed)}
.tile-name{font-size:.8125rem;color:var(--muted)}
.tile-value{font-size:1.5rem;line-height:1.3;font-weight:600;font-variant-numeric:tabular-nums}
.tile-note{font-size:.8125rem}
.description-list{margin:0;display:grid;gap:.375rem}
.description-list>div{display:grid;grid-template-columns:11rem 1fr;gap:1rem}
.description-list dt{color:var(--muted)}
.description-list dd{margin:0;min-width:0}
ol{padding-left:1.25rem}
li{margin:.125rem 0}
@media (max-width:36rem){body{padding:1.5rem 1rem 3rem}.description-list>div{grid-template-columns:1fr;gap:0}.description-list{gap:.625rem}h1{font-size:1.5rem}.lead{font-size:1.0625rem}}
`

const tables = `
table{border-collapse:collapse;width:100%;font-size:.8125rem;line-height:1.4;font-variant-numeric:tabular-nums;margin:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.375rem 1rem .375rem 0;border-bottom:1px solid var(--grid);overflow-wrap:break-word}
th:last-child,td:last-child{padding-right:0}
thead th{font-weight:600;color:var(--muted);border-bottom-color:var(--line);vertical-align:bottom}
tbody th{font-weight:400}
thead th{word-break:keep-all}
.number{text-align:right}
.number+:not(.number){padding-left:.5rem}
td.number,tbody th.number{white-space:nowrap}
.wrap{white-space:normal}
@media screen{table.wide{min-width:38rem}}
tr.best-row{background:var(--highlight)}
tr.muted td,tr.muted th{color:var(--muted)}
.state{display:inline-flex;align-items:center;gap:.375rem;white-space:nowrap}
details{margin:.5rem 0}
summary{cursor:pointer;font-size:.875rem;color:var(--link);padding:.25rem 0;min-height:24px;width:fit-content}
`

const charts = `
figure{margin:0}
figcaption{margin-bottom:.5rem}
.legend{list-style:none;margin:0 0 .5rem;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;font-size:.8125rem;color:var(--muted)}
.legend li,.key{display:inline-flex;align-items:center;gap:.375rem;margin:0}
.key{margin-right:1rem}
.cell-title{font-size:.875rem;margin:0 0 .25rem}
.chart{display:block;width:100%;min-width:40rem;height:auto;font-family:inherit}
.chart.small,.cell .chart{min-width:0}
.chart.parallel{min-width:min(var(--chart-width),56rem)}
.chart text{fill:var(--muted);font-size:12px;stroke:none}
.chart .start{text-anchor:start}.chart .middle{text-anchor:middle}.chart .end{text-anchor:end}
.chart .axis-title{fill:var(--text);font-weight:600}
.chart .halo{paint-order:stroke;stroke:var(--background);stroke-width:3px;stroke-linejoin:round;fill:var(--text)}
.grid{stroke:var(--grid);fill:none}
.grid.dashed{stroke:var(--muted);stroke-dasharray:4 4}
.axis{stroke:var(--muted);fill:none}
.axis.strong{stroke:var(--text)}
.strip{fill:var(--surface)}
${toneRules}
.sample{flex:none;overflow:visible}
.mark{fill:none;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
.dot{stroke-width:6}
.diamond,.circle{fill:var(--background)}
.ring{stroke-width:2}
.line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.line.thin,.line.line-faint,.line.line-pruned{stroke-width:1.25;stroke-opacity:.75}
.line.pruned,.line.line-pruned{stroke-dasharray:3 3}
.line.strong{stroke-width:3}
.dash1{stroke-dasharray:6 4}.dash2{stroke-dasharray:2 3}.dash3{stroke-dasharray:10 3 2 3}
.rule{fill:none;stroke-width:1.5;stroke-dasharray:4 3}
.band{fill-opacity:.16}
.box{fill:none;stroke-width:2}
.span.complete{stroke:none}
.span.pruned{fill:url(#stripe-pruned)}
.span.failed{fill:url(#stripe-failed)}
.span.canceled,.span.interrupted{fill:none;stroke-dasharray:3 2}
.span.running{fill:none;stroke-width:2}
.tile{fill:var(--background)}
.hatch{fill:none;stroke-width:1.5}
.chart .span-label{font-size:11px;fill:var(--text)}
.chart .span-label.complete{fill:var(--background)}
.chart .span-label.pruned,.chart .span-label.failed{paint-order:stroke;stroke:var(--background);stroke-width:3px}
`

const print = `
@media print{
@page{size:A4;margin:16mm 14mm}
body{max-width:none;padding:0;font-size:9.5pt}
nav{display:none}
section{margin-top:8mm}
h2,h3,figcaption,summary,.legend{break-after:avoid}
.note{break-before:avoid}
footer{margin-top:8mm}
h1{font-size:18pt}h2{font-size:13pt}h3{font-size:10.5pt}.lead{font-size:11pt}
.plot:not(.spread),.cell,.tiles,.tiles li,tr{break-inside:avoid}
.scroll{overflow:visible}
.chart,.chart.parallel{min-width:0}
.dense .span.pruned{fill:var(--pruned);stroke:none}.dense .span.failed{fill:var(--failed);stroke:none}
.cells{grid-template-columns:repeat(3,1fr);gap:4mm}
.columns{grid-template-columns:1fr 1fr;gap:0 6mm}
table{font-size:7.5pt}
th,td{padding:.2em .75em .2em 0}
tbody th,tbody td:not(.number){overflow-wrap:anywhere}
.number+:not(.number){padding-left:.25em}
thead{display:table-header-group}
pre{white-space:pre-wrap;overflow-wrap:anywhere;width:auto;font-size:8pt}
pre.lines{font-size:6.5pt;line-height:1.5;border:0;padding:0;background:none}
a{color:inherit;text-decoration:none}
summary{list-style:none;color:var(--muted)}
details::details-content{content-visibility:visible;display:block;height:auto}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
`
