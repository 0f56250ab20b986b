import { verbatim } from '../../../src-main/core/errors/message.ts'
import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  checkStudyText,
  moduleWithoutSpace,
} from '../../../src-main/features/studies/node/study-check.ts'
import { readModuleSpace } from '../../../src-main/platform/user-code/read-module.ts'
import { tasks } from '../../../src-main/training/tasks/registry.ts'
import { readAttemptLog } from '../../../src-main/platform/user-code/attempt-log.ts'
import { describeCode } from '../../../src-main/platform/user-code/describe-code.ts'
import { TrustStore } from '../../../src-main/platform/user-code/trust-store.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { UserCodeBench } from '../../helpers/user-code-study.ts'

const scratch = useScratchFolders()
const samples = path.resolve(import.meta.dirname, '../../../resources/samples/modules')

describe('a TypeScript module', () => {
  it('gives its space, is trained with pruning, stopped at once and resumed from its state', async () => {
    const bench = new UserCodeBench(scratch())
    mkdirSync(path.join(bench.folder, 'sub'))
    const program = readFileSync(path.join(samples, 'train.ts'), 'utf8')
    bench.write(
      'train.ts',
      program.replace(
        '    await trial.report',
        "    console.log('epoch', epoch)\n    await new Promise(resolve => setTimeout(resolve, 4))\n    await trial.report",
      ),
    )
    const text = readFileSync(path.join(samples, 'module.yaml'), 'utf8')
    const objective = moduleWithoutSpace(text, 'yaml')
    if (objective === null) throw new Error('the sample names no module')
    const { trustFile } = bench.workspace
    await expect(readModuleSpace(objective, bench.folder, trustFile)).rejects.toMatchObject({
      code: 'userCode.untrusted',
    })
    new TrustStore(trustFile).trust(await describeCode(objective, bench.folder), 0)
    const moduleSpace = await readModuleSpace(objective, bench.folder, trustFile)
    const checked = checkStudyText(text, 'yaml', { tasks, moduleSpace })
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
    expect(Object.keys(checked.specification.space)).toEqual(['rate', 'decay', 'epochs'])

    const id = await bench.create({
      ...checked.specification,
      pruner: { name: 'median', startupTrials: 2 },
      stop: { trials: 5 },
    })
    await bench.run(id, {
      onRunner: runner => {
        const timer = setInterval(() => {
          if (bench.read(id).trials.some(({ lastStep }) => (lastStep ?? 0) >= 5)) {
            clearInterval(timer)
            runner.stop()
          }
        }, 20)
      },
    })
    expect(bench.read(id).study.state).toBe('stopped')
    await bench.run(id)
    const { study, trials } = bench.read(id)
    expect(study.state).toBe('finished')
    expect(trials).toHaveLength(5)
    expect(trials.filter(({ state }) => state === 'complete').length).toBeGreaterThan(0)
    // Of two trials that ran, one may have been stopped before it had anything to save.
    const resumed = trials.filter(({ attempts }) => attempts.length > 1)
    const logs = resumed.map(
      ({ number }) => readAttemptLog(bench.workspace.artifactDirectory(id, number), 2)?.text,
    )
    expect(logs).toContainEqual(expect.stringMatching(/^epoch ([2-9]|\d\d)\n/))
  })

  it('may return its value, and fails with what it throws', async () => {
    const bench = new UserCodeBench(scratch())
    bench.write(
      'f.mjs',
      'export const train = ({ parameters: { x } }) => { if (x > 2) throw new Error("too far"); return { loss: x * x } }',
    )
    const { trials } = await bench.tune({
      name: 'returned',
      objective: { module: 'f.mjs' },
      goals: [{ metric: 'loss', direction: 'minimize' }],
      space: { x: { choice: [1, 2, 3] } },
      sampler: { name: 'grid' },
      stop: { failures: 9 },
    })
    const byX = [...trials].sort((a, b) => Number(a.parameters['x']) - Number(b.parameters['x']))
    expect(byX.map(({ state, values }) => [state, ...values])).toEqual([
      ['complete', 1],
      ['complete', 4],
      ['failed'],
    ])
    expect(byX[2]?.attempts[0]?.failure).toMatchObject({
      class: 'code',
      reason: verbatim('too far'),
    })
  })
})
