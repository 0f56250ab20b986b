import { expect, it } from 'vitest'
import { samplers } from '../../../../src-main/search/samplers/registry.ts'
import { readSuiteRuns } from '../../../helpers/suite-runs.ts'
import { samplerGoalsSuite } from '../../../suites/sampler-goals-suite.ts'
import { type SamplerSuiteOptions, samplerSuite } from '../../../suites/sampler-suite.ts'

/** Every sampler of the registry with its defaults, or with the options of the `suite-runs.ts` in the folder of its name. */
const runs = await readSuiteRuns<SamplerSuiteOptions>(import.meta.dirname)

it('has options of samplers that there are only', () => {
  expect(Object.keys(samplers)).toEqual(expect.arrayContaining([...runs.keys()]))
})

for (const definition of Object.values(samplers)) {
  for (const options of runs.get(definition.name) ?? [{}]) {
    samplerSuite(definition, options)
    samplerGoalsSuite(definition, options)
  }
}
