import { describe, expect, it } from 'vitest'
import { parseSpecification } from '../../../../src-main/core/study/parse-specification.ts'
import { createRandomStream } from '../../../../src-main/math/random/stream.ts'
import { StudySearch } from '../../../../src-main/search/study-search.ts'

const table = { task: 'tabular', data: { file: 'table.csv', target: 'y' } }

function open(pruner: object, hasFamilies = true): StudySearch {
  const parsed = parseSpecification({
    name: 'families',
    objective: table,
    pruner,
    stop: { trials: 10 },
    goals: [{ metric: 'validationLoss', direction: 'minimize' }],
    space: {
      ...(hasFamilies ? { family: { choice: ['boosting', 'network'] } } : {}),
      shrinkage: { float: [0, 1] },
    },
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const search = new StudySearch()
  search.open(parsed.specification, [])
  return search
}

interface Training {
  readonly number: number
  readonly family: string
  readonly values: readonly number[]
}

/** Boosting begins far above and ends far below networks, whose curves are short. */
const trainings: readonly Training[] = Array.from({ length: 40 }, (_, number) => {
  const random = createRandomStream({ seed: 1, number, purpose: 'curve' })
  const [level, slope] = [random.uniform(), random.uniform()]
  const family = number % 2 === 0 ? 'boosting' : 'network'
  const steps = family === 'boosting' ? 81 : 9
  const values = Array.from({ length: steps }, (_each, step) => {
    const excess = family === 'boosting' ? 9 * Math.exp(-(step + 1) / 20) : Math.exp(-step / 3)
    return (family === 'boosting' ? 1 : 2) + level + excess * (1 + slope) + random.uniform() / 2
  })
  return { number, family, values }
})

/** The step at which each training was stopped, by its number; null where it came to its end. */
function stops(search: StudySearch, list: readonly Training[]): Map<number, number | null> {
  return new Map(
    list.map(({ number, family, values }) => {
      search.started(number, { family, shrinkage: 0 })
      for (const [index, value] of values.entries()) {
        if (search.judge(number, index + 1, value).action === 'prune') {
          search.finished(number, 'pruned', [value])
          return [number, index + 1]
        }
      }
      search.finished(number, 'complete', [values.at(-1) as number])
      return [number, null]
    }),
  )
}

const of = (family: string) => trainings.filter(training => training.family === family)
const pruners = [
  { name: 'median', startupTrials: 1 },
  { name: 'percentile', startupTrials: 1 },
  { name: 'asha' },
  { name: 'successiveHalving' },
  { name: 'hyperband' },
  { name: 'patient', patience: 2, wrapped: { name: 'median', startupTrials: 1 } },
  { name: 'pareto', startupTrials: 1 },
  { name: 'promotion', maxResource: 81 },
]

describe.each(pruners)('$name over several families', pruner => {
  it('judges each family as a study of its own', () => {
    const mixed = stops(open(pruner), trainings)
    expect(mixed).toEqual(
      new Map(
        [...stops(open(pruner), of('boosting')), ...stops(open(pruner), of('network'))].sort(
          ([a], [b]) => a - b,
        ),
      ),
    )
    expect([...mixed.values()].filter(step => step !== null).length).toBeGreaterThan(3)
  })

  it.each(['boosting', 'network'])('judges a study of one family as ever: %s', family => {
    const plain = stops(open(pruner, false), of(family))
    expect(stops(open(pruner), of(family))).toEqual(plain)
  })
})

describe.each([
  ['median', (options: object) => ({ name: 'median', ...options })],
  ['percentile', (options: object) => ({ name: 'percentile', ...options })],
  ['pareto', (options: object) => ({ name: 'pareto', ...options })],
  [
    'patient',
    (options: object) => ({
      name: 'patient',
      patience: 0,
      wrapped: { name: 'median', ...options },
    }),
  ],
  [
    'rules',
    (options: object) => ({
      name: 'rules',
      rules: [{ metric: 'validationLoss', name: 'median', ...options }],
    }),
  ],
])('%s over several families', (_, prunerOf) => {
  /** Three good trials of a family, then a bad one; none of them gets better. */
  const networks = [2, 2.1, 2.2, 9].map((level, index) => ({
    number: 2 + index,
    family: 'network',
    values: Array.from({ length: 9 }, (_each, step) => level + step / 100),
  }))
  const boosters = [0, 1].map(number => ({ number, family: 'boosting', values: [1, 1, 1, 1] }))

  it('counts complete trials of the whole study before anything is pruned', () => {
    const pruner = prunerOf({ startupTrials: 5, warmupSteps: 0 })
    expect(stops(open(pruner), networks).get(5)).toBeNull()
    expect(stops(open(pruner), [...boosters, ...networks]).get(5)).not.toBeNull()
  })

  it('never prunes the first trial of a family', () => {
    const first = { number: 6, family: 'network', values: Array.from({ length: 9 }, () => 99) }
    const pruner = prunerOf({ startupTrials: 0, warmupSteps: 0 })
    expect(stops(open(pruner), [...boosters, first]).get(6)).toBeNull()
  })
})

describe('promotion over several families', () => {
  it('lets the best of each family go on, wherever the others stand', () => {
    const search = open({ name: 'promotion', maxResource: 81 })
    // Six networks and six boosters wait at the first rung: a third of each may go on.
    stops(search, trainings.slice(0, 12))
    const promoted = Array.from({ length: 4 }, (_, index) => {
      const number = 12 + index
      const proposal = search.propose(number)
      if ('exhausted' in proposal) throw new Error('exhausted')
      search.started(number, proposal.parameters, {
        ...(proposal.origin && { origin: proposal.origin }),
      })
      return [proposal.provenance.sampler, proposal.parameters['family']]
    })
    expect(promoted.filter(([sampler]) => sampler === 'promotion')).toEqual([
      ['promotion', 'boosting'],
      ['promotion', 'boosting'],
      ['promotion', 'network'],
      ['promotion', 'network'],
    ])
  })
})

describe('the median pruner as a new study has it', () => {
  /** Errors of boosting by its shrinkage: the first rounds show nothing else, the end shows how good it is. */
  const boosters = Array.from({ length: 30 }, (_, number) => {
    const random = createRandomStream({ seed: 3, number, purpose: 'curve' })
    const shrinkage = 0.01 * 30 ** random.uniform()
    const level = 1 + random.uniform() + Math.abs(Math.log(shrinkage / 0.04)) / 2
    return Array.from(
      { length: 1000 },
      (_each, round) => level + 10 * Math.exp(-shrinkage * (round + 1)),
    )
  })

  function stopsWith(pruner: object): (number | null)[] {
    const parsed = parseSpecification({
      name: 'boosting',
      objective: table,
      pruner,
      stop: { trials: 30 },
      goals: [{ metric: 'validationRmse', direction: 'minimize' }],
      space: {
        family: { choice: ['boosting', 'network'] },
        rounds: { fixed: 1000, when: { family: 'boosting' } },
      },
    })
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    const search = new StudySearch()
    search.open(parsed.specification, [])
    return boosters.map((values, number) => {
      search.started(number, { family: 'boosting', rounds: 1000 })
      for (const [index, value] of values.entries()) {
        if (search.judge(number, index + 1, value).action === 'continue') continue
        search.finished(number, 'pruned', [value])
        return index + 1
      }
      search.finished(number, 'complete', [values.at(-1) as number])
      return null
    })
  }

  it('ends no boosting in the first rounds, and some later', () => {
    const stopped = stopsWith({ name: 'median' }).filter(step => step !== null)
    expect(Math.min(...stopped)).toBeGreaterThanOrEqual(200)
    expect(stopped.length).toBeGreaterThan(3)
  })

  it('ends it at round 1 where a study says so', () => {
    const plain = { name: 'median', warmupSteps: 0, minMargin: 0 }
    expect(stopsWith(plain).filter(step => step === 1).length).toBeGreaterThan(3)
  })
})
