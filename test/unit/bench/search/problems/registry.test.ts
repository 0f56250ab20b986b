import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  allProblems,
  loadProblem,
  problemGroups,
} from '../../../../../bench/search/problems/registry.ts'
import type { Assignment } from '../../../../../src-main/core/trial/trial.ts'
import { buildSpace } from '../../../../../src-main/search/space/build-space.ts'
import { assignmentProblems } from '../../../../../src-main/search/space/conditions.ts'

/** Points and values of the peers' own problem file (Python), and type, bounds, log, choices, condition of each parameter. */
type Expected = Readonly<
  Record<
    string,
    {
      readonly space: Readonly<
        Record<
          string,
          readonly [string, number | null, number | null, boolean, string[] | null, string[] | null]
        >
      >
      readonly points: readonly (readonly [Assignment, number])[]
    }
  >
>

const expected = JSON.parse(
  readFileSync(
    new URL('../../../../fixtures/search-problems/values.json', import.meta.url),
    'utf8',
  ),
) as Expected

/** Another ONNX runtime and float32 change the last digits of the surrogates. */
function tolerance(problem: string): number {
  return (problemGroups.surrogates as readonly string[]).includes(problem) ? 1e-4 : 1e-12
}

describe.each([...allProblems])('search problem %s', name => {
  it('has the values and the space that the peers had', async context => {
    const problem = await loadProblem(name)
    if (problem === null) return context.skip('no data on this machine')
    const { space, points } = expected[name]!
    const built = buildSpace(problem.space)
    for (const [point, value] of points) {
      expect(assignmentProblems(built, point)).toEqual([])
      const difference = Math.abs((await problem.evaluate(point)) - value)
      expect(difference).toBeLessThanOrEqual(tolerance(name) * Math.max(1, Math.abs(value)))
    }
    expect(Object.keys(problem.space).sort()).toEqual(Object.keys(space).sort())
    for (const parameter of built.parameters) {
      const [type, low, high, log, choices, condition] = space[parameter.name]!
      expect(parameter.kind).toBe(type === 'cat' ? 'choice' : type)
      expect(parameter.when.flatMap(({ values }) => [...values])).toEqual(condition ?? [])
      if (parameter.kind === 'choice') expect(parameter.values).toEqual(choices)
      if (parameter.kind === 'float' || parameter.kind === 'int') {
        expect([parameter.low, parameter.high, parameter.log]).toEqual([low, high, log])
      }
    }
  })
})
