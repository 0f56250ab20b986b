import type { Assignment } from '../trial/trial.ts'
import { ownValue } from '../values/named-values.ts'
import { yamlLine } from './configuration-text.ts'

/** A line of a difference, as `diff -u` marks it; unchanged ones are context. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

/** What changes from one configuration to another, as lines of YAML in the order of the first, then what only the second has. */
export function configurationDiff(from: Assignment, to: Assignment): DiffLine[] {
  const names = new Set([...Object.keys(from), ...Object.keys(to)])
  return [...names].flatMap((name): DiffLine[] => {
    const [before, after] = [from, to].map(parameters => {
      const value = ownValue(parameters, name)
      return value === undefined ? undefined : yamlLine(name, value)
    })
    if (before === after) return before === undefined ? [] : [{ kind: 'same', text: before }]
    return [
      ...(before === undefined ? [] : [{ kind: 'removed' as const, text: before }]),
      ...(after === undefined ? [] : [{ kind: 'added' as const, text: after }]),
    ]
  })
}

const marks = { same: ' ', removed: '-', added: '+' } as const

/** As text that tools for patches read: a head with both names, then every line with its mark. */
export function diffText(
  names: readonly [from: string, to: string],
  lines: readonly DiffLine[],
): string {
  const oldCount = lines.filter(({ kind }) => kind !== 'added').length
  const newCount = lines.filter(({ kind }) => kind !== 'removed').length
  return [
    `--- ${names[0]}`,
    `+++ ${names[1]}`,
    `@@ -1,${oldCount} +1,${newCount} @@`,
    ...lines.map(markedLine),
    '',
  ].join('\n')
}

export function markedLine({ kind, text }: DiffLine): string {
  return `${marks[kind]}${text}`
}
