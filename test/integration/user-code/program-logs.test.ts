import { readFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import { checkUserCode } from '../../../src-main/features/studies/node/check-user-code.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { UserCodeBench } from '../../helpers/user-code-study.ts'

const scratch = useScratchFolders()
const eventFile = fileURLToPath(
  new URL('../../fixtures/metric-logs/events.out.tfevents.1', import.meta.url),
)

/** Writes a table as loggers do, and knows nothing of whoever tunes it. */
const csvProgram = `
const fs = require('node:fs')
const [rate, file = 'lightning_logs/version_' + process.pid + '/metrics.csv'] = process.argv.slice(2)
fs.mkdirSync(require('node:path').dirname(file), { recursive: true })
fs.writeFileSync(file, 'epoch,step,loss,accuracy\\n')
for (let step = 1; step <= 5; step++) {
  fs.appendFileSync(file, '0,' + step + ',' + (Number(rate) + 1 / step) + ',\\n')
  fs.appendFileSync(file, '0,' + step + ',,' + step / 5 + '\\n')
}
`

function specification(changes: Partial<StudySpecificationInput> = {}): StudySpecificationInput {
  return {
    name: 'logs',
    objective: {
      command: [process.execPath, 'train.cjs', '{rate}'],
      metrics: { from: 'logs' },
    },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { rate: { float: [0, 1] } },
    sampler: { name: 'random' },
    pruner: { name: 'none' },
    stop: { trials: 3 },
    parallelTrials: 1,
    seed: 3,
    ...changes,
  }
}

describe('a program that writes logs', () => {
  it('is tuned by what it writes anyway, each trial by its own', async () => {
    const user = new UserCodeBench(scratch())
    user.write('train.cjs', csvProgram)
    const { trials } = await user.tune(specification())
    expect(trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'complete'])
    for (const { parameters, values, metrics } of trials) {
      expect(metrics['loss']?.steps).toEqual([1, 2, 3, 4, 5])
      expect(metrics['accuracy']?.values).toEqual([0.2, 0.4, 0.6, 0.8, 1])
      expect(values[0]).toBeCloseTo(Number(parameters['rate']) + 0.2, 12)
    }
  })

  it('names its logs, trials at the same time each in a folder of its own', async () => {
    const user = new UserCodeBench(scratch())
    user.write('train.cjs', csvProgram)
    const { trials } = await user.tune(
      specification({
        parallelTrials: 2,
        objective: {
          command: [process.execPath, 'train.cjs', '{rate}', 'out/{trial}/table.csv'],
          metrics: { from: 'logs', logs: [{ csv: 'out/{trial}/*.csv' }] },
        },
      }),
    )
    for (const { parameters, values } of trials)
      expect(values[0]).toBeCloseTo(Number(parameters['rate']) + 0.2, 12)
  })

  it('may write event files of TensorBoard', async () => {
    const user = new UserCodeBench(scratch())
    const content = readFileSync(eventFile).toString('base64')
    user.write(
      'train.cjs',
      `const fs = require('node:fs')
       fs.mkdirSync('runs/a', { recursive: true })
       fs.writeFileSync('runs/a/events.out.tfevents.' + process.pid, Buffer.from('${content}', 'base64'))`,
    )
    const { trials } = await user.tune(specification({ stop: { trials: 2 } }))
    expect(trials.map(({ values, bestStep }) => [values, bestStep])).toEqual([
      [[0.25], 3],
      [[0.25], 3],
    ])
  })

  it('fails a trial whose logs have no value of the goal', async () => {
    const user = new UserCodeBench(scratch())
    user.write('train.cjs', csvProgram)
    const goals = [{ metric: 'f1', direction: 'maximize' }] as const
    const { trials } = await user.tune(specification({ goals: [...goals], stop: { trials: 1 } }))
    const reason = trials[0]?.attempts.at(-1)?.failure?.reason
    expect(reason).toMatchObject({ code: 'error.command.noValue' })
    expect(JSON.stringify(reason)).toContain('accuracy')
  })
})

describe('the check of logs', () => {
  const check = (
    objective: Readonly<Record<string, unknown>>,
    parallelTrials = 1,
    remoteExecutor: string | null = null,
  ) =>
    checkUserCode({ command: ['train'], ...objective }, {}, false, {
      parallelTrials,
      remoteExecutor,
    }).map(({ path, rule }) => [path.join('.'), rule.code])

  it('refuses what several trials would share', () => {
    const path = 'objective.metrics'
    expect(check({ metrics: { from: 'logs' } })).toEqual([])
    expect(check({ metrics: { from: 'logs' } }, 2)).toEqual([[`${path}.from`, 'rule.logsOfTrial']])
    const command = ['train', '--out={trialDirectory}']
    expect(check({ command, metrics: { from: 'logs' } }, 2)).toEqual([])
    const logs = [{ csv: 'a.csv' }, { csv: '{trial}.csv' }]
    expect(check({ metrics: { from: 'logs', logs } }, 2)).toEqual([
      [`${path}.logs.0.csv`, 'rule.logsOfTrial'],
    ])
  })

  it('refuses entries of no format or of two, and machines that we do not read', () => {
    const path = 'objective.metrics'
    const logs = [{ csv: 'a', wandb: 'b' }, {}]
    expect(check({ metrics: { from: 'logs', logs } })).toEqual([
      [`${path}.logs.0`, 'rule.logKind'],
      [`${path}.logs.1`, 'rule.logKind'],
    ])
    expect(check({ metrics: { from: 'logs', logs: [{ tensorbord: 'a' }] } })).toHaveLength(1)
    expect(check({ metrics: { from: 'logs' } }, 1, 'ssh')).toEqual([
      [`${path}.from`, 'rule.logsHere'],
    ])
  })
})
