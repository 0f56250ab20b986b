import type { ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import type { Block } from '../blocks/blocks.ts'
import { code, list, nothing, paragraph } from '../blocks/make-blocks.ts'

/** Everything that has to be the same for the same result. */
export const repeatSection: SectionDefinition<'repeat'> = {
  id: 'repeat',
  heading: 'report.repeat.heading',
  build,
}

function build({ t, snapshot }: ReportContext): readonly Block[] {
  const { specification, environment, dataset } = snapshot.study
  const { parallelTrials } = specification
  const hash = dataset?.['contentHash']
  const { importedFrom, tunewright, node } = environment
  if (importedFrom !== undefined)
    return [nothing(t('report.repeat.imported', { program: importedFrom.program }))]
  return [
    list(true, [
      t('report.repeat.install', { version: tunewright, node }),
      t('report.repeat.save'),
      ...(typeof hash === 'string' ? [[t('report.repeat.data'), ' ', code(hash)]] : []),
      [t('report.repeat.run'), ' ', code('tunewright run study.yaml')],
    ]),
    paragraph(
      parallelTrials === 1
        ? t('report.repeat.oneParallelTrial')
        : t('report.repeat.manyParallelTrials', { parallelTrials }),
    ),
  ]
}
