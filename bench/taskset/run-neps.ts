import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type CurveTask, lossAt, RegretLog } from './taskset.ts'

/**
 * Algorithms of NePS that need no weights. With η = 3 their rungs are at 5, 17 and 51 of 51 steps (`least` 2 is above 51/27), with η = 5 at 2, 10 and 51.
 */
export const nepsMethods = {
  'NePS hyperband': { algorithm: 'hyperband', eta: 3 },
  'NePS asha': { algorithm: 'asha', eta: 3 },
  'NePS priorband': { algorithm: 'priorband', eta: 3 },
  'NePS successive halving, η 5': { algorithm: 'successive_halving', eta: 5 },
} as const

/** Setting, and the step that it is trained to. */
type Increment = readonly [setting: number, until: number]

export interface NepsRequest {
  readonly task: CurveTask
  readonly methods: Readonly<Record<string, { readonly algorithm: string; readonly eta: number }>>
  /** Steps of the first rung. */
  readonly least: number
  readonly seeds: readonly number[]
  readonly costs: readonly number[]
}

/** Regret at each of the costs, by method and seed; trainings go on from where they stand, as ours do. */
export function runNeps(
  python: string,
  { task, methods, least, seeds, costs }: NepsRequest,
): Record<string, number[][]> {
  const script = fileURLToPath(new URL('../peers/neps_increments.py', import.meta.url))
  const input = JSON.stringify({
    points: task.points.map(point => [...point]),
    losses: task.points.map((_, setting) =>
      Array.from({ length: task.steps }, (_step, at) => lossAt(task, setting, at + 1)),
    ),
    methods,
    least,
    seeds,
    steps: Math.max(...costs) * task.steps,
  })
  const { status, stdout, stderr } = spawnSync(python, ['-W', 'ignore', script], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    env: { ...process.env, OMP_NUM_THREADS: '1' },
  })
  if (status !== 0) throw new Error(stderr)
  const increments = JSON.parse(stdout) as Record<string, Increment[][]>
  return Object.fromEntries(
    Object.entries(increments).map(([name, runs]) => [
      name,
      runs.map(run => regretsOf(task, run, costs)),
    ]),
  )
}

function regretsOf(
  task: CurveTask,
  increments: readonly Increment[],
  costs: readonly number[],
): number[] {
  const log = new RegretLog(task, costs)
  const reached = new Map<number, number>()
  for (const [setting, until] of increments) {
    const from = reached.get(setting) ?? 0
    for (let step = from + 1; step <= until; step++) log.trained(setting, step)
    reached.set(setting, Math.max(from, until))
  }
  return log.regrets
}
