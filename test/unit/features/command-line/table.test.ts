import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { formatTable } from '../../../../src-main/features/command-line/table.ts'

describe('formatTable', () => {
  it('aligns wide characters', () => {
    const lines = stripVTControlCharacters(
      formatTable(
        ['a', 'b'],
        [
          ['参数', '1'],
          ['🚀', '2'],
        ],
      ),
    )
    expect(lines.split('\n')).toEqual(['a     b', '参数  1', '🚀    2'])
  })

  it('lets no cell steer the terminal', () => {
    const [, row] = formatTable(['a'], [['x\n\u001b[31my']]).split('\n')
    expect(row).toBe('x\\x0a␛[31my')
  })
})
