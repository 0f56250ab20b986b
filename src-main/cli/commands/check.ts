import type { Command } from 'commander'
import { cardinality } from '../../search/space/cardinality.ts'
import { searchedSpace } from '../../search/space/fix-parameters.ts'
import { readStudyFile } from '../../study/create-study.ts'
import { createContext } from '../context.ts'
import { moduleSpaceReader } from './trust.ts'

export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .description('Check a study file; every problem is listed, nothing is created.')
    .argument('<file>', 'study file, YAML or JSON')
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
      const { texts } = context
      context.print(
        texts.studyChecked(
          specification.name,
          Number.isFinite(points) ? texts.points(points) : texts.infinitePoints,
        ),
      )
    })
}
