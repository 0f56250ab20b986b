import { expect, it } from 'vitest'
import { pruners } from '../../../../src-main/search/pruners/registry.ts'
import { readSuiteRuns } from '../../../helpers/suite-runs.ts'
import { type PrunerSuiteOptions, prunerSuite } from '../../../suites/pruner-suite.ts'

/** Every pruner of the registry with its defaults, or with the options of the `suite-runs.ts` in the folder of its name. */
const runs = await readSuiteRuns<PrunerSuiteOptions>(import.meta.dirname)

it('has options of pruners that there are only', () => {
  expect(Object.keys(pruners)).toEqual(expect.arrayContaining([...runs.keys()]))
})

for (const definition of Object.values(pruners)) {
  for (const options of runs.get(definition.name) ?? [{}]) prunerSuite(definition, options)
}
