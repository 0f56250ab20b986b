import { describe, expect, it } from 'vitest'
import { hypervolumeAfter, runVectorStudy } from '../helpers/vector-study.ts'

const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

/** In how many of ten seeds a study reaches the hypervolume. */
function successes(
  study: Omit<Parameters<typeof runVectorStudy>[0], 'seed'>,
  reference: readonly number[],
  bound: number,
): number {
  return seeds.filter(
    seed => hypervolumeAfter(runVectorStudy({ ...study, seed }), study.trials, reference) > bound,
  ).length
}

/**
 * Bounds on ZDT1 with 30 parameters: medians of frozen peers, reference (11, 11): random 92.3, 93.6 and 96.1 after
 * 100, 200 and 1,000 trials, DEAP NSGA-II 94.3, 100.0 and 111.9, Optuna 4.1's 91.9, 94.5 and 110.1; with reference
 * (1.1, 1.1) after 1,000 DEAP's 0.095.
 */
describe('nsga2', () => {
  it.each([
    [200, [11, 11], 100],
    [1000, [11, 11], 112],
    [1000, [1.1, 1.1], 0.3],
  ])('zdt1, %i trials: 9 of 10 seeds are above every peer', (trials, reference, bound) => {
    const study = { sampler: 'nsga2', problem: 'zdt1', trials }
    expect(successes(study, reference, bound)).toBeGreaterThanOrEqual(9)
  })

  // Random search: 0.05 of the 1.331 after 1,000.
  it.each(['crowding', 'hypervolume', 'strength'])(
    'dtlz2 with 3 goals, 500 trials, survival by %s: 8 of 10 seeds',
    survival => {
      const study = { sampler: 'nsga2', options: { survival }, problem: 'dtlz2', trials: 500 }
      expect(successes(study, [1.1, 1.1, 1.1], 0.45)).toBeGreaterThanOrEqual(8)
    },
  )

  it('zdt1 with 8 slots, 1,000 trials: 9 of 10 seeds are above 112', () => {
    const study = { sampler: 'nsga2', problem: 'zdt1', trials: 1000, parallelTrials: 8 }
    expect(successes(study, [11, 11], 112)).toBeGreaterThanOrEqual(9)
  })

  it('with the settings of DEAP finds what DEAP finds', () => {
    // Median of 20 frozen seeds of deap 1.4.1, population 20: 111.9.
    const options = { preset: 'deap', population: 20 }
    const reached = seeds
      .map(seed =>
        runVectorStudy({ sampler: 'nsga2', options, problem: 'zdt1', trials: 1000, seed }),
      )
      .map(trials => hypervolumeAfter(trials, 1000, [11, 11]))
      .sort((a, b) => a - b)
    const median = ((reached[4] as number) + (reached[5] as number)) / 2
    expect(median).toBeGreaterThan(109)
    expect(median).toBeLessThan(114)
  })

  it('finds the feasible front of a constrained problem', () => {
    // C2-DTLZ2, 3 goals: 8 of 10 seeds have most late trials feasible.
    const late = seeds.filter(seed => {
      const trials = runVectorStudy({ sampler: 'nsga2', problem: 'c2Dtlz2', trials: 300, seed })
      const feasible = trials.slice(150).filter(({ constraints = [] }) => constraints[0]! <= 0)
      return feasible.length > 75
    })
    expect(late.length).toBeGreaterThanOrEqual(8)
  })
})

describe('nsga3', () => {
  // Of 1.77; nsga2 stays below 0.25 in all of these seeds, as crowding says nothing among six goals.
  it('dtlz2 with 6 goals, 500 trials: 8 of 10 seeds', () => {
    const study = { sampler: 'nsga3', problem: 'dtlz2', goals: 6, trials: 500 }
    expect(successes(study, new Array<number>(6).fill(1.1), 0.45)).toBeGreaterThanOrEqual(8)
  })
})

describe('tpe', () => {
  // Medians of Optuna 5.0's TPE, 5 frozen seeds: 97.5 after 100 trials, 98.3 after 200; random search 92.3 and 93.6.
  it('zdt1: the median of 10 seeds is above that of Optuna 5 after 100 and 200 trials', () => {
    const studies = seeds.map(seed =>
      runVectorStudy({ sampler: 'tpe', problem: 'zdt1', trials: 200, seed }),
    )
    const medianAfter = (count: number): number => {
      const reached = studies
        .map(trials => hypervolumeAfter(trials, count, [11, 11]))
        .sort((x, y) => x - y)
      return ((reached[4] as number) + (reached[5] as number)) / 2
    }
    expect(medianAfter(100)).toBeGreaterThan(97.5)
    expect(medianAfter(200)).toBeGreaterThan(98.3)
  })

  it('finds feasible trials of a constrained problem, which random search seldom does', () => {
    const shares = seeds.slice(0, 5).map(seed => {
      const feasible = (sampler: string): number =>
        runVectorStudy({ sampler, problem: 'c2Dtlz2', trials: 150, seed })
          .slice(75)
          .filter(({ constraints = [] }) => (constraints[0] ?? 1) <= 0).length
      return feasible('tpe') - feasible('random')
    })
    expect(shares.filter(difference => difference > 10).length).toBeGreaterThanOrEqual(4)
  })
})
