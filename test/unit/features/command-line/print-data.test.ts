import { describe, expect, it } from 'vitest'
import { printData } from '../../../../src-main/features/command-line/print-data.ts'

const cells = 'a,b\r\n\u001B[31mred,\u001B]8;;http://a.example\u0007x\u009B\u202E\r\n'

function written(isTTY: boolean): string {
  const parts: string[] = []
  printData(cells, { isTTY, write: text => parts.push(text) })
  return parts.join('')
}

describe('data that a command writes', () => {
  it('steer no terminal', () => {
    expect(written(true)).toBe('a,b\r\n␛[31mred,␛]8;;http://a.example\\x07x\\x9b<U+202E>\r\n')
  })

  it('stay as they are in a file', () => {
    expect(written(false)).toBe(cells)
  })
})
