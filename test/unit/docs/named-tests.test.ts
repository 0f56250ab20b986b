import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

/** A table that names a test for each row is worth what the tests are: they must be there. */
const root = path.resolve(import.meta.dirname, '../../..')
const testFolders = 'unit|integration|security|renderer|electron|e2e|convergence|endurance'

it.each(['web-host.md', 'reliability.md'])('every test that docs/%s names is there', name => {
  const text = readFileSync(path.join(root, 'docs', name), 'utf8')
  const named = [...text.matchAll(new RegExp(`\`(?:test/)?((?:${testFolders})/[\\w/.-]+)\``, 'g'))]
  expect(named.length).toBeGreaterThan(0)
  const isThere = (test: string): boolean =>
    ['', '.test.ts', '.ts'].some(ending => existsSync(path.join(root, 'test', test + ending)))
  expect(named.map(([, test = '']) => test).filter(test => !isThere(test))).toEqual([])
})
