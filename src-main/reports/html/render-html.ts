import { formatMoment } from '../../core/i18n/format-time.ts'
import { createTranslate } from '../../core/i18n/translate.ts'
import type { Report } from '../blocks/blocks.ts'
import { linkedTrials, plainBlocks } from '../blocks/plain-blocks.ts'
import { markup, trusted } from './markup.ts'
import { isLong } from './printed-table.ts'
import { type HtmlContext, renderBlocks } from './render-blocks.ts'
import { styleSheet } from './style-sheet.ts'

/** Nothing may be loaded and nothing may run; styles are the report's own. */
const contentSecurityPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

/** A browser that prints a page lays it out for a screen first, which nobody sees. */
const paperAlone = trusted('<style>@media screen{body{display:none}}</style>')

/**
 * A report as one HTML page: no script, no request, readable on paper. The same report gives the same text.
 * @param forPaper a page to print: tables of more than 500 rows are lines of text in columns, and a screen shows nothing then
 */
export function renderHtml(report: Report, { forPaper = false } = {}): string {
  const { study, sections, language, version, generatedAtMs, timeZone } = report
  const t = createTranslate(language)
  const context: HtmlContext = {
    language,
    t,
    printedTargets: forPaper ? linkedTrials(report) : null,
  }
  const hasLines =
    forPaper && sections.flatMap(plainBlocks).some(block => block.kind === 'table' && isLong(block))
  const page = markup`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(contentSecurityPolicy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Tunewright ${version}">
<title>${t('report.page.title', { name: study.name })}</title>
<link rel="icon" href="data:,">
<style>${trusted(styleSheet())}</style>
${hasLines ? paperAlone : null}</head>
<body>
<header>
<p class="kicker">${t('report.page.kicker')}</p>
<h1>${study.name}</h1>
<p class="status"><span class="tag ${study.state}">${t(`studyState.${study.state}`)}</span>${
    study.reason === null ? null : ` ${t.format(study.reason)}`
  } <span class="muted">· ${formatMoment(study.sinceMs, timeZone)}</span></p>
<nav aria-label="${t('report.page.contents')}"><ul>${sections.map(
    ({ id, heading }) => markup`<li><a href="#${id}">${heading}</a></li>`,
  )}</ul></nav>
</header>
<main>
${sections.map(
  ({ id, heading, blocks }) => markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${heading}</h2>
${renderBlocks(context, blocks)}</section>
`,
)}</main>
<footer><p>${t('report.page.footer', { version, moment: formatMoment(generatedAtMs, timeZone) })}</p></footer>
</body>
</html>
`
  return page.text
}
