import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const repository = path.resolve(import.meta.dirname, '../../..')
const tests = globSync('test/**/*.test.ts', { cwd: repository }).map(file =>
  file.split(path.sep).join('/'),
)
const text = readFileSync(path.join(repository, 'docs/desktop.md'), 'utf8')
const [features = '', weakPoints = ''] =
  text.split('## What was tried where')[1]?.split('### The first start of Electron') ?? []

/** The rows of a table, without its head. */
function rowsOf(table: string): string[][] {
  const [, , ...rows] = table.split('\n').filter(line => line.startsWith('|'))
  return rows.map(row => row.slice(2, -2).split(' | '))
}

it('docs/desktop.md says of every feature how it was tried, and names tests that are there', () => {
  const rows = rowsOf(features)
  expect(rows.length).toBeGreaterThan(20)
  for (const row of rows) expect([row[0], row.length]).toEqual([row[0], 5])
  const named = [...features.matchAll(/`([\w/-]+\.test\.ts|test\/[\w/-]+)`/g)].map(
    ([, name = '']) => name,
  )
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter(name => !tests.some(file => file.includes(name)))).toEqual([])
})

it('docs/desktop.md names a test for each weak point of the first start', () => {
  const rows = rowsOf(weakPoints)
  expect(rows.length).toBeGreaterThan(10)
  const files = tests.map(file => path.posix.basename(file))
  for (const [point = '', tested = ''] of rows) {
    const named = [...tested.matchAll(/`([\w-]+\.test\.ts)`/g)].map(([, name = '']) => name)
    // No test of its own: rows of the table above, or that of the line before.
    const rowsAbove = [...tested.matchAll(/_([A-Z]\w+)_/g)].map(([, name = '']) => name)
    expect([point, named.length + rowsAbove.length]).not.toEqual([point, 0])
    expect([point, named.filter(name => !files.includes(name))]).toEqual([point, []])
    expect([point, rowsAbove.filter(name => !features.includes(name))]).toEqual([point, []])
  }
})
