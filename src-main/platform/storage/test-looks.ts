import type { TestLooks } from '../../core/study/test-looks.ts'
import { Connected } from './table.ts'

interface LooksRow {
  readonly total: number
  readonly before: number
  readonly studies: number
}

/** The rows of `test_looks`: one for every time that a model was measured on test rows. They outlive their studies. */
export class TestLookTable extends Connected {
  readonly #insert = this.handle.prepare<[number, string, string, number]>(
    'INSERT INTO test_looks (study_id, study_name, rows_name, at_ms) VALUES (?, ?, ?, ?)',
  )
  readonly #count = this.handle.prepare<[number, string, number, string], LooksRow>(
    `SELECT count(*) AS total, total(at_ms < ?) AS before, count(DISTINCT study_name) AS studies
     FROM test_looks WHERE rows_name = ? OR (study_id = ? AND rows_name = 'bundle ' || ?)`,
  )
  append(
    studyId: number,
    look: { readonly studyName: string; readonly rowsName: string; readonly atMs: number },
  ): void {
    this.#insert.run(studyId, look.studyName, look.rowsName, look.atMs)
  }

  /**
   * @param studyId whose value it is: looks that came with a bundle count for its own study alone
   * @param atMs when the value was measured beside which this stands
   */
  of(rowsName: string, studyId: number, atMs: number): TestLooks {
    const { total, before, studies } = this.#count.get(
      atMs,
      rowsName,
      studyId,
      rowsName,
    ) as LooksRow
    // The value itself was measured, though maybe in another database.
    return { total: Math.max(total, 1), before, studies: Math.max(studies, 1) }
  }
}
