import { stringify } from 'yaml'
import { scrollable } from '../figure.ts'
import { markup, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { nothing } from '../values.ts'

/** The study file as it was written, and complete with every default. */
export function studyFileSection({ t, snapshot }: ReportContext): Markup {
  const { source, specification } = snapshot.study
  const listing = (label: string, text: string): Markup =>
    scrollable(label, markup`<pre><code>${text.trimEnd()}</code></pre>`)
  return markup`<p>${t('report.file.text')}</p>
${listing(t('report.file.heading'), source)}
<details><summary>${t('report.file.complete')}</summary>
${listing(t('report.file.complete'), stringify(specification))}</details>`
}

/** Everything that has to be the same for the same result. */
export function repeatSection({ t, snapshot }: ReportContext): Markup {
  const { specification, environment, dataset } = snapshot.study
  const hash = dataset?.['contentHash']
  if (environment.importedFrom !== undefined)
    return nothing(t('report.repeat.imported', { program: environment.importedFrom.program }))
  return markup`<ol>
<li>${t('report.repeat.install', { version: environment.tunewright, node: environment.node })}</li>
<li>${t('report.repeat.save')}</li>
${typeof hash === 'string' ? markup`<li>${t('report.repeat.data')} <code>${hash}</code></li>` : null}
<li>${t('report.repeat.run')} <code>tunewright run study.yaml</code></li>
</ol>
<p>${specification.slots === 1 ? t('report.repeat.oneSlot') : t('report.repeat.manySlots', { slots: specification.slots })}</p>`
}
