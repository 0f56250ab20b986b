import type { Translate } from '../../core/i18n/translate.ts'
import { displayedStateOf } from '../../core/study/displayed-state.ts'
import type { StudySnapshot } from '../../core/study/study.ts'
import { trialStates } from '../../core/trial/trial.ts'
import { chartColors } from '../../charts/chart-colors.ts'
import { markup, trusted } from '../html/markup.ts'
import { styleSheet } from '../html/style-sheet.ts'
import { pageData } from './interactive-data.ts'
import { pageScript } from './page-script.ts'

/**
 * The trials of a study as one HTML page to share: a table that is filtered and sorted, values over any parameter, parallel coordinates.
 * It works from a file, loads nothing, and its policy lets nothing run but its own script. Names and values of the study are data in
 * it, never markup.
 * @param sha256 base64 of the hash of a text
 */
export function interactivePage(
  snapshot: StudySnapshot,
  t: Translate,
  sha256: (text: string) => string,
): string {
  const data = pageData(snapshot)
  const { study } = snapshot
  const states = trialStates.flatMap(state => [
    [state, t(`state.${state}`)] as const,
    [`${state}, infeasible`, `${t(`state.${state}`)}, ${t('state.infeasible')}`] as const,
  ])
  const words = {
    // The script fills these in itself.
    showing: t('sharedPage.showing', { shown: '{shown}', total: '{total}' }),
    unknown: t('sharedPage.unknown', { names: '{names}' }),
    byState: t('sharedPage.byState'),
    columns: {
      trial: t('trials.number'),
      state: t('trials.state'),
      seconds: t('sharedPage.seconds'),
    },
    states: Object.fromEntries(states),
  }
  const policy = [
    `default-src 'none'`,
    `style-src 'unsafe-inline'`,
    `script-src 'sha256-${sha256(pageScript)}'`,
    `img-src data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join(';')
  const page = markup`<!doctype html>
<html lang="${t.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${study.name}</title>
<link rel="icon" href="data:,">
<style>${trusted(`${styleSheet()}${seriesVariables()}${layout}`)}</style>
</head>
<body>
<header>
<h1>${study.name}</h1>
<p class="status"><span class="tag ${study.state}">${t(`studyState.${displayedStateOf(snapshot)}`)}</span></p>
</header>
<main>
<p class="tools"><input id="filter" type="search" aria-label="${t('trials.filter')}" placeholder="${t('sharedPage.filter')}"> <span id="count" role="status"></span></p>
<section class="drawing"><p class="tools"><label>${t('sharedPage.x')} <select id="x"></select></label> <label>${t('sharedPage.y')} <select id="y"></select></label> <label>${t('sharedPage.color')} <select id="color"></select></label> <span id="legend"></span></p>
<canvas id="scatter" role="img" aria-label="${t('sharedPage.scatter')}"></canvas><pre id="tip" hidden></pre></section>
<section class="drawing"><h2>${t('study.parallel')}</h2><canvas id="parallel" role="img" aria-label="${t('study.parallel')}"></canvas></section>
<div class="scroll" tabindex="0" role="region" aria-label="${t('study.trials')}"><table><thead><tr id="head"></tr></thead><tbody id="body"></tbody></table></div>
<p><button id="more" type="button" hidden>${t('sharedPage.more')}</button></p>
<p class="muted">${
    data.rows.length < data.total
      ? t('sharedPage.bounded', { shown: data.rows.length, total: data.total })
      : t('sharedPage.whole', { total: data.total })
  } ${t('sharedPage.leftOut')}</p>
<noscript><p>${t('sharedPage.noScript')}</p></noscript>
</main>
<script type="application/json" id="words">${trusted(inScript(words))}</script>
<script type="application/json" id="data">${trusted(inScript(data))}</script>
<script>${trusted(pageScript)}</script>
</body>
</html>
`
  return page.text
}

/** JSON that neither ends its element nor begins a comment. */
function inScript(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', String.raw`\u003c`)
    .replaceAll('>', String.raw`\u003e`)
    .replaceAll('&', String.raw`\u0026`)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`)
}

function seriesVariables(): string {
  const rules = (theme: 'light' | 'dark'): string =>
    chartColors[theme].series.map((color, index) => `--series-${index}:${color}`).join(';')
  return `:root{${rules('light')}}@media (prefers-color-scheme:dark){:root{${rules('dark')}}}`
}

const layout = `
body{max-width:100rem}
.tools{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;margin:.5rem 0}
.tools input{flex:1 1 20rem;max-width:40rem}
input,select,main button{font:inherit;padding:.2rem .5rem;color:var(--text);background:var(--background);border:1px solid var(--line);border-radius:4px}
.drawing{position:relative;margin:1rem 0}
canvas{display:block;width:100%;height:320px}
#tip{position:absolute;top:3rem;max-width:230px;max-height:300px;overflow:hidden;margin:0;padding:.4rem .6rem;background:var(--surface);border:1px solid var(--line);border-radius:4px;font-size:12px;white-space:pre-wrap;pointer-events:none}
#legend span{margin-right:.75rem}
#legend i{display:inline-block;width:.7em;height:.7em;margin-right:.3em;border-radius:50%}
.scroll{overflow:auto;max-height:70vh}
thead th{position:sticky;top:0;background:var(--background)}
thead button{padding:0;border:0;background:none;font-weight:600;cursor:pointer;white-space:nowrap}
tbody tr{cursor:pointer}
tbody tr:hover,tbody tr.chosen{background:var(--surface)}
tbody tr.best{background:var(--highlight)}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
`
