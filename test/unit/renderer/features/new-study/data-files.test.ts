import { expect, it } from 'vitest'
import {
  dataFileOf,
  isGivenName,
} from '../../../../../src-renderer/features/new-study/data-files.ts'

it.each([
  ['my-study', '', true],
  ['my-study', '/data/junk.csv', true],
  ['junk', '/data/junk.csv', true],
  ['junk-2', 'C:\\data\\junk.csv.gz', true],
  ['junk-table', '/data/junk.csv', false],
  ['prices', '/data/junk.csv', false],
  ['prices', '', false],
])('%s is a name that the form gave over %s: %s', (name, file, isGiven) => {
  expect(isGivenName(name, file)).toBe(isGiven)
})

it('reads the file of a draft, if it has one', () => {
  expect(dataFileOf({ objective: { task: 'tabular', data: { file: 'a.csv' } } })).toBe('a.csv')
  expect(dataFileOf({ objective: { task: 'image', data: { folders: 'a' } } })).toBe('')
  expect(dataFileOf({ objective: { function: 'branin' } })).toBe('')
  expect(dataFileOf({})).toBe('')
})
