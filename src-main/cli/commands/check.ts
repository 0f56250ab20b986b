import { cardinality } from '../../search/space/enumeration.ts'
import { searchedSpace } from '../../search/space/fix-parameters.ts'
import { readStudyFile } from '../../study/create-study.ts'
import type { AddCommands } from '../context.ts'
import { moduleSpaceReader } from './trust.ts'

export const addCommands: AddCommands = (program, t) => {
  program
    .command('check')
    .description(t('cli.help.check'))
    .argument('<file>', t('cli.help.studyFile'))
    .run(async (context, file: string) => {
      const { specification } = await readStudyFile(file, moduleSpaceReader(context))
      const { name } = specification
      const count = cardinality(searchedSpace(specification))
      const isFinite = Number.isFinite(count)
      const points = isFinite ? t('cli.points', { count }) : t('cli.infinitePoints')
      const value = { ok: true, name, points: isFinite ? count : null }
      context.tell(t('cli.studyChecked', { name, points }), value)
    })
}
