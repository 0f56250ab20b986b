import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TestRowTable } from '../../../src-main/core/questions/test-rows.ts'
import type { QueryTask } from '../../../src-main/core/processes/query-protocol.ts'
import { answerQuery, closeReader } from '../../../src-main/features/analysis/node/answer-query.ts'
import { runInHost } from '../../helpers/command-host.ts'
import { jsonObjects } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

/** Amounts as a German writes them: a model reads test rows as it reads new ones. */
const rows = Array.from({ length: 60 }, (_, row) => {
  const amount = `"1.${String(100 + ((row * 37) % 60))},50"`
  return `${amount},${row % 3 === 0 ? 'a' : 'b'},${row % 3 === 0 ? 'yes' : 'no'}`
})

interface Listed {
  readonly line: number
  readonly cells: { readonly amount: string; readonly shop: string; readonly sold: string }
  readonly prediction: string
}

describe('data test-rows', () => {
  it('gives the rows that are held back, with lines of the file and predictions', async () => {
    const folder = scratch()
    writeFileSync(path.join(folder, 'sales.csv'), `amount,shop,sold\n${rows.join('\n')}\n`)
    const study = {
      name: 'sales',
      objective: { task: 'tabular', data: { file: 'sales.csv', target: 'sold', test: 12 } },
      goals: [{ metric: 'validationAccuracy', direction: 'maximize' }],
      space: { family: { fixed: 'linear' } },
      stop: { trials: 1 },
      engine: 'cpu',
    }
    writeFileSync(path.join(folder, 'sales.json'), JSON.stringify(study))
    const database = ['--db', path.join(folder, 'studies.sqlite')]
    const run = await runInHost(['run', path.join(folder, 'sales.json'), ...database], folder)
    expect(run.exitCode).toBe(0)
    const listed = await runInHost(['data', 'test-rows', 'sales', '--json', ...database], folder)
    const testRows = jsonObjects(listed.stdout)
    expect(testRows).toHaveLength(12)
    for (const { line, cells, prediction } of testRows as unknown as readonly Listed[]) {
      const { amount, shop, sold } = cells
      expect(rows[line - 2]).toBe(`"${amount}",${shop},${sold}`)
      expect(prediction).toBe(sold)
    }
    const output = path.join(folder, 'test.csv')
    await runInHost(['data', 'test-rows', 'sales', '-o', output, ...database], folder)
    const [head, ...lines] = readFileSync(output, 'utf8').trim().split('\r\n')
    expect(head).toBe('line,amount,shop,sold,prediction,probability.no,probability.yes')
    expect(lines).toHaveLength(12)
    // The page shows the first of the same rows, and saves the same file.
    const databasePath = database[1]!
    const owner = { notify: () => undefined } as never
    const ask = async (task: QueryTask) => answerQuery({ databasePath, task }, owner)
    const page = await ask({ kind: 'testRows', studyId: 1, limit: 5 })
    expect(page).toMatchObject({ rows: 12, hasPredictions: true })
    const { cells } = page as TestRowTable
    expect(cells.map(row => row.length)).toEqual([7, 7, 7, 7, 7, 7])
    expect(cells.slice(1).map(([row]) => row)).toEqual(
      testRows.slice(0, 5).map(each => each['line']),
    )
    const saved = await ask({ kind: 'testRowsFile', studyId: 1 })
    closeReader()
    expect(saved).toMatchObject({ content: readFileSync(output, 'utf8') })
    const again = await runInHost(['data', 'test-rows', 'sales', '-o', output, ...database], folder)
    expect(again.exitCode).not.toBe(0)
  })

  it('says what is wrong with a study that is not over a table', async () => {
    const folder = scratch()
    const study = {
      name: 'branin',
      objective: { function: 'branin' },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
      stop: { trials: 1 },
    }
    writeFileSync(path.join(folder, 'study.json'), JSON.stringify(study))
    const database = ['--db', path.join(folder, 'studies.sqlite')]
    await runInHost(['run', path.join(folder, 'study.json'), ...database], folder)
    const { exitCode, stderr } = await runInHost(
      ['data', 'test-rows', 'branin', ...database],
      folder,
    )
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain('objective.task')
  })
})
