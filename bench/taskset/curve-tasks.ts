import path from 'node:path'
import { type LcBenchSet, loadLcBench } from './lcbench.ts'
import { type CurveTask, loadTaskSet } from './taskset.ts'

export const groupNames = ['taskset', 'lcbench'] as const
export type GroupName = (typeof groupNames)[number]

/**
 * `tuned`: what the model and the choice were chosen on. `reported`: others. `further` of TaskSet, two of them looked at when the model
 * was chosen, are left out of what is reported.
 */
export const selections = ['tuned', 'reported', 'all'] as const
export type Selection = (typeof selections)[number]

/** Places in the index of TaskSet; those from 6 on are not in the data folder as it is shared, see docs/samplers/freeze-thaw.md. */
const TUNED_TASKS: ReadonlySet<string> = new Set([
  'FixedTextRNNClassification_imdb_patch128_LSTM128_avg_bs64',
  'FixedTextRNNClassification_imdb_patch128_LSTM128_embed128_bs64',
  'FixedTextRNNClassification_imdb_patch32_GRU64_avg_bs128',
  'FixedTextRNNClassification_imdb_patch32_IRNN64_relu_last_bs128',
  'FixedTextRNNClassification_imdb_patch32_VRNN64_relu_avg_bs128',
])

/** Codes as in `encoding.json`. */
const lcBenchSets: readonly (LcBenchSet & { readonly isTuned: boolean })[] = [
  { name: 'LCBench 3945', code: 34, isTuned: true },
  { name: 'LCBench 126029', code: 3, isTuned: true },
  { name: 'LCBench 168331', code: 19, isTuned: true },
  { name: 'LCBench 189866', code: 27, isTuned: true },
  { name: 'LCBench 167104', code: 6, isTuned: false },
  { name: 'LCBench 167200', code: 15, isTuned: false },
  { name: 'LCBench 189354', code: 24, isTuned: false },
  { name: 'LCBench 34539', code: 33, isTuned: false },
]

export async function loadCurveTasks(
  folder: string,
  group: GroupName,
  selection: Selection,
): Promise<CurveTask[]> {
  const isWanted = (isTuned: boolean): boolean =>
    selection === 'all' || isTuned === (selection === 'tuned')
  if (group === 'taskset') {
    return loadTaskSet(path.join(folder, 'taskset')).filter(({ name }) =>
      isWanted(TUNED_TASKS.has(name)),
    )
  }
  return loadLcBench(
    folder,
    lcBenchSets.filter(({ isTuned }) => isWanted(isTuned)),
  )
}
