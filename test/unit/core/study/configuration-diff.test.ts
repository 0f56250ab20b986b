import { expect, it } from 'vitest'
import { configurationDiff, diffText } from '../../../../src-main/core/study/configuration-diff.ts'

it('a difference of configurations is lines of YAML, with those that change, go and come', () => {
  const lines = configurationDiff(
    { family: 'network', units: 64, rate: 0.1, on: 'yes' },
    { family: 'network', units: 32, rate: 0.1, 'deep layers': 2 },
  )
  expect(diffText(['Trial 3', 'Trial 12'], lines)).toBe(
    [
      '--- Trial 3',
      '+++ Trial 12',
      '@@ -1,4 +1,4 @@',
      ' family: network',
      '-units: 64',
      '+units: 32',
      ' rate: 0.1',
      '-"on": "yes"',
      '+"deep layers": 2',
      '',
    ].join('\n'),
  )
  expect(configurationDiff({}, {})).toEqual([])
})
