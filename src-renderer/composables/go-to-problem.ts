import type { InjectionKey, Ref } from 'vue'
import type { Problem } from '../../src-main/core/errors/problem.ts'

/** Problems of the study file that a form edits, for the fields that they are about. */
export const problemsKey: InjectionKey<Readonly<Ref<readonly Problem[]>>> = Symbol('problems')

/** What one press does about a problem of the study file. */
export interface ProblemRemedy {
  readonly label: string
  readonly apply: () => void
}

/** Remedies of a problem, for the fields and the list that show it. */
export const remediesKey: InjectionKey<(problem: Problem) => readonly ProblemRemedy[]> =
  Symbol('remedies')

/** Whether a place in a file is another one or lies within it. */
export function isWithin(path: Problem['path'], at: Problem['path']): boolean {
  return at.length <= path.length && at.every((key, index) => key === path[index])
}

/** Shows the field that a problem is about: opens what is folded around it and puts the focus there. @returns whether there is one */
export function goToProblem({ path }: Pick<Problem, 'path'>): boolean {
  const fields = [...document.querySelectorAll<HTMLElement>('[data-at]')]
    .map(element => ({ element, at: JSON.parse(element.dataset['at'] ?? '') as Problem['path'] }))
    .filter(({ at }) => isWithin(path, at))
    .sort((first, other) => other.at.length - first.at.length)
  const element = fields[0]?.element
  if (element === undefined) return false
  for (let fold = element.closest('details'); fold !== null;) {
    fold.open = true
    fold = fold.parentElement?.closest('details') ?? null
  }
  const around = element.closest<HTMLElement>('[data-field]') ?? element.parentElement
  const field = around?.querySelector<HTMLElement>('input, textarea, [role=combobox], button')
  around?.scrollIntoView({ block: 'center' })
  field?.focus()
  return true
}
