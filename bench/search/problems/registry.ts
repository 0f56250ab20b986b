import { bbobNames, isBbob, loadBbob } from './bbob.ts'
import { closedForms, shiftedForms } from './closed-forms.ts'
import { findDataFolder } from './data-folder.ts'
import { heldOutForms, heldOutSurrogates, heldOutTables } from './held-out.ts'
import type { SearchProblem } from './problem.ts'
import { loadSurrogate, type SurrogateName } from './surrogates.ts'
import { loadTable } from './tables.ts'

const tables = [
  'hpolib_protein_structure',
  'hpolib_slice_localization',
  'hpobench_vehicle',
  'nasbench201_cifar100',
]

const surrogates = (
  [
    ['lcbench', '167168'],
    ['lcbench', '189906'],
    ['rbv2_xgboost', '16'],
    ['rbv2_xgboost', '1501'],
    ['rbv2_rpart', '14'],
    ['rbv2_rpart', '40499'],
  ] as const
).map(([scenario, instance]) => surrogateName('yahpo', scenario, instance))

const heldOut = heldOutSurrogates.map(([scenario, instance]) =>
  surrogateName('held', scenario, instance),
)

function surrogateName(prefix: string, scenario: string, instance: string): SurrogateName {
  return { name: `${prefix}_${scenario}_${instance}`, scenario, instance }
}

/** Names that `--problems` takes for several problems. */
export const problemGroups = {
  closed: closedForms.map(({ name }) => name),
  shifted: shiftedForms.map(({ name }) => name),
  tables,
  surrogates: surrogates.map(({ name }) => name),
  bbob: bbobNames,
  held: [...heldOutForms, ...heldOut].map(({ name }) => name).concat(heldOutTables),
} as const

/** The problems over which ranks are averaged, in the order of the reports. */
export const rankedProblems: readonly string[] = [
  ...problemGroups.closed,
  ...problemGroups.tables,
  ...problemGroups.surrogates,
]

export const allProblems: readonly string[] = [
  ...problemGroups.closed,
  ...problemGroups.shifted,
  ...problemGroups.tables,
  ...problemGroups.surrogates,
]

const forms = [...closedForms, ...shiftedForms, ...heldOutForms]

/** Loads a problem by its name; null if its data are not on this machine. */
export async function loadProblem(name: string): Promise<SearchProblem | null> {
  const closed = forms.find(problem => problem.name === name)
  if (closed !== undefined) return closed
  if (isBbob(name)) return loadBbob(name)
  const surrogate = [...surrogates, ...heldOut].find(candidate => candidate.name === name)
  const isTable = [...tables, ...heldOutTables].includes(name)
  if (surrogate === undefined && !isTable) throw new Error(`unknown problem: ${name}`)
  const dataFolder = findDataFolder()
  if (dataFolder === null) return null
  return surrogate === undefined
    ? loadTable(dataFolder, name)
    : await loadSurrogate(
        dataFolder,
        surrogate,
        // These surrogates have false corners there, in which nothing but luck is compared.
        heldOut.includes(surrogate) ? { booster: ['dart'] } : {},
      )
}
