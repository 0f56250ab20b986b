import { describe, expect, it } from 'vitest'
import { breakable } from '../../../../src-main/reports/html/render-inline.ts'
import { markup } from '../../../../src-main/reports/html/markup.ts'

const written = (text: string): string => markup`${breakable(text)}`.text

describe('places where text may be broken', () => {
  it('has none within short words, however many there are', () => {
    const list = 'x0 -3.052 · x1 0.5105 · x2 4.65 · momentum -0.1317'
    expect(written(list)).toBe(list)
  })

  it('has them at the joints of long names, and within words without joints', () => {
    expect(written('for validationAccuracyOfTheBest 0.5')).toBe(
      'for validation<wbr>Accuracy<wbr>Of<wbr>The<wbr>Best 0.5',
    )
    expect(written('a'.repeat(30))).toBe(`${'a'.repeat(14)}<wbr>${'a'.repeat(14)}<wbr>aa`)
  })
})
