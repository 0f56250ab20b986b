import { migrateRing } from '../../../math/evolution/migration.ts'
import { selectBest, selectWorst } from '../../../math/evolution/selection/ranked.ts'
import { createRandomStream } from '../../../math/random/stream.ts'
import { compareMerits } from '../../ranking.ts'
import type { Solution } from '../shared/population/solution.ts'
import { selectParents } from './breeding.ts'
import type { GeneticSettings } from './settings.ts'

/** One population; never changed, a trial gives a new one. */
export interface Island {
  /** 0 while the first population fills. */
  readonly generation: number
  /** The population that breeds; none at generation 0. */
  readonly parents: readonly Solution[]
  /** Those of the next population that need no trial: copies of parents that nothing changes. */
  readonly copies: readonly Solution[]
  readonly offspring: readonly Solution[]
  /** Offspring that make a generation. */
  readonly needed: number
}

export interface GeneticState {
  readonly islands: readonly Island[]
  readonly migrations: number
}

export function firstState({ islands, population }: GeneticSettings): GeneticState {
  const empty: Island = {
    generation: 0,
    parents: [],
    copies: [],
    offspring: [],
    needed: population,
  }
  return { islands: new Array<Island>(islands).fill(empty), migrations: 0 }
}

/** Trial n belongs to island n mod islands, whoever chose its values. */
export function islandOf(number: number, { islands }: GeneticSettings): number {
  return number % islands
}

/** The state after one more result. */
export function addSolution(
  state: GeneticState,
  solution: Solution,
  settings: GeneticSettings,
  seed: number,
): GeneticState {
  const islandIndex = islandOf(solution.number, settings)
  const before = state.islands[islandIndex] as Island
  const offspring = [...before.offspring, solution]
  if (offspring.length < before.needed) {
    return { ...state, islands: state.islands.with(islandIndex, { ...before, offspring }) }
  }
  const island = nextGeneration({ ...before, offspring }, islandIndex, settings, seed)
  return migrate({ ...state, islands: state.islands.with(islandIndex, island) }, settings)
}

function nextGeneration(
  { generation, parents, copies, offspring }: Island,
  islandIndex: number,
  settings: GeneticSettings,
  seed: number,
): Island {
  const next = survivors(parents, copies, offspring, settings)
  if (settings.algorithm !== 'simple') {
    const needed = settings.offspring
    return { generation: generation + 1, parents: next, copies: [], offspring: [], needed }
  }
  const random = createRandomStream({
    seed,
    number: generation * settings.islands + islandIndex,
    purpose: 'genetic generation',
  })
  let selected = next
  for (;;) {
    // As in `varAnd` of DEAP: pairs are crossed, then single ones mutated; who is neither is kept.
    selected = selectParents(selected, settings.population, settings, random)
    const crossed = selected.map(() => random.uniform() < settings.crossoverProbability)
    const touched = selected.map((_, index) => {
      const hasPartner = (index | 1) < selected.length
      const isCrossed = hasPartner && (crossed[index & ~1] as boolean)
      return random.uniform() < settings.mutationProbability || isCrossed
    })
    const needed = touched.filter(Boolean).length
    if (needed === 0) continue
    const unchanged = selected.filter((_, index) => !touched[index])
    return { generation: generation + 1, parents: next, copies: unchanged, offspring: [], needed }
  }
}

/** The population of the next generation. */
function survivors(
  parents: readonly Solution[],
  copies: readonly Solution[],
  offspring: readonly Solution[],
  { algorithm, population, elites }: GeneticSettings,
): Solution[] {
  const best = (from: readonly Solution[], count: number): Solution[] =>
    selectBest(from, count, compareMerits)
  if (algorithm === 'muPlusLambda') return best([...parents, ...offspring], population)
  const born = [...copies, ...offspring]
  const old = best(parents, elites).filter(elite => !born.includes(elite))
  return [...old, ...best(born, population - Math.min(old.length, population - 1))]
}

/** Once every island has lived through the next interval, the best of each go one island further. */
function migrate(state: GeneticState, settings: GeneticSettings): GeneticState {
  const { islands, migrations } = state
  const due = (migrations + 1) * settings.migrationInterval
  if (islands.length === 1 || islands.some(({ generation }) => generation < due)) return state
  const populations = migrateRing(
    islands.map(({ parents }) => parents),
    Math.min(settings.migrants, settings.population - 1),
    (island, count) => selectBest(island, count, compareMerits),
    (island, count) => selectWorst(island, count, compareMerits),
  )
  return {
    islands: islands.map((island, index) => ({
      ...island,
      parents: populations[index] as readonly Solution[],
    })),
    migrations: migrations + 1,
  }
}
