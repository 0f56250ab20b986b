import { markup, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import type { SectionDefinition } from '../section-definition.ts'
import { nothing } from '../values.ts'

/** Everything that has to be the same for the same result. */
export const repeatSection: SectionDefinition<'repeat'> = {
  id: 'repeat',
  heading: 'report.repeat.heading',
  build,
}

function build({ t, snapshot }: ReportContext): Markup {
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
<p>${specification.parallelTrials === 1 ? t('report.repeat.oneParallelTrial') : t('report.repeat.manyParallelTrials', { parallelTrials: specification.parallelTrials })}</p>`
}
