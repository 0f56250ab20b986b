import { stringify } from 'yaml'
import { section, scrollable } from '../figure.ts'
import { markup, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { nothing } from '../values.ts'

/** The study file as it was written, and complete with every default. */
export function studyFileSection({ t, snapshot }: ReportContext): Markup {
  const { source, specification } = snapshot.study
  return section(
    'file',
    t('report.file.heading'),
    markup`<p>${t('report.file.text')}</p>
${scrollable(t('report.file.heading'), markup`<pre><code>${source.trimEnd()}</code></pre>`)}
<details><summary>${t('report.file.complete')}</summary>
${scrollable(t('report.file.complete'), markup`<pre><code>${stringify(specification).trimEnd()}</code></pre>`)}</details>`,
  )
}

/** What has to be the same for the same result. */
export function repeatSection({ t, snapshot }: ReportContext): Markup {
  const { specification, environment, dataset } = snapshot.study
  const hash = dataset?.['contentHash']
  if (environment.importedFrom !== undefined) {
    const { program } = environment.importedFrom
    return section(
      'repeat',
      t('report.repeat.heading'),
      nothing(t('report.repeat.imported', { program })),
    )
  }
  return section(
    'repeat',
    t('report.repeat.heading'),
    markup`<ol>
<li>${t('report.repeat.install', { version: environment.tunewright, node: environment.node })}</li>
<li>${t('report.repeat.save')}</li>
${typeof hash === 'string' ? markup`<li>${t('report.repeat.data')} <code>${hash}</code></li>` : null}
<li>${t('report.repeat.run')} <code>tunewright run study.yaml</code></li>
</ol>
<p>${specification.slots === 1 ? t('report.repeat.oneSlot') : t('report.repeat.manySlots', { slots: specification.slots })}</p>`,
  )
}
