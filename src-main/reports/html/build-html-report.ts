import { bestTrialHeadline } from '../../analysis/summary/best-trial-headline.ts'
import { ensembleOf } from '../../analysis/summary/ensemble.ts'
import { summarizeStudy } from '../../analysis/summary/summarize-study.ts'
import type { StudySnapshot } from '../../core/study/study.ts'
import { formatMoment } from '../../core/i18n/format-time.ts'
import { markup, trusted, type Markup } from './markup.ts'
import { createTranslate } from '../../core/i18n/translate.ts'
import { section } from './figure.ts'
import type { HtmlReportOptions, ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import { sections as allSections } from './sections/index.ts'
import { styleSheet } from './style-sheet.ts'

/** Nothing may be loaded and nothing may run; styles are the report's own. */
const contentSecurityPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

/**
 * The report of a study as one HTML page: no script, no request, readable on paper. The same
 * snapshot and options give the same text.
 */
export function buildHtmlReport(snapshot: StudySnapshot, options: HtmlReportOptions): string {
  const t = createTranslate(options.language)
  const sections = buildSections(snapshot, options)
  const { study } = snapshot
  const page = markup`<!doctype html>
<html lang="${options.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(contentSecurityPolicy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Tunewright ${options.version}">
<title>${t('report.page.title', { name: study.name })}</title>
<link rel="icon" href="data:,">
<style>${trusted(styleSheet())}</style>
</head>
<body>
<header>
<p class="kicker">${t('report.page.kicker')}</p>
<h1>${study.name}</h1>
<p class="status"><span class="tag ${study.state}">${t(`studyState.${study.state}`)}</span>${
    study.reason === null ? null : ` ${t.format(study.reason)}`
  } <span class="muted">· ${formatMoment(study.createdAtMs)}</span></p>
<nav aria-label="${t('report.page.contents')}"><ul>${sections.map(
    ({ id, heading }) => markup`<li><a href="#${id}">${t(heading)}</a></li>`,
  )}</ul></nav>
</header>
<main>
${sections.map(({ content }) => content)}</main>
<footer><p>${t('report.page.footer', {
    version: options.version,
    moment: formatMoment(options.generatedAtMs),
  })}</p></footer>
</body>
</html>
`
  return page.text
}

/** The chosen sections by themselves, for other formats. */
export function buildSections(
  snapshot: StudySnapshot,
  options: HtmlReportOptions,
): readonly (Pick<SectionDefinition, 'id' | 'heading'> & { readonly content: Markup })[] {
  const t = createTranslate(options.language)
  // Trials that a person took out of the search stay in the record, and out of the conclusions.
  const analyzed = {
    ...snapshot,
    trials: snapshot.trials.filter(({ excluded }) => excluded !== true),
  }
  const overview = summarizeStudy(analyzed)
  const headline = bestTrialHeadline({
    specification: snapshot.study.specification,
    trials: analyzed.trials,
    winner: snapshot.winner,
    estimatedBest: options.estimatedBest,
    ensemble: ensembleOf(snapshot.events),
  })
  const context: ReportContext = { snapshot: analyzed, overview, headline, t, ...options }
  const whole: ReportContext = { ...context, snapshot }
  const definitions: readonly SectionDefinition[] = allSections
  return definitions
    .filter(({ id, isEmpty }) =>
      options.sections === undefined ? isEmpty?.(context) !== true : options.sections.includes(id),
    )
    .map(({ id, heading, build, showsWholeRecord = false }) => ({
      id,
      heading,
      content: section(t, { id, heading }, build(showsWholeRecord ? whole : context)),
    }))
}
