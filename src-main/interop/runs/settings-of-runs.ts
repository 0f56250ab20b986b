import { ownValue } from '../../core/values/named-values.ts'
import type { ParameterValue } from '../../core/trial/trial.ts'
import { bookkeeping } from '../csv/columns.ts'
import { judgeName } from '../python-script/hyperparameter-knowledge.ts'
import type { PastRun } from './past-run.ts'

/** Settings of past runs, by what they are for a study. */
interface SettingsOfRuns {
  /** They differ, and may be why the results do. */
  readonly parameters: readonly { readonly name: string; readonly isLog: boolean }[]
  /** The same wherever they are set. */
  readonly fixed: readonly string[]
  /** They differ, but are seeds, names, paths, secrets or records of the run itself. */
  readonly labels: readonly string[]
}

/** Two runs may well have two optimizers; in three, three different texts that no hyperparameter is known for are names. */
const RUNS_TELL_LABELS = 3

/** @param looksSecret whether the value of a setting of this name is nobody's business */
export function settingsOfRuns(
  runs: readonly PastRun[],
  looksSecret: (name: string) => boolean,
): SettingsOfRuns {
  const names = new Set(runs.flatMap(({ settings }) => Object.keys(settings)))
  const parameters: { name: string; isLog: boolean }[] = []
  const fixed: string[] = []
  const labels: string[] = []
  for (const name of names) {
    const values = runs.flatMap(({ settings }) => ownValue(settings, name) ?? [])
    const [first] = values
    if (first === undefined || new Set(values).size < 2) {
      fixed.push(name)
      continue
    }
    const { role, isSecret, isLog } = judgeName(name, first, looksSecret)
    const isLabel =
      isSecret ||
      looksSecret(name.split('.').at(-1) ?? name) ||
      role === 'seed' ||
      bookkeeping.test(name) ||
      (values.some(value => typeof value === 'string') &&
        (role === 'checkpoint' || (role === 'fixed' && areLabels(values))))
    if (isLabel) labels.push(name)
    else parameters.push({ name, isLog })
  }
  return { parameters, fixed, labels }
}

function areLabels(values: readonly ParameterValue[]): boolean {
  // The layers of a network, not a name.
  const areLists = values.every(value => typeof value === 'string' && value.startsWith('['))
  return !areLists && values.length >= RUNS_TELL_LABELS && new Set(values).size === values.length
}
