import path from 'node:path'
import { deepFreeze } from '../test/helpers/deep-freeze.ts'
import {
  learningCurves,
  manyTrialsOfCurves,
  trialOfCurve,
} from '../test/helpers/learning-curves.ts'
import { mixed } from '../test/helpers/mixed-space.ts'
import {
  askSampler,
  createSamplerOf,
  samplerContextOf,
  type StudyPlan,
} from '../test/helpers/propose-trials.ts'
import { randomTrials } from '../test/helpers/random-trials.ts'
import { cube, runStudy, sphere } from '../test/helpers/run-study.ts'
import { simulateStudy } from '../test/helpers/simulate-study.ts'
import { readSuiteRuns } from '../test/helpers/suite-runs.ts'
import type { SpaceSpecification } from '../src-main/core/study/space-specification.ts'
import { readStudyText } from '../src-main/interop/study-file/read-study-text.ts'
import { pruners } from '../src-main/search/pruners/registry.ts'
import { gridCells, gridOptionsSchema } from '../src-main/search/samplers/grid/grid.ts'
import { samplers } from '../src-main/search/samplers/registry.ts'
import { buildSpace } from '../src-main/search/space/build-space.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'
import { computingCost } from './computing-cost.ts'

/**
 * What one proposal and one judgment costs after thousands of trials, of every sampler and pruner with each of the options
 * of its `suite-runs.ts`, and a very wide study file: `npm run bench:cost-limits [-- NAME…]` (`file` for the last one). Exits with
 * 1 where a limit is passed.
 *
 * In Philox blocks: 1,000,000 are about 0.1 s. The limits guard against work that grows with the square of the trials; they
 * are five times or more what is used on a quiet machine.
 */

interface RunOptions {
  readonly options?: Readonly<Record<string, unknown>>
}

interface Measured {
  readonly name: string
  readonly measured: string
  readonly blocks: number
  readonly limit: number
}

const DEFAULT_PROPOSAL_LIMIT = 1_000_000
const DEFAULT_JUDGMENT_LIMIT = 100_000

/** Gaussian processes fit one model per goal, a forest many trees. */
const proposalLimits: Readonly<Record<string, number>> = {
  gp: 4_000_000,
  freezeThaw: 4_000_000,
  forest: 2_000_000,
}
const goalsLimits: Readonly<Record<string, number>> = { gp: 10_000_000, freezeThaw: 10_000_000 }

const only = process.argv.slice(2)
const isWanted = (name: string): boolean => only.length === 0 || only.includes(name)
const tests = path.join(import.meta.dirname, '../test/unit/search')

function valuesOfThree(number: number): number[] {
  return [0, 1, 2].map(goal => Math.sin(number * (12.9898 + goal)))
}

function costOfProposals(name: string, options: RunOptions['options'] = {}): Measured[] {
  const definition = samplers[name]!
  const label = `${name} ${JSON.stringify(options)}`
  const limit = proposalLimits[name] ?? DEFAULT_PROPOSAL_LIMIT
  const plan: StudyPlan = { sampler: name, options, space: mixed, trials: 10_000, seed: 8 }
  const trials = randomTrials(mixed, 10_000, number => [Math.sin(number)])
  const sampler = createSamplerOf(plan)
  const measured = [
    {
      name: label,
      measured: 'a proposal after 10,000 trials',
      blocks: computingCost(() => void askSampler(sampler, plan, trials, 10_000)),
      limit,
    },
  ]
  const goalsPlan: StudyPlan = {
    ...plan,
    trials: 40,
    seed: 0,
    goals: [0, 1, 2].map(goal => ({
      metric: `goal${goal}`,
      direction: goal % 2 === 0 ? ('minimize' as const) : ('maximize' as const),
    })),
  }
  const parsed = definition.optionsSchema.parse(options)
  if (definition.check(parsed, samplerContextOf(goalsPlan)).length > 0) return measured
  const goalsTrials = randomTrials(mixed, 5_000, valuesOfThree)
  const goalsSampler = createSamplerOf(goalsPlan)
  // The first answer may rebuild everything; from then on one trial comes at a time.
  askSampler(goalsSampler, goalsPlan, goalsTrials.slice(0, 4_999), 4_999)
  return [
    ...measured,
    {
      name: label,
      measured: 'a proposal after 5,000 trials of 3 goals',
      blocks: computingCost(() => void askSampler(goalsSampler, goalsPlan, goalsTrials, 5_000)),
      limit: goalsLimits[name] ?? limit,
    },
  ]
}

function costOfJudgment(name: string, options: RunOptions['options'] = {}): Measured {
  const definition = pruners[name]!
  const direction = 'minimize'
  const pruner = definition.create(definition.optionsSchema.parse(options), {
    direction,
    goals: [{ metric: 'value', direction }],
    studyName: 'cost',
  })
  const trial = trialOfCurve(10_000, 'running', learningCurves(1, 50, 5)[0] ?? [])
  const others = manyTrialsOfCurves()
  return {
    name: `${name} ${JSON.stringify(options)}`,
    measured: 'a judgment among 10,000 trials of 100 steps',
    blocks: computingCost(() => void pruner.judge({ trial, others })),
    limit: DEFAULT_JUDGMENT_LIMIT,
  }
}

/** About 0.1 s of processor time, where this limit is 1 s. */
function costOfStudy(name: string): Measured {
  return {
    name,
    measured: 'a study of 1,000 trials of 10 parameters',
    blocks: computingCost(() => void runStudy(name, cube(10, 0, 1), sphere, 1000)),
    limit: 10_000_000,
  }
}

/** About 0.2 s of processor time, where this limit is 1 s. */
function costOfPopulation(sampler: string): Measured {
  const space = cube(10, 0, 1)
  const blocks = computingCost(
    () => void simulateStudy({ sampler, space, trials: 5000, objective: sphere }),
  )
  return {
    name: sampler,
    measured: 'a study of 5,000 trials of 10 parameters',
    blocks,
    limit: 10_000_000,
  }
}

/** About 0.6 s of processor time; with searches that compare each key with each 20 s and more. */
function costOfWideFile(): Measured {
  const names = Array.from({ length: 30_000 }, (_, index) => `x${index}`)
  const text = `${names.map(name => `${name}: 1\n`).join('')}x7: 2\n`
  return {
    name: 'study file',
    measured: 'problems in a mapping of 30,000 keys',
    blocks: computingCost(() => {
      const { locate } = readStudyText(text, 'yaml')
      for (const name of names) locate([name], 'value')
    }),
    limit: 80_000_000,
  }
}

/** Most of the trials are cells of the grid; a sampler that has just been restarted reads them all anew. */
function costOfGrid(): Measured[] {
  const space: SpaceSpecification = {
    ...Object.fromEntries(
      Array.from({ length: 6 }, (_, index) => [`x${index}`, { int: [0, 9] as [number, number] }]),
    ),
    kind: { choice: ['a', 'b', 'c'] },
    depth: { int: [1, 9], when: { kind: 'a' } },
    rate: { float: [1e-4, 1], log: true, when: { kind: ['b', 'c'] } },
  }
  const cells = gridCells(gridOptionsSchema.parse({}), buildSpace(space))
  const trials = deepFreeze(
    Array.from({ length: 10_000 }, (_, number) => ({
      number,
      state: 'complete' as const,
      parameters: cells.assignmentAt(number * 7),
      values: [0],
      reports: [],
    })),
  )
  const plan: StudyPlan = { sampler: 'grid', space, trials: 10_000 }
  const sampler = createSamplerOf(plan)
  const proposeWith = (gridSampler: typeof sampler) =>
    void askSampler(gridSampler, plan, trials, 10_000)
  return [
    {
      name: 'grid',
      measured: 'a proposal after 10,000 trials on the grid',
      blocks: computingCost(() => {
        proposeWith(sampler)
      }),
      limit: 1_000_000,
    },
    {
      name: 'grid',
      measured: 'the first one after a restart',
      blocks: computingCost(() => {
        proposeWith(createSamplerOf(plan))
      }),
      limit: 10_000_000,
    },
  ]
}

async function wantedRuns(
  kind: string,
  registry: Readonly<Record<string, unknown>>,
): Promise<{ readonly name: string; readonly options: RunOptions['options'] }[]> {
  const runs = await readSuiteRuns<RunOptions>(path.join(tests, kind))
  return Object.keys(registry)
    .filter(isWanted)
    .flatMap(name => (runs.get(name) ?? [{}]).map(({ options }) => ({ name, options })))
}

const samplerRuns = await wantedRuns('samplers', samplers)
const prunerRuns = await wantedRuns('pruners', pruners)
const rows = [
  ...samplerRuns.flatMap(({ name, options }) => costOfProposals(name, options)),
  ...['cmaes', 'catcma'].filter(isWanted).map(costOfStudy),
  ...['genetic', 'pso', 'de'].filter(isWanted).map(costOfPopulation),
  ...(isWanted('grid') ? costOfGrid() : []),
  ...(isWanted('file') ? [costOfWideFile()] : []),
  ...prunerRuns.map(({ name, options }) => costOfJudgment(name, options)),
]
const format = (blocks: number): string => Math.round(blocks).toLocaleString('en')
printTable(
  ['sampler or pruner', 'what', 'Philox blocks', 'limit', 'passed'],
  rows.map(({ name, measured, blocks, limit }) => [
    name,
    measured,
    format(blocks),
    `≤ ${format(limit)}`,
    blocks <= limit ? 'yes' : 'NO',
  ]),
)
writeResults('cost-limits', { machine: benchMachine(), rows })
if (rows.some(({ blocks, limit }) => blocks > limit)) process.exitCode = 1
