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
    t('file.heading'),
    markup`<p>${t('file.text')}</p>
${scrollable(t('file.heading'), markup`<pre><code>${source.trimEnd()}</code></pre>`)}
<details><summary>${t('file.complete')}</summary>
${scrollable(t('file.complete'), markup`<pre><code>${stringify(specification).trimEnd()}</code></pre>`)}</details>`,
  )
}

/** What has to be the same for the same result. */
export function repeatSection({ t, snapshot }: ReportContext): Markup {
  const { specification, environment, dataset } = snapshot.study
  const hash = dataset?.['contentHash']
  if (environment.importedFrom !== undefined) {
    const { program } = environment.importedFrom
    return section('repeat', t('repeat.heading'), nothing(t('repeat.imported', { program })))
  }
  return section(
    'repeat',
    t('repeat.heading'),
    markup`<ol>
<li>${t('repeat.install', { version: environment.tunewright, node: environment.node })}</li>
<li>${t('repeat.save')}</li>
${typeof hash === 'string' ? markup`<li>${t('repeat.data')} <code>${hash}</code></li>` : null}
<li>${t('repeat.run')} <code>tunewright run study.yaml</code></li>
</ol>
<p>${specification.slots === 1 ? t('repeat.oneSlot') : t('repeat.manySlots', { slots: specification.slots })}</p>`,
  )
}
