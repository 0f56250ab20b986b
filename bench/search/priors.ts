import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Command } from 'commander'
import { studySpecificationSchema } from '../../src-main/core/study/study-specification.ts'
import { median } from '../../src-main/math/statistics/quantile.ts'
import { signedRankAbove } from '../../src-main/math/statistics/signed-rank.ts'
import { StudySearch } from '../../src-main/search/study-search.ts'
import { benchMachine, printTable, writeResults } from '../bench-output.ts'
import { drawLines } from '../lines-picture.ts'
import { loadProblem } from './problems/registry.ts'
import { bestAt } from './run.ts'

/**
 * `npm run bench:priors`: a right prior about every parameter (the optimum, moved by 5 % of the range toward the middle, medium
 * confidence), a wrong one (the other end of the range, high confidence) and none.
 */
type Arm = 'cold' | 'right' | 'wrong'
const arms: readonly Arm[] = ['cold', 'right', 'wrong']
const marks = [10, 25, 50, 75, 100]

/** Where the minimum is, in shares of the range. */
const problems: Readonly<Record<string, readonly number[]>> = {
  hartmann6: [0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573],
  rosenbrock5: [0.4, 0.4, 0.4, 0.4, 0.4],
  levy8: [0.55, 0.55, 0.55, 0.55, 0.55, 0.55, 0.55, 0.55],
  ackley10_shifted: Array.from({ length: 10 }, (_, index) => {
    const side = index % 2 === 0 ? 1 : -1
    return 0.5 + (0.35 * side * (1 - index / 20)) / 2
  }),
}

const command = new Command('bench:priors')
  .option('--sampler <name>', 'gp, tpe, forest or auto', 'auto')
  .option('--seeds <count>', 'seeds for each problem', Number, 20)
  .option('--problems <names>', 'with commas between', Object.keys(problems).join(','))
  .option('--picture <file>', 'draw the medians of the first problem')
  .parse()
const options = command.opts<{
  sampler: string
  seeds: number
  problems: string
  picture?: string
}>()

/** Best values so far at the marks. */
async function runOnce(name: string, arm: Arm, seed: number): Promise<number[]> {
  const problem = (await loadProblem(name))!
  const entries = Object.entries(problem.space).map(([key, parameter], index) => {
    if (arm === 'cold' || !('float' in parameter)) return [key, parameter] as const
    const [low, high] = parameter.float
    const best = problems[name]![index]!
    const share = arm === 'right' ? best + (best < 0.5 ? 0.05 : -0.05) : best < 0.5 ? 0.95 : 0.05
    const confidence = arm === 'right' ? 'medium' : 'high'
    return [
      key,
      { ...parameter, prior: { center: low + share * (high - low), confidence } },
    ] as const
  })
  const search = new StudySearch()
  search.open(
    studySpecificationSchema.parse({
      name: 'bench',
      objective: { function: 'branin' },
      seed,
      stop: { trials: 100 },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: Object.fromEntries(entries),
      sampler: { name: options.sampler },
    }),
    [],
  )
  return Object.values(await bestAt(search, problem, 100, marks))
}

const rows = []
for (const name of options.problems.split(',')) {
  const runs: Record<Arm, number[][]> = { cold: [], right: [], wrong: [] }
  for (let seed = 0; seed < options.seeds; seed++) {
    for (const arm of arms) runs[arm].push(await runOnce(name, arm, seed))
  }
  const column = (arm: Arm, mark: number): number[] => runs[arm].map(at => at[marks.indexOf(mark)]!)
  const medians = Object.fromEntries(
    arms.map(arm => [arm, marks.map(mark => median(column(arm, mark)))]),
  ) as Record<Arm, number[]>
  const right25 = column('right', 25)
  const cold50 = column('cold', 50)
  const pValue = signedRankAbove(cold50.map((value, seed) => value - right25[seed]!))
  rows.push({ problem: name, medians, pValue, runs })
  console.log(name, JSON.stringify(medians), pValue.toFixed(3))
}
printTable(
  ['problem', 'prior', ...marks.map(String)],
  rows.flatMap(({ problem, medians }) =>
    arms.map(arm => [problem, arm, ...medians[arm].map(value => value.toPrecision(3))]),
  ),
)
const first = rows[0]
if (options.picture !== undefined && first !== undefined) {
  mkdirSync(path.dirname(options.picture), { recursive: true })
  const series = arms.map(arm => ({
    label: arm === 'cold' ? 'no prior' : `${arm} prior`,
    isReference: arm === 'cold',
    at: Object.fromEntries(marks.map((mark, index) => [mark, first.medians[arm][index]!])),
  }))
  const best = Math.min(...first.runs.right.flat(), ...first.runs.cold.flat())
  const title = `${first.problem}: best value after trials, median of ${options.seeds} seeds`
  writeFileSync(options.picture, drawLines({ title, series, costs: marks, best }))
}
writeResults(`priors-${options.sampler}`, { machine: benchMachine(), ...options, rows })
