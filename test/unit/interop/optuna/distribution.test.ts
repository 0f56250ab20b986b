import { expect, it } from 'vitest'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import { readDistribution } from '../../../../src-main/interop/optuna/distribution.ts'
import { toOptunaStudy } from '../../../../src-main/interop/optuna/to-optuna.ts'
import { buildSampleSnapshot } from '../../../helpers/sample-snapshot.ts'

const theirs =
  '{"name":"CategoricalDistribution","attributes":{"choices":[null,3,"x",[4,5],{"a":1},"[unk]"]}}'

/** A study with these choices, as Optuna gets it. */
function exported(program?: string) {
  const read = readDistribution(theirs)
  if (!('kind' in read) || read.kind !== 'categorical') throw new Error('no categories')
  const snapshot = buildSampleSnapshot({ name: 'choices', trials: 2 })
  const { study, trials } = snapshot
  const origin = { version: null, file: 'a.db', sha256: '', study: 'choices', notes: [] }
  const environment = {
    ...study.environment,
    ...(program === undefined ? {} : { importedFrom: { ...origin, program } }),
  }
  const specification = { ...study.specification, space: { depth: { choice: [...read.choices] } } }
  const [first, second] = trials
  return toOptunaStudy(
    {
      ...snapshot,
      study: { ...study, specification, environment },
      trials: [
        { ...first!, state: 'complete', parameters: { depth: 'null' } },
        { ...second!, state: 'interrupted', parameters: { depth: '[4,5]' } },
      ],
    },
    createTranslate('en'),
  ).trials
}

it('of Optuna go back as they came', () => {
  const [complete, waiting] = exported('Optuna')
  expect(complete?.parameters).toEqual([{ name: 'depth', value: 0, distribution: theirs }])
  expect(JSON.parse(waiting?.systemAttributes['fixed_params'] ?? '')).toEqual({ depth: [4, 5] })
})

it('of a study of our own are the texts that they are', () => {
  const [complete, waiting] = exported()
  expect(complete?.parameters[0]?.distribution).toContain('["null",3,"x","[4,5]"')
  expect(JSON.parse(waiting?.systemAttributes['fixed_params'] ?? '')).toEqual({ depth: '[4,5]' })
})
