import type { Problem } from '../../../src-main/core/errors/problem.ts'
import type { NextStep } from './use-readiness.ts'

/** Parts of the form that fold by themselves. */
export interface SettledParts {
  readonly data: boolean
  readonly target: boolean
  readonly budget: boolean
}

/** Settings of the data that stand with the target: how columns are read. */
const ofTarget = ['columns', 'target']
const ofSearch = ['space', 'relations', 'sampler', 'pruner']

/** Which parts have nothing left to do and no problem; what is wrong with the objective may stand in its data or its target, but how columns are read stands with the target alone. */
export function settledParts(
  problems: readonly Pick<Problem, 'path'>[],
  next: NextStep | null,
): SettledParts {
  const wrong = new Set(problems.map(({ path }) => String(path[0] ?? '')))
  const sectionKeys = ['name', 'objective', 'goals', ...ofSearch]
  return {
    data:
      next !== 'data' &&
      next !== 'program' &&
      !wrong.has('name') &&
      problems.every(
        ({ path: [part, group, key] }) =>
          part !== 'objective' || (group === 'data' && ofTarget.includes(String(key))),
      ),
    target: next === null && !wrong.has('goals') && !wrong.has('objective'),
    budget: [...wrong].every(key => sectionKeys.includes(key)),
  }
}
