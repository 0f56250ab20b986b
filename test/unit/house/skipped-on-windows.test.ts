import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { skipReasons } from '../../helpers/skipped-on-windows.ts'

const repository = path.resolve(import.meta.dirname, '../../..')
const read = (name: string): string => readFileSync(path.join(repository, name), 'utf8')

/** More would say that Windows is not tested. */
const MAX_REASONS = 15

it('docs/windows.md names every reason for which tests are skipped there, and the test of the same', () => {
  const text = read('docs/windows.md').split('## What tests skip there')[1] ?? ''
  const rows = [...text.matchAll(/^\| `(\w+)` +\| ([^|]+) \| ([^|]+) \|$/gm)]
  expect(rows.map(([, reason]) => reason)).toEqual(skipReasons)
  expect(skipReasons.length).toBeLessThanOrEqual(MAX_REASONS)
  const counterparts = rows.flatMap(([, , , counterpart = '']) => [
    ...counterpart.matchAll(/`(test[^`]+)`(?: \(“([^”]+)”\))?/g),
  ])
  expect(counterparts.length).toBeGreaterThan(10)
  for (const [, file = '', title = 'no title'] of counterparts)
    expect(read(file)).toContain(`'${title}'`)
})
