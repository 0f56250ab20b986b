import path from 'node:path'
import { parseArgs } from 'node:util'
import type { TrialRecord } from '../../src-main/core/trial/trial.ts'
import { bestTrial } from '../../src-main/core/trial/ranking.ts'
import { mean } from '../../src-main/math/numbers.ts'
import { benchMachine, printTable, writeResults } from '../bench-output.ts'
import { readRecordedStudies, type RecordedStudy } from './curve-sets.ts'
import { secondsOf, trainStudy } from './train-study.ts'

/**
 * `npm run bench:confirm-pruner -- --work FOLDER --sets a,b,c`: studies of recorded curves live, without a pruner and with `median` as it
 * is without options, one after the other, so that the sampler proposes with what the pruner leaves it. FOLDER has the tables that
 * `bench:record-curves` wrote there.
 */
const { values: options } = parseArgs({
  options: {
    work: { type: 'string', default: '.cache/bench-curves' },
    sets: { type: 'string', default: 'bikeshare,diabetes,wage' },
    seeds: { type: 'string', default: '1,2,3,4,5' },
  },
})

interface Run {
  readonly best: number
  readonly seconds: number
  readonly trials: number
  readonly pruned: number
}

async function run({ specification }: RecordedStudy, pruner: object): Promise<Run> {
  const study = { ...specification, pruner: pruner as { name: string } }
  const trials: readonly TrialRecord[] = await trainStudy(study, path.resolve(options.work))
  const { direction } = specification.goals[0]!
  return {
    best: bestTrial(trials, { direction, index: 0 })?.values[0] ?? Number.NaN,
    seconds: trials.reduce((sum, trial) => sum + secondsOf(trial), 0),
    trials: trials.length,
    pruned: trials.filter(({ state }) => state === 'pruned').length,
  }
}

const seeds = options.seeds.split(',').map(Number)
const sets = options.sets.split(',')
const rows: { set: string; seed: number; whole: Run; pruned: Run }[] = []
for (const study of readRecordedStudies()) {
  const { set, seed } = study
  if (!sets.includes(set) || !seeds.includes(seed)) continue
  const whole = await run(study, { name: 'none' })
  const pruned = await run(study, { name: 'median' })
  rows.push({ set, seed, whole, pruned })
  console.log(`${set} seed ${seed}: ${JSON.stringify({ whole, pruned })}`)
}
printTable(
  ['set', 'seeds', 'best without', 'best with', 'time', 'pruned'],
  sets.map(set => {
    const chosen = rows.filter(row => row.set === set)
    const of = (value: (row: (typeof rows)[number]) => number): number => mean(chosen.map(value))
    return [
      set,
      String(chosen.length),
      of(({ whole }) => whole.best).toPrecision(4),
      of(({ pruned }) => pruned.best).toPrecision(4),
      `${((100 * of(({ pruned }) => pruned.seconds)) / of(({ whole }) => whole.seconds)).toFixed(0)} %`,
      `${((100 * of(({ pruned }) => pruned.pruned)) / of(({ pruned }) => pruned.trials)).toFixed(0)} %`,
    ]
  }),
)
writeResults('confirm-pruner', { machine: benchMachine(), rows })
