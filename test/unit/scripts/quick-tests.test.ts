import { expect, it } from 'vitest'
import { testsOfFiles } from '../../../scripts/quick-tests.ts'

const tests = [
  'test/unit/search/samplers/tpe/split.test.ts',
  'test/unit/search/samplers/tpe/tpe.test.ts',
  'test/unit/search/samplers/tpe/kernels.test.ts',
  'test/unit/datasets/ingest.test.ts',
  'test/unit/datasets/ingest.fuzzed.test.ts',
  'test/unit/datasets/ingest-table.test.ts',
  'test/unit/renderer/charts/pace.test.ts',
]

it.each([
  [['src-main/search/samplers/tpe/split.ts'], [0, 1]],
  [['src-main/datasets/ingest.ts'], [3, 4]],
  [['src-renderer/charts/pace.ts'], [6]],
  [['test/unit/search/samplers/tpe/kernels.test.ts'], [2]],
  [['README.md', 'src-main/main.ts'], []],
])('%j is tested by %j', (files, indices) => {
  expect(testsOfFiles(files, tests)).toEqual(indices.map(index => tests[index]))
})
