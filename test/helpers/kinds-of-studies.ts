import { msg } from '../../src-main/core/errors/message.ts'
import type { StudySpecificationInput } from '../../src-main/core/study/study-specification.ts'
import type { Assignment } from '../../src-main/core/trial/trial.ts'
import { type SeedStudy, type SeedTrial, wave } from './seed-studies.ts'

/** A study of every kind that a chart may meet. */

const space: StudySpecificationInput['space'] = {
  rate: { float: [1e-4, 1], log: true },
  units: { int: [8, 64] },
  kind: { choice: ['a', 'b', 'c'] },
}
const singleGoal: Omit<StudySpecificationInput, 'name' | 'stop'> = {
  objective: { function: 'branin' },
  goals: [{ metric: 'loss', direction: 'minimize' }],
  space,
  parallelTrials: 2,
}

export function parametersOf(index: number): Assignment {
  return {
    rate: Number((10 ** (-4 + 4 * wave(3 * index))).toPrecision(4)),
    units: 8 + Math.floor(57 * wave(3 * index + 1)),
    kind: ['a', 'b', 'c'][Math.floor(3 * wave(3 * index + 2))] as string,
  }
}

/** A bowl around rate 0.01 with a mild say of units and kind. */
export function lossOf({ rate, units, kind }: Assignment, noise = 0): number {
  const bowl = (Math.log10(Number(rate)) + 2) ** 2
  return bowl + Number(units) / 100 + (kind === 'b' ? 0 : 0.3) + 0.05 * noise
}

export function trialOf(index: number, changes: Partial<SeedTrial> = {}): SeedTrial {
  const parameters = parametersOf(index)
  return {
    parameters,
    state: 'complete',
    values: [lossOf(parameters, wave(index + 0.5))],
    ...changes,
  }
}

function many(count: number, make: (index: number) => SeedTrial): SeedTrial[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

/** Falls towards the final loss over the steps. */
function curve(index: number, steps: number): number[] {
  const end = lossOf(parametersOf(index))
  return Array.from({ length: steps }, (_, step) => end + 3 / (1 + step))
}

const pruned = many(40, index => {
  const steps = index % 3 === 0 ? 27 : index % 3 === 1 ? 3 : 9
  const values = curve(index, steps)
  const state = steps === 27 ? 'complete' : 'pruned'
  return trialOf(index, { state, curve: values, values: [values.at(-1) as number] })
})

const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

const genetic = many(60, index => {
  const generation = Math.floor(index / 12)
  const parents = generation === 0 ? [] : [index - 12, index - 11]
  const byPerson = index % 10 === 9
  return trialOf(index, {
    provenance: byPerson
      ? { sampler: 'person', reason: msg('proposal.byPerson'), detail: { queued: index } }
      : {
          sampler: 'genetic',
          reason: msg('proposal.mutation', { generation, trial: index }),
          detail: { origin: 'crossover', island: 0, generation, parents },
        },
  })
})

export const kindsOfStudies = {
  none: { name: 'none', specification: singleGoal, trials: [] },
  single: { name: 'single', specification: singleGoal, trials: many(1, trialOf) },
  failed: {
    name: 'failed',
    specification: singleGoal,
    trials: many(6, index => trialOf(index, { state: 'failed', values: [] })),
  },
  pruned: {
    name: 'pruned',
    specification: { ...singleGoal, pruner: { name: 'asha', minResource: 3, reductionFactor: 3 } },
    trials: pruned,
  },
  nan: {
    name: 'nan',
    specification: singleGoal,
    trials: many(30, index =>
      index % 3 === 0
        ? trialOf(index, { values: [odd[(index / 3) % 3] as number] })
        : trialOf(index),
    ),
  },
  goals: {
    name: 'goals',
    specification: {
      ...singleGoal,
      goals: [
        { metric: 'loss', direction: 'minimize' },
        { metric: 'speed', direction: 'maximize' },
        { metric: 'size', direction: 'minimize' },
      ],
      constraints: ['heat'],
    },
    trials: many(60, index => {
      const parameters = parametersOf(index)
      const units = Number(parameters['units'])
      return {
        parameters,
        state: 'complete',
        values: [lossOf(parameters), 100 - units + 20 * wave(index), units * 10],
        constraints: [wave(index + 0.3) - 0.8],
      }
    }),
  },
  conditional: {
    name: 'conditional',
    specification: {
      ...singleGoal,
      space: { ...space, momentum: { float: [0, 0.99], when: { kind: 'a' } } },
    },
    trials: many(40, index => {
      const trial = trialOf(index)
      return trial.parameters['kind'] === 'a'
        ? { ...trial, parameters: { ...trial.parameters, momentum: 0.99 * wave(index + 0.7) } }
        : trial
    }),
  },
  genetic: {
    name: 'genetic',
    specification: { ...singleGoal, sampler: { name: 'genetic' } },
    trials: genetic,
  },
  large: {
    name: 'large',
    specification: singleGoal,
    trials: many(10_000, index =>
      index % 50 === 7 ? trialOf(index, { state: 'failed', values: [] }) : trialOf(index),
    ),
  },
} satisfies Readonly<Record<string, SeedStudy>>

/** One whose file is sound, so that it can be changed: good around x0 = 2. */
export const bowl: SeedStudy = {
  name: 'bowl',
  specification: {
    objective: { function: 'branin' },
    goals: [{ metric: 'value', direction: 'minimize' }],
    space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
  },
  trials: Array.from({ length: 60 }, (_, index) => {
    const [x0, x1] = [-5 + 15 * wave(2 * index), 15 * wave(2 * index + 1)]
    return { parameters: { x0, x1 }, state: 'complete', values: [(x0 - 2) ** 2] }
  }),
}

/** Five runs each of two samplers, alike but for name and seed; the second is better by far. */
export const repeatedStudies: readonly SeedStudy[] = ['random', 'tpe'].flatMap((name, which) =>
  Array.from({ length: 5 }, (_, seed): SeedStudy => ({
    name: `${name}-${seed}`,
    specification: { ...singleGoal, sampler: { name }, seed },
    budget: 24,
    trials: many(20 + seed, index => {
      const trial = trialOf(1_000 * which + 100 * seed + index)
      const shift = which === 1 ? 0 : 2
      return { ...trial, values: trial.values.map(value => value + shift), curve: [9, 5, 4] }
    }),
  })),
)
