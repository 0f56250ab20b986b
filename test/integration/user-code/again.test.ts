import process from 'node:process'
import { describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import { verifyStudy } from '../../../src-main/features/verify/node/verify-study.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { confirmWinner, repeatStudy } from '../../../src-main/features/studies/node/repeat-study.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { UserCodeBench } from '../../helpers/user-code-study.ts'

const scratch = useScratchFolders()
const module =
  'export const train = ({ parameters, report }) => report(1, { loss: parameters.x })\n'
const program = `
const x = JSON.parse(require('node:fs').readFileSync(process.env.TUNEWRIGHT_PARAMETERS, 'utf8')).x
console.log(JSON.stringify({ step: 1, loss: x }))
`

const objectives: Readonly<Record<string, StudySpecificationInput['objective']>> = {
  module: { module: 'train.mjs' },
  command: { command: [process.execPath, 'train.cjs'] },
}

/** Programs lie in one folder, the database in another. */
describe.each(Object.entries(objectives))('a finished study of a %s', (_, objective) => {
  async function tuned() {
    const bench = new UserCodeBench(scratch(), scratch())
    bench.write('train.mjs', module)
    bench.write('train.cjs', program)
    const id = await bench.create({
      name: 'own',
      objective,
      goals: [{ metric: 'loss', direction: 'minimize' }],
      space: { x: { float: [0, 1] } },
      stop: { trials: 3 },
      seed: 1,
    })
    await bench.run(id)
    const store = openStudyStore(bench.workspace.databasePath)
    return { bench, id, store, options: { store, workspace: bench.workspace, now: Date.now } }
  }

  it('is repeated, confirmed and verified from the folder of its code', async () => {
    const { bench, id, store, options } = await tuned()
    const [repeated = 0] = await repeatStudy(id, 1, options)
    const confirmation = await confirmWinner(id, { top: 2, trainings: 1 }, options)
    const { trainings } = await verifyStudy({
      reader: store,
      study: 'own',
      workspace: bench.workspace,
      now: Date.now,
      retrain: 'best',
      tolerance: 0,
    })
    expect(trainings.map(({ outcome }) => outcome)).toEqual(['identical'])
    store.close()
    for (const [copy, trials] of [
      [repeated, 3],
      [confirmation, 2],
    ] as const) {
      await bench.run(copy)
      const { study, trials: run } = bench.read(copy)
      expect(study.environment.project?.studyDirectory).toBe(bench.folder)
      expect(run.map(({ state }) => state)).toEqual(
        Array.from({ length: trials }, () => 'complete'),
      )
    }
  })

  it('is not repeated with code that changed since it was trusted', async () => {
    const { bench, id, store, options } = await tuned()
    bench.write('train.mjs', `${module}// changed\n`)
    bench.write('train.cjs', `${program}// changed\n`)
    await expect(repeatStudy(id, 1, options)).rejects.toMatchObject({ code: 'userCode.untrusted' })
    store.close()
  })
})
