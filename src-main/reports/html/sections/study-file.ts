import { stringify } from 'yaml'
import { scrollable } from '../figure.ts'
import { markup, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import type { SectionDefinition } from '../section-definition.ts'

/** The study file as it was written, and complete with every default. */
export const fileSection: SectionDefinition<'file'> = {
  id: 'file',
  heading: 'report.file.heading',
  build,
}

function build({ t, snapshot }: ReportContext): Markup {
  const { source, specification } = snapshot.study
  const listing = (label: string, text: string): Markup =>
    scrollable(label, markup`<pre><code>${text.trimEnd()}</code></pre>`)
  return markup`<p>${t('report.file.text')}</p>
${listing(t('report.file.heading'), source)}
<details><summary>${t('report.file.complete')}</summary>
${listing(t('report.file.complete'), stringify(specification))}</details>`
}
