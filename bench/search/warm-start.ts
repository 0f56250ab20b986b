import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Command } from 'commander'
import { studySpecificationSchema } from '../../src-main/core/study/study-specification.ts'
import type { TrialSnapshot } from '../../src-main/core/trial/trial.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { median } from '../../src-main/math/statistics/quantile.ts'
import { signedRankAbove } from '../../src-main/math/statistics/signed-rank.ts'
import { StudySearch } from '../../src-main/search/study-search.ts'
import { benchMachine, printTable, writeResults } from '../bench-output.ts'
import { drawLines } from '../lines-picture.ts'
import { findDataFolder } from './problems/data-folder.ts'
import type { SearchProblem } from './problems/problem.ts'
import { falseCorners, instancesOf, loadSurrogate } from './problems/surrogates.ts'
import { loadTable } from './problems/tables.ts'

/**
 * `npm run bench:warm-start`: studies of other data sets as warm start (`warmStart` with `data: other`). One data set is left out; the
 * sources are studies of `auto` over others of the same space, 50 trials each. Misleading sources are the same with their values turned round.
 */
const arms = ['cold', 'sourceStudies', 'misleading'] as const
type Arm = (typeof arms)[number]
const TRIALS = 50
const EARLY = 20
/** Data sets on which points of rbv2_xgboost hardly differ. */
const FLAT = ['28', '182']
const marks = [5, 10, 15, 20, 30, 50]

/** Data sets of one space. */
const families: Readonly<Record<string, readonly string[]>> = {
  lcbench: [
    '3945',
    '7593',
    '34539',
    '126025',
    '126026',
    '126029',
    '146212',
    '167104',
    '167149',
  ].concat(
    '167152',
    '167161',
    '167168',
    '168331',
    '168868',
    '168910',
    '189354',
    '189862',
    '189906',
  ),
  rbv2_rpart: [
    '3',
    '14',
    '16',
    '38',
    '46',
    '54',
    '1040',
    '1053',
    '1462',
    '40499',
    '41143',
    '40984',
  ],
  rbv2_xgboost: ['12', '14', '16', '38', '54', '1053', '1480', '1501', '40499', '40984'],
  hpobench: ['car', 'vehicle'],
  hpolib: ['protein_structure', 'slice_localization'],
}

const {
  families: chosen,
  others: areOthers,
  seeds,
  sources,
  sampler,
  picture,
} = new Command('bench:warm-start')
  .option('--families <names>', 'with commas between', Object.keys(families).join(','))
  .option('--others', 'data sets of the surrogates that are not in the lists')
  .option('--seeds <count>', 'left-out data sets of each family, in turn', Number, 8)
  .option('--sources <count>', 'other data sets', Number, 6)
  .option('--sampler <name>', 'gp, tpe, forest or auto', 'auto')
  .option('--picture <file>', 'draw the medians of regrets')
  .parse()
  .opts<{
    families: string
    others?: true
    seeds: number
    sources: number
    sampler: string
    picture?: string
  }>()

const dataFolder = findDataFolder()
if (dataFolder === null) throw new Error('no data folder (TUNEWRIGHT_BENCH_DATA)')

/** Sixteen data sets of a surrogate that are not in its list. */
function othersOf(family: string, listed: readonly string[]): readonly string[] {
  const allInstances = instancesOf(dataFolder!, family)
  const others = allInstances.filter(
    instance => !listed.includes(instance) && !FLAT.includes(instance),
  )
  const stream = createRandomStream({ seed: 7, number: 0, purpose: `choice ${family}` })
  return stream.shuffled(others).slice(0, 16)
}

const areTables = (family: string): boolean => family.startsWith('hpo')

async function problemOf(family: string, instance: string): Promise<SearchProblem> {
  const name = `${family}_${instance}`
  return areTables(family)
    ? loadTable(dataFolder!, name)
    : loadSurrogate(dataFolder!, { name, scenario: family, instance }, falseCorners)
}

async function runStudy(
  problem: SearchProblem,
  name: string,
  seed: number,
  elsewhere: readonly (readonly TrialSnapshot[])[],
): Promise<TrialSnapshot[]> {
  const search = new StudySearch()
  const specification = studySpecificationSchema.parse({
    name: 'bench',
    objective: { function: 'branin' },
    seed,
    stop: { trials: TRIALS },
    goals: [{ metric: 'value', direction: 'minimize' }],
    space: problem.space,
    sampler: { name },
  })
  search.open(specification, [], [], undefined, elsewhere)
  const trials: TrialSnapshot[] = []
  for (let number = 0; number < TRIALS; number++) {
    const proposal = search.propose(number)
    if ('exhausted' in proposal) break
    const { parameters } = proposal
    search.started(number, parameters)
    const values = [await problem.evaluate(parameters)]
    search.finished(number, 'complete', values)
    trials.push({ number, state: 'complete', parameters, values, reports: [] })
  }
  return trials
}

const bestSoFar = (trials: readonly TrialSnapshot[]): number[] => {
  let best = Number.POSITIVE_INFINITY
  return trials.map(({ values: [value = Number.NaN] }) => (best = Math.min(best, value)))
}
const turned = (trials: readonly TrialSnapshot[]): TrialSnapshot[] =>
  trials.map(trial => ({ ...trial, values: trial.values.map(value => -value) }))

interface Run {
  readonly family: string
  readonly instance: string
  readonly seed: number
  readonly best: Readonly<Record<Arm, readonly number[]>>
  /** Trials until the value of the cold study after 50 is reached; above 50 where it is not. */
  readonly reachedAfter: number
  readonly msPerProposal: number
}

const runs: Run[] = []
for (const family of chosen.split(',')) {
  const listed = families[family]
  if (listed === undefined) throw new Error(`unknown family: ${family}`)
  if (areOthers === true && areTables(family)) {
    console.log(`${family}: all its data sets are in the list`)
    continue
  }
  const instances = areOthers === true ? othersOf(family, listed) : listed
  const trialsByInstance = new Map<string, TrialSnapshot[]>()
  const loaded = new Map<string, SearchProblem>()
  const problemAt = async (instance: string): Promise<SearchProblem> => {
    const problem = loaded.get(instance) ?? (await problemOf(family, instance))
    loaded.set(instance, problem)
    return problem
  }
  for (let seed = 0; seed < seeds; seed++) {
    const instance = instances[(seed * 5) % instances.length]!
    const stream = createRandomStream({ seed, number: 0, purpose: `sources ${family}` })
    const others = stream
      .shuffled(instances.filter(candidate => candidate !== instance))
      .slice(0, sources)
    for (const other of others) {
      if (trialsByInstance.has(other)) continue
      trialsByInstance.set(other, await runStudy(await problemAt(other), 'auto', 1000, []))
    }
    const right = others.map(other => trialsByInstance.get(other)!)
    const problem = await problemAt(instance)
    const cold = await runStudy(problem, sampler, seed, [])
    const begun = performance.now()
    const warm = await runStudy(problem, sampler, seed, right)
    const msPerProposal = (performance.now() - begun) / TRIALS
    const misled = await runStudy(problem, sampler, seed, right.map(turned))
    const best = {
      cold: bestSoFar(cold),
      sourceStudies: bestSoFar(warm),
      misleading: bestSoFar(misled),
    }
    const goal = best.cold.at(-1)!
    const index = best.sourceStudies.findIndex(value => value <= goal)
    runs.push({
      family,
      instance,
      seed,
      best,
      reachedAfter: index < 0 ? TRIALS + 1 : index + 1,
      msPerProposal,
    })
    const at = (arm: Arm) => marks.map(mark => best[arm][mark - 1]?.toPrecision(4)).join(' ')
    console.log(
      family,
      instance,
      `reached after ${runs.at(-1)!.reachedAfter}`,
      msPerProposal.toFixed(1),
      'ms',
    )
    for (const arm of arms) console.log(`  ${arm.padEnd(11)}${at(arm)}`)
  }
}
const byFamily = Map.groupBy(runs, ({ family }) => family)
/** Values in shares of the best (0) and of the cold study's first trials (1). */
const regretOf = ({ best }: Run, arm: Arm, mark: number): number => {
  const least = Math.min(...arms.map(candidate => best[candidate].at(-1)!))
  const scale = best.cold[4]! - least
  return scale > 0 ? ((best[arm][mark - 1] ?? best[arm].at(-1)!) - least) / scale : 0
}
printTable(
  [
    'family',
    'runs',
    'reached after',
    'within 20',
    'p',
    ...arms.flatMap(arm => [20, 50].map(mark => `${arm} ${mark}`)),
    'misleading worse by > 5 %',
  ],
  [...byFamily, ['all', runs] as const].map(([family, some]) => {
    const differences = some.map(
      run => regretOf(run, 'cold', TRIALS) - regretOf(run, 'sourceStudies', EARLY),
    )
    const lost = some.map(({ best }) => {
      const { cold, misleading } = best
      return misleading.at(-1)! / cold.at(-1)! - 1
    })
    return [
      family,
      String(some.length),
      String(median(some.map(run => run.reachedAfter))),
      `${some.filter(run => run.reachedAfter <= EARLY).length}`,
      signedRankAbove(differences).toFixed(3),
      ...arms.flatMap(arm =>
        [20, 50].map(mark => median(some.map(run => regretOf(run, arm, mark))).toFixed(3)),
      ),
      `${(100 * median(lost)).toFixed(2)} % median, ${lost.filter(loss => loss > 0.05).length} runs`,
    ]
  }),
)
if (picture !== undefined) {
  mkdirSync(path.dirname(picture), { recursive: true })
  const series = arms.map(arm => ({
    label: arm,
    isReference: arm === 'cold',
    at: Object.fromEntries(
      marks.map(mark => [mark, median(runs.map(run => regretOf(run, arm, mark)))]),
    ),
  }))
  const title = `Regret in shares of the cold study's after 5 trials, median of ${runs.length} left-out data sets`
  writeFileSync(picture, drawLines({ title, series, costs: marks, best: 0 }))
}
writeResults(`warm-start-${sampler}`, { machine: benchMachine(), sources, runs })
