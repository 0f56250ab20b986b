import { describe, expect, it } from 'vitest'
import { messageLine } from '../../../helpers/message-line.ts'
import type { ObjectiveHost } from '../../../../src-main/training/objectives/objective-host.ts'
import {
  checkFunctionSpace,
  defaultFunctionSpace,
  runFunctionObjective,
} from '../../../../src-main/training/objectives/function-objective.ts'
import {
  functionMetrics,
  functionSettingsSchema,
} from '../../../../src-main/training/objectives/function-settings.ts'

interface RecordingHost extends ObjectiveHost {
  readonly reports: { step: number; value: number | undefined }[]
  readonly waits: number[]
}

function createHost(stopAt: { report?: number; checkpoint?: number } = {}): RecordingHost {
  const reports: RecordingHost['reports'] = []
  const waits: number[] = []
  let checkpoints = 0
  return {
    reports,
    waits,
    report: async (step, metrics) => {
      reports.push({ step, value: metrics['value'] })
      return step === stopAt.report ? 'stop' : 'continue'
    },
    yieldNow: async () => (++checkpoints === stopAt.checkpoint ? 'stop' : 'continue'),
    wait: async durationMs => {
      waits.push(durationMs)
    },
  }
}

const parse = (settings: unknown) => functionSettingsSchema.parse(settings)

describe('runFunctionObjective', () => {
  it('reports the value once by default', async () => {
    const host = createHost()
    const result = await runFunctionObjective(parse({ function: 'sphere' }), { x0: 1, x1: 2 }, host)
    expect(host.reports).toEqual([{ step: 1, value: 5 }])
    expect(host.waits).toEqual([])
    expect(result).toEqual({
      finished: true,
      best: { step: 1, metrics: { value: 5 } },
      last: { step: 1, metrics: { value: 5 } },
    })
  })

  it('reports a falling curve that ends at the value, waiting at each step', async () => {
    const host = createHost()
    const settings = parse({ function: 'sphere', steps: 4, durationMs: 30 })
    await runFunctionObjective(settings, { x0: 1, x1: 1 }, host)
    expect(host.reports).toEqual([
      { step: 1, value: 2 + 3 * 0.75 },
      { step: 2, value: 2 + 3 * 0.5 },
      { step: 3, value: 2 + 3 * 0.25 },
      { step: 4, value: 2 },
    ])
    expect(host.waits).toEqual([30, 30, 30, 30])
  })

  it('reports several objectives as falling curves and constraints as they are', async () => {
    const all: Readonly<Record<string, number>>[] = []
    const host: ObjectiveHost = {
      ...createHost(),
      report: async (_step, metrics) => {
        all.push(metrics)
        return 'continue'
      },
    }
    const settings = parse({ function: 'binhKorn', steps: 2 })
    const result = await runFunctionObjective(settings, { x0: 1, x1: 1 }, host)
    const end = { f1: 8, f2: 32, c1: -8, c2: -57.3 }
    expect(all).toEqual([{ f1: 12.5, f2: 48.5, c1: -8, c2: -57.3 }, end])
    expect(result.best).toEqual({ step: 2, metrics: end })
  })

  it('stops when the pruner or the user says so, and tells how far it came', async () => {
    const settings = parse({ function: 'sphere', steps: 4 })
    const pruned = createHost({ report: 2 })
    const result = await runFunctionObjective(settings, { x0: 1, x1: 1 }, pruned)
    expect(pruned.reports).toHaveLength(2)
    expect(result).toMatchObject({ finished: false, best: { step: 2 }, last: { step: 2 } })
    const canceled = createHost({ checkpoint: 1 })
    expect(await runFunctionObjective(settings, { x0: 1, x1: 1 }, canceled)).toEqual({
      finished: false,
      best: null,
      last: null,
    })
    expect(canceled.reports).toEqual([])
  })

  it.each([{ x0: 1 }, { x0: 1, x1: 'a' }])('refuses the point %o', async point => {
    const run = runFunctionObjective(parse({ function: 'sphere' }), point, createHost())
    await expect(run).rejects.toMatchObject({ code: 'training.invalid', detail: { field: 'x1' } })
  })
})

describe('function settings', () => {
  it.each([
    [{ function: 'nothing' }, 'function'],
    [{ function: 'branin', dimension: 3 }, 'dimension'],
    [{ function: 'rosenbrock', dimension: 1 }, 'dimension'],
    [{ function: 'sphere', objectives: 2 }, 'objectives'],
    [{ function: 'zdt1', objectives: 3 }, 'objectives'],
    [{ function: 'zdt1', dimension: 1 }, 'dimension'],
    [{ function: 'dtlz2', objectives: 4, dimension: 3 }, 'dimension'],
    [{ function: 'sphere', steps: 0 }, 'steps'],
    [{ function: 'sphere', durationMs: -1 }, 'durationMs'],
  ])('refuses %o', (settings, field) => {
    const result = functionSettingsSchema.safeParse(settings)
    expect(result.error?.issues.map(issue => issue.path[0])).toEqual([field])
  })

  it.each([
    [{ function: 'sphere' }, ['value']],
    [{ function: 'gramacy' }, ['value', 'c1', 'c2']],
    [{ function: 'zdt1', objectives: 7 }, ['f1', 'f2']],
    [{ function: 'dtlz2', objectives: 2 }, ['f1', 'f2']],
    [{ function: 'c2Dtlz2', dimension: 'x' }, ['f1', 'f2', 'f3', 'c1']],
    [{ function: 'none' }, []],
    [{}, []],
  ])('metrics of %j are %j', (settings, metrics) => {
    expect(functionMetrics(settings)).toEqual(metrics)
  })

  it('refuses unknown keys', () => {
    expect(functionSettingsSchema.safeParse({ function: 'sphere', noise: 1 }).success).toBe(false)
  })
})

describe('function space', () => {
  it('offers the usual bounds', () => {
    expect(defaultFunctionSpace(parse({ function: 'branin' }))).toEqual({
      x0: { float: [-5, 10] },
      x1: { float: [0, 15] },
    })
    const settings = parse({ function: 'ackley', dimension: 12 })
    const space = defaultFunctionSpace(settings)
    expect(Object.keys(space)).toHaveLength(12)
    expect(checkFunctionSpace(space, settings)).toEqual([])
  })

  it('has a coordinate per dimension of a function with several objectives', () => {
    const space = defaultFunctionSpace(parse({ function: 'zdt4', dimension: 3 }))
    expect(space).toEqual({ x0: { float: [0, 1] }, x1: { float: [-5, 5] }, x2: { float: [-5, 5] } })
    expect(Object.keys(defaultFunctionSpace(parse({ function: 'dtlz1' })))).toHaveLength(7)
  })

  it('explains every misfit', () => {
    const problems = checkFunctionSpace(
      { x0: { choice: [1, 'two'] }, y: { float: [0, 1] }, x2: { int: [0, 5], when: { x0: 1 } } },
      parse({ function: 'sphere', dimension: 3 }),
    )
    expect(problems.map(({ path, rule }) => [path.join('.'), messageLine(rule)])).toEqual([
      ['space.x1', 'rule.coordinateRequired name=sphere coordinates=x0, x1, x2'],
      ['space.x0', 'rule.coordinateNumbers'],
      ['space.y', 'rule.unknownName kind=parameter known=x0,x1,x2'],
      ['space.x2.when', 'rule.coordinateActive'],
    ])
  })
})
