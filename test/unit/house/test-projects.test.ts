import { globSync } from 'node:fs'
import { expect, it } from 'vitest'
import config from '../../../vitest.config.ts'

it('has no project that looks like all unit tests and is not', () => {
  const projects = (config.test?.projects ?? []) as unknown as {
    test: { name: string; include: string[]; exclude: string[] }
  }[]
  const files = (name: RegExp): string[] =>
    projects
      .filter(({ test }) => name.test(test.name))
      .flatMap(({ test }) => globSync(test.include, { exclude: test.exclude }))
      .sort()
  const all = globSync('test/unit/**/*.test.ts').sort()
  expect(files(/^unit-/)).toEqual(all)
  expect([[], all]).toContainEqual(files(/^unit$/))
})
