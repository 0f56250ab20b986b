import type { TrialSnapshot } from '../../src-main/core/trial/trial.ts'

export interface RankingCase {
  readonly name: string
  readonly trials: readonly TrialSnapshot[]
  /** Numbers, best first: what `bestTrials` gives, and the store's best is the first of them. */
  readonly minimized: readonly number[]
  readonly maximized: readonly number[]
  /** Numbers of the trials that were better than all before them. */
  readonly improvements: {
    readonly minimize: readonly number[]
    readonly maximize: readonly number[]
  }
}

type Described = Partial<Pick<TrialSnapshot, 'state' | 'constraints' | 'excluded'>>

function trials(...described: readonly (readonly [value: number | null, more?: Described])[]) {
  return described.map(([value, overrides = {}], number): TrialSnapshot => ({
    number,
    state: value === null ? 'failed' : 'complete',
    parameters: {},
    values: value === null ? [] : [value],
    reports: [],
    ...overrides,
  }))
}

const excluded = { excluded: true } as const
const pruned = { state: 'pruned' } as const
const within = (...constraints: number[]): Described => ({ constraints })

/** Which trial is best: one table for `contract/ranking.ts` and for the SQL of the store. */
export const rankingCases: readonly RankingCase[] = [
  {
    name: 'nothing',
    trials: [],
    minimized: [],
    maximized: [],
    improvements: { minimize: [], maximize: [] },
  },
  {
    name: 'no trial with a result',
    trials: trials(
      [null],
      [null, { state: 'running' }],
      [null, { state: 'canceled' }],
      [3, pruned],
    ),
    minimized: [],
    maximized: [],
    improvements: { minimize: [], maximize: [] },
  },
  {
    name: 'ties',
    trials: trials([2], [1], [2], [1], [1.5]),
    minimized: [1, 3, 4, 0, 2],
    maximized: [0, 2, 4, 1, 3],
    improvements: { minimize: [0, 1], maximize: [0] },
  },
  {
    name: 'NaN and infinities',
    trials: trials(
      [Number.NaN],
      [Infinity],
      [5],
      [-Infinity],
      [Number.NaN],
      [Infinity],
      [-Infinity],
    ),
    minimized: [3, 6, 2, 1, 5],
    maximized: [1, 5, 2, 3, 6],
    improvements: { minimize: [1, 2, 3], maximize: [1] },
  },
  {
    name: 'nothing but NaN',
    trials: trials([Number.NaN], [Number.NaN]),
    minimized: [],
    maximized: [],
    improvements: { minimize: [], maximize: [] },
  },
  {
    name: 'only the worst infinity',
    trials: trials([Number.NaN], [Infinity]),
    minimized: [1],
    maximized: [1],
    improvements: { minimize: [1], maximize: [1] },
  },
  {
    name: 'zeros of both signs are equal',
    trials: trials([0], [-0], [0]),
    minimized: [0, 1, 2],
    maximized: [0, 1, 2],
    improvements: { minimize: [0], maximize: [0] },
  },
  {
    name: 'values of pruned trials',
    trials: trials([3], [1, pruned], [9, pruned], [2]),
    minimized: [3, 0],
    maximized: [0, 3],
    improvements: { minimize: [0, 3], maximize: [0] },
  },
  {
    name: 'excluded trials',
    trials: trials([1, excluded], [3], [9, excluded], [2], [8, { ...excluded, ...pruned }]),
    minimized: [3, 1],
    maximized: [1, 3],
    improvements: { minimize: [1, 3], maximize: [1] },
  },
  {
    name: 'constraints',
    trials: trials(
      [0, within(0.001, -1)],
      [5, within(0, 0)],
      [9, within(-1, Number.NaN)],
      [4, within(-Infinity, -2)],
      [-1, within(Infinity, -2)],
      [10, { ...within(-1, -1), ...excluded }],
      [6, within(-1, 0)],
    ),
    minimized: [3, 1, 6],
    maximized: [6, 1, 3],
    improvements: { minimize: [1, 3], maximize: [1, 6] },
  },
]
