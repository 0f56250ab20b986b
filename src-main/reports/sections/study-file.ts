import { stringify } from 'yaml'
import type { ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import type { Block } from '../blocks/blocks.ts'
import { fold, paragraph } from '../blocks/make-blocks.ts'

/** The study file as it was written, and complete with every default. */
export const fileSection: SectionDefinition<'file'> = {
  id: 'file',
  heading: 'report.file.heading',
  build,
}

function build({ t, snapshot }: ReportContext): readonly Block[] {
  const { source, specification } = snapshot.study
  const listing = (label: string, text: string): Block => ({
    kind: 'code',
    label,
    text: text.trimEnd(),
  })
  const complete = t('report.file.complete')
  return [
    paragraph(t('report.file.text')),
    listing(t('report.file.heading'), source),
    fold(complete, [listing(complete, stringify(specification))]),
  ]
}
