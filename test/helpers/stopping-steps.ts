import type { Problem } from '../../src-main/core/errors/problem.ts'
import type { Report, TrialSnapshot } from '../../src-main/core/trial/trial.ts'
import { resolveOptions } from '../../src-main/search/options.ts'
import type { Pruner, PrunerContext } from '../../src-main/search/pruners/pruner.ts'
import { pruners } from '../../src-main/search/pruners/registry.ts'

/** A pruner made from what a study file says. */
export function createPruner(
  entry: { readonly name: string; readonly [option: string]: unknown },
  context: Partial<PrunerContext> = {},
): Pruner {
  const resolved = resolveOptions('pruner', pruners, entry)
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems))
  const full: PrunerContext = {
    direction: 'minimize',
    goals: [{ metric: 'value', direction: 'minimize' }],
    studyName: 'abc',
    ...context,
  }
  return resolved.definition.create(resolved.options, full)
}

/** Values at steps 1, 2, … */
export function curve(...values: number[]): Report[] {
  return values.map((value, index) => ({ step: index + 1, value }))
}

/**
 * Runs trials one after another.
 * @returns for each the step at which it was pruned, null if it completed
 */
export function stoppingSteps(
  pruner: Pruner,
  curves: readonly (readonly Report[])[],
): (number | null)[] {
  const others: TrialSnapshot[] = []
  return curves.map((reports, number) => {
    const common = { number, parameters: {} }
    for (let count = 1; count <= reports.length; count++) {
      const trial = { ...common, values: [], reports: reports.slice(0, count) }
      if (pruner.judge({ trial: { ...trial, state: 'running' }, others }).action === 'continue') {
        continue
      }
      others.push({ ...trial, state: 'pruned' })
      return (reports[count - 1] as Report).step
    }
    const values = reports.slice(-1).map(({ value }) => value)
    others.push({ ...common, state: 'complete', values, reports })
    return null
  })
}

/** What is wrong with a pruner in a study file: its options, and together with the study. */
export function problemsOf(entry: {
  readonly name: string
  readonly [option: string]: unknown
}): readonly Problem[] {
  const resolved = resolveOptions('pruner', pruners, entry)
  if (!resolved.ok) return resolved.problems
  return resolved.definition.check(resolved.options, {
    direction: 'minimize',
    goals: [{ metric: 'value', direction: 'minimize' }],
    studyName: 'abc',
  })
}
