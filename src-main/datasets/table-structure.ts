import type { TableData } from '../core/data/data-settings.ts'
import type { DatasetFinding } from '../core/data/dataset.ts'
import {
  groupCandidates,
  type StructureEvidence,
  suspectStructure,
} from '../core/data/row-structure.ts'
import type { TableInspection } from './inspect-columns.ts'
import { structureEvidence } from './structure-evidence.ts'
import { TargetMoments } from './target-by-value.ts'
import { parseNumber } from './written-number.ts'

interface Candidate {
  readonly column: StructureEvidence
  readonly index: number
  readonly moments: TargetMoments
}

/** Columns whose values are weighed against the target, those with a telling name first. */
const MAX_CANDIDATES = 16

/** Why the rows of a table may hang together although they are split at random; nothing where the settings say how they are split. */
export class TableStructure {
  readonly #evidence: readonly StructureEvidence[]
  readonly #candidates: readonly Candidate[]

  constructor(
    { target, group, time }: Pick<TableData, 'target' | 'group' | 'time'>,
    { columns, rows }: TableInspection,
    sample: readonly (readonly string[])[],
  ) {
    const isSaid = group !== undefined || time !== undefined
    const others = isSaid ? [] : columns.filter(({ name }) => name !== target)
    this.#evidence = structureEvidence(others, rows, sample)
    const indexOf = new Map(others.map(({ name, index }) => [name, index]))
    this.#candidates = groupCandidates(this.#evidence)
      .toSorted((a, b) => Number(b.isNamed) - Number(a.isNamed))
      .slice(0, MAX_CANDIDATES)
      .map(({ column }) => ({
        column,
        index: indexOf.get(column.name) ?? 0,
        moments: new TargetMoments(),
      }))
  }

  /** @param target the class, or the number */
  add(fields: readonly string[], target: string | number): void {
    for (const { index, moments } of this.#candidates)
      moments.add((fields[index] ?? '').trim(), target)
  }

  findings(): readonly DatasetFinding[] {
    const byColumn = new Map(
      this.#candidates.map(({ column, moments }) => [
        column.name,
        moments.summary(
          column.format.type === 'number' ? text => parseNumber(text) ?? Number.NaN : null,
        ),
      ]),
    )
    return suspectStructure(this.#evidence, byColumn)
  }
}
