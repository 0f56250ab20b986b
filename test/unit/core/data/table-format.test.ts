import { expect, it } from 'vitest'
import { encodingTitle, tableEncodings } from '../../../../src-main/core/data/table-format.ts'

it('encodings have their proper names, by which they are told apart', () => {
  expect(encodingTitle('utf-8')).toBe('UTF-8')
  expect(encodingTitle('gb18030')).toBe('GB18030')
  expect(encodingTitle('shift_jis')).toBe('Shift_JIS')
  const titles = tableEncodings.map(encodingTitle)
  expect(new Set(titles).size).toBe(tableEncodings.length)
  expect(titles.map(title => title.toLowerCase())).toEqual(tableEncodings)
})
