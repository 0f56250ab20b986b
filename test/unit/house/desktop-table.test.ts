import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const repository = path.resolve(import.meta.dirname, '../../..')

it('docs/desktop.md says of every feature how it was tried, and names tests that are there', () => {
  const text = readFileSync(path.join(repository, 'docs/desktop.md'), 'utf8')
  const table = text.split('## What was tried where')[1] ?? ''
  const rows = [...table.matchAll(/^\| (?!Feature|-)(.+) \|$/gm)].map(([, row = '']) => row.split(' | '))
  expect(rows.length).toBeGreaterThan(20)
  for (const row of rows) expect([row[0], row.length]).toEqual([row[0], 5])
  const tests = globSync('test/**/*.test.ts', { cwd: repository })
  const named = [...table.matchAll(/`([\w/-]+\.test\.ts|test\/[\w/-]+)`/g)].map(([, name = '']) => name)
  const isThere = (name: string): boolean =>
    tests.some(file => file.split(path.sep).join('/').includes(name))
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter(name => !isThere(name))).toEqual([])
}) // prettier-ignore
