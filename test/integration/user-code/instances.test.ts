import { readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { replicatesByTrial } from '../../../src-main/analysis/summary/replicates.ts'
import { checkSpecificationRules } from '../../../src-main/core/study/specification-rules.ts'
import { checkSearchRules } from '../../../src-main/search/study-rules.ts'
import { checkStudy } from '../../../src-main/features/studies/node/study-check.ts'
import { readTrialLogs } from '../../../src-main/running/trial-logs.ts'
import { buildHtmlReport } from '../../helpers/html-report.ts'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import { Interventions } from '../../../src-main/features/interventions/node/interventions.ts'
import { offlineHost } from '../../../src-main/features/interventions/node/offline-host.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { UserCodeBench } from '../../helpers/user-code-study.ts'

const scratch = useScratchFolders()
const instances = ['a', 'b c', '三', 'd', 'e']
const weights = JSON.stringify(Object.fromEntries(instances.map((name, at) => [name, at])))

/** Larger x is worse on every instance, by almost the same; prints what it was told. */
const program = `
const { TUNEWRIGHT_INSTANCE: instance, TUNEWRIGHT_TRIAL_FILE: trialFile, TUNEWRIGHT_PARAM_x: x } = process.env
const told = [instance, process.argv[2], JSON.parse(require('node:fs').readFileSync(trialFile, 'utf8')).instance]
if (new Set(told).size !== 1) throw new Error(told.join())
const weight = (${weights})[instance]
console.log(JSON.stringify({ loss: 10 * weight + Number(x) * (1 + weight / 100) }))
`

const plain: StudySpecificationInput = {
  name: 'solver',
  objective: { command: ['solve', '{instance}'] },
  instances,
  goals: [{ metric: 'loss', direction: 'minimize' }],
  space: { x: { float: [0, 100] } },
  sampler: { name: 'random' },
  stop: { trials: 3 },
}

async function tune(
  objective: StudySpecificationInput['objective'],
  file: string,
  text: string,
  changes: Partial<StudySpecificationInput> = {},
) {
  const bench = new UserCodeBench(scratch())
  bench.write(file, text)
  const id = await bench.create({
    ...plain,
    objective,
    enqueue: [{ x: 5 }, { x: 1 }, { x: 90 }],
    ...changes,
  })
  await bench.run(id)
  const reader = openStudyStore(bench.workspace.databasePath, { readOnly: true })
  try {
    return {
      ...reader.snapshot(id),
      folder: bench.folder,
      logs: readTrialLogs(reader, bench.workspace, id, 0),
    }
  } finally {
    reader.close()
  }
}

const means = (x: number): number => 20 + x * 1.02

describe('instances', () => {
  it('reach a program in the order of the file; the mean over all counts', async () => {
    const command = [process.execPath, 'train.cjs', '{instance}']
    const snapshot = await tune({ command }, 'train.cjs', program)
    expect(snapshot.trials.map(({ values }) => values[0])).toEqual([
      ...[5, 1, 90].map((x): unknown => expect.closeTo(means(x), 9)),
    ])
    const first = replicatesByTrial(snapshot.events).get(0)
    expect(first?.map(([loss = NaN]) => Math.floor(loss / 10))).toEqual([0, 1, 2, 3, 4])
    const report = buildHtmlReport(snapshot, { language: 'en', generatedAtMs: 0, version: '1' })
    expect(report).toContain('三: 21')
    expect(report).toContain('judged by its mean over 5 instances')
  })

  it('reach a module, and a race ends a trial that has lost on the first ones', async () => {
    const module = `
      const weights = ${weights}
      export const train = ({ parameters: { x }, instance }) =>
        ({ loss: 10 * weights[instance] + x * (1 + weights[instance] / 100) })
    `
    const { trials, events } = await tune({ module: 'train.mjs' }, 'train.mjs', module, {
      race: {},
    })
    expect(trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'pruned'])
    const done = [...replicatesByTrial(events).values()].map(({ length }) => length)
    expect(done.slice(0, 2)).toEqual([5, 5])
    expect(done[2]).toBeLessThan(5)
    expect(trials[2]?.values[0]).toBeGreaterThan(trials[1]?.values[0] ?? NaN)
  })

  it('run again with other seeds for each replicate, all of them each time', async () => {
    const script = `
      const { TUNEWRIGHT_INSTANCE: instance, TUNEWRIGHT_SEED: seed } = process.env
      require('node:fs').appendFileSync('told', JSON.stringify([instance, seed]) + '\\n')
      console.log(JSON.stringify({ loss: 1 }))
    `
    const command = [process.execPath, 'tell.cjs']
    const { folder } = await tune({ command }, 'tell.cjs', script, {
      instances: ['a', 'b'],
      replicates: { count: 2 },
      stop: { trials: 1 },
      enqueue: [],
    })
    const lines = readFileSync(path.join(folder, 'told'), 'utf8').trim().split('\n')
    const trainings = lines.map(line => JSON.parse(line) as [string, string])
    expect(trainings.map(([instance]) => instance)).toEqual(['a', 'b', 'a', 'b'])
    expect(trainings[2]?.[1]).not.toBe(trainings[0]?.[1])
  })

  it('that fail show their own output, not that of the first', async () => {
    const failing = `
      const { TUNEWRIGHT_INSTANCE: instance } = process.env
      console.log('on ' + instance)
      if (instance === 'c') process.exit(3)
      console.log(JSON.stringify({ loss: 1 }))
    `
    const command = [process.execPath, 'fail.cjs']
    const { logs } = await tune({ command }, 'fail.cjs', failing, {
      instances: ['a', 'b', 'c', 'd'],
      stop: { trials: 1 },
      enqueue: [],
    })
    expect(logs.map(({ attempt, text }) => [attempt, text])).toEqual([[1, 'on c\n']])
  })

  it('that agree end no trial while the spread of the study is unknown', async () => {
    // Worse by nearly the same on the easy two, far better on the last.
    const losses = { a: [1, 1.1], b: [1, 1.1001], c: [100, 1] }
    const module = `
      const losses = ${JSON.stringify(losses)}
      export const train = ({ parameters: { x }, instance }) => ({ loss: losses[instance][x] })
    `
    const { trials } = await tune({ module: 'train.mjs' }, 'train.mjs', module, {
      instances: ['a', 'b', 'c'],
      race: {},
      stop: { trials: 2 },
      space: { x: { int: [0, 1] } },
      enqueue: [{ x: 0 }, { x: 1 }],
    })
    expect(trials.map(({ state }) => state)).toEqual(['complete', 'complete'])
  })

  it.each([
    [{ objective: { task: 'image', data: { source: 'mnist' } } }, ['instances']],
    [{ instances: ['a', 'b', 'a'] }, ['instances', 2]],
    [{ instances: ['a', 'b\0'] }, ['instances', 1]],
    [{ pruner: { name: 'median' } }, ['pruner', 'name']],
    [{ replicates: { count: 3, value: 'median' } }, ['replicates', 'value']],
    [{ space: { instance: { float: [0, 1] } } }, ['space', 'instance']],
  ])('are refused with %j', (changes, problemPath) => {
    const study = { ...plain, ...changes }
    const problems = [...checkSpecificationRules(study), ...checkSearchRules(study)]
    expect(problems.map(({ path }) => path)).toEqual([problemPath])
  })

  it('are what fills {instance}: a command that names it needs some', () => {
    const check = (changes: object) => checkStudy({ ...plain, ...changes }, { tasks: {} })
    expect(check({})).toMatchObject({ ok: true, specification: { pruner: { name: 'none' } } })
    expect(check({ instances: undefined })).toMatchObject({
      ok: false,
      problems: [{ path: ['objective', 'command', 1], rule: { code: 'rule.instanceWithout' } }],
    })
    const ownSpace = { instances: undefined, space: { instance: { float: [0, 1] } } }
    expect(check(ownSpace)).toMatchObject({ ok: true })
  })

  it('take no pruner while they run either', async () => {
    const bench = new UserCodeBench(scratch())
    bench.write('train.cjs', program)
    const command = [process.execPath, 'train.cjs', '{instance}']
    const id = await bench.create({ ...plain, objective: { command } })
    const store = openStudyStore(bench.workspace.databasePath)
    try {
      const interventions = new Interventions({ store, host: offlineHost, now: Date.now })
      expect(() => interventions.change(id, { pruner: { name: 'asha' } })).toThrow(
        expect.objectContaining({
          code: 'specification.invalid',
          detail: { problems: [expect.objectContaining({ path: ['pruner', 'name'] })] },
        }),
      )
    } finally {
      store.close()
    }
  })
})
