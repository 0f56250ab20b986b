import type { Command } from 'commander'
import { cardinality } from '../../search/space/enumeration.ts'
import { searchedSpace } from '../../search/space/fix-parameters.ts'
import { readStudyFile } from '../../study/create-study.ts'
import { createContext } from '../context.ts'
import { moduleSpaceReader } from './trust.ts'
import type { Translate } from '../../i18n/translate.ts'

export function addCheckCommand(program: Command, t: Translate): void {
  program
    .command('check')
    .description(t('cli.help.check'))
    .argument('<file>', t('cli.help.studyFile'))
    .action(async (file: string, _options: unknown, command: Command) => {
      const context = createContext(command)
      const { specification } = await readStudyFile(file, moduleSpaceReader(context))
      const points = cardinality(searchedSpace(specification))
      if (context.json) {
        context.printJson({
          ok: true,
          name: specification.name,
          points: Number.isFinite(points) ? points : null,
        })
        return
      }
      const { t } = context
      context.print(
        t('cli.studyChecked', {
          name: specification.name,
          points: Number.isFinite(points)
            ? t('cli.points', { count: points })
            : t('cli.infinitePoints'),
        }),
      )
    })
}
